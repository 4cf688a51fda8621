// The charts of a table model: the shares of each column, the accuracy of every pair of columns, and where the worst pairs differ most.
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { cellText } from '#core/kinds/table/codec/write-rows.ts';
import type { TablePortrait } from '#core/model/messages/table-metrics.ts';
import type { Cells } from './bin-features.ts';
import { accuracyOf, binningOfColumn, type ColumnBins } from './marginals.ts';
import { isModelled } from './measure.ts';

/** Maximum number of columns that are shown. */
const MOST_COLUMNS = 30;
const MOST_LABEL = 40;

export type Portrayed = TablePortrait & {
  /**
   * Returns the combination of bins of these columns whose shares differ most; undefined for columns that are not modelled.
   */
  example(columns: readonly string[]): { values: string[]; real: number; drawn: number } | undefined;
};

/** Returns the charts. `real` are training rows. */
export function portrayed({ columns }: TableCodec, real: Cells, drawn: Cells): Portrayed {
  const shown = columns.flatMap((column, place) => {
    if (!isModelled(column)) return [];
    const binning = binningOfColumn(real[place] as readonly Cell[], (cell) => cut(cellText(column, cell)));
    const bins = (cells: Cells) => Uint8Array.from(cells[place] as readonly Cell[], binning.bin);
    return [{ name: column.name, binning, real: bins(real), drawn: bins(drawn) }];
  });
  const first = shown.slice(0, MOST_COLUMNS);
  const accuracy = first.flatMap((a, at) =>
    first.slice(at + 1).map((b) => rounded(accuracyOf([a.real, b.real], [a.drawn, b.drawn]))),
  );
  return {
    columns: first.map(({ name, binning, ...sides }) => ({ name, bins: binsOf(binning, sides) })),
    pairs: { columns: first.map(({ name }) => name), accuracy },
    example(names) {
      const chosen = names.map((name) => shown.find((one) => one.name === name));
      if (chosen.some((one) => one === undefined)) return undefined;
      return widest(chosen as (typeof shown)[number][]);
    },
  };
}

type Sides = { readonly real: Uint8Array; readonly drawn: Uint8Array };

function binsOf({ label, bins }: ColumnBins, { real, drawn }: Sides): TablePortrait['columns'][number]['bins'] {
  const share = (values: Uint8Array, bin: number) => values.filter((value) => value === bin).length / values.length;
  return Array.from({ length: bins }, (_, bin) => ({
    label: label(bin),
    real: rounded(share(real, bin)),
    drawn: rounded(share(drawn, bin)),
  })).filter(({ real: one, drawn: other }) => one + other > 0);
}

function widest(chosen: readonly (Sides & { readonly binning: ColumnBins })[]) {
  const counts = (side: keyof Sides) => {
    const found = new Map<string, number>();
    const rows = chosen[0]?.[side].length ?? 0;
    for (let row = 0; row < rows; row++) {
      const key = chosen.map((one) => one[side][row]).join();
      found.set(key, (found.get(key) ?? 0) + 1 / rows);
    }
    return found;
  };
  const [real, drawn] = [counts('real'), counts('drawn')];
  const gap = (key: string) => Math.abs((real.get(key) ?? 0) - (drawn.get(key) ?? 0));
  const key = [...new Set([...real.keys(), ...drawn.keys()])].reduce((most, one) =>
    gap(one) > gap(most) ? one : most,
  );
  const values = key.split(',').map((bin, at) => chosen[at]?.binning.label(Number(bin)) ?? '');
  return { values, real: rounded(real.get(key) ?? 0), drawn: rounded(drawn.get(key) ?? 0) };
}

function cut(text: string): string {
  return text.length > MOST_LABEL ? `${text.slice(0, MOST_LABEL - 1)}…` : text;
}

function rounded(share: number): number {
  return Math.round(share * 1e5) / 1e5;
}
