// The Diagnostic report of SDMetrics, by its own rules: whether drawn values are ones that the column can have at all.
// https://docs.sdv.dev/sdmetrics/data-metrics/diagnostic/diagnostic-report
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { isNumeric, isTemporal } from '#core/kinds/table/schema/column-types.ts';
import type { Cells } from './bin-features.ts';

export type Diagnostic = {
  /** The mean of the next two. */
  readonly diagnostic: number;
  /** NaN where no column counts. */
  readonly dataValidity: number;
  /** The share of the columns whose values are of the type of the real ones. */
  readonly dataStructure: number;
};

/** Keys must be unique; other columns that are made anew do not count, as personal data do not in SDMetrics. */
export function diagnosticOf({ columns }: TableCodec, real: Cells): (drawn: Cells) => Diagnostic {
  const rules = columns.map(({ source, type }, place) => {
    const cells = real[place] as readonly Cell[];
    if (source.from === 'sequence' || (source.from === 'patterns' && source.reason === 'key')) return uniqueness;
    if (source.from === 'patterns') return undefined;
    return isNumeric(type) || isTemporal(type) ? boundaryAdherence(cells) : categoryAdherence(cells);
  });
  const types = real.map(typesOf);
  return (drawn) => {
    const scores = rules.flatMap((rule, place) => {
      const score = rule?.(drawn[place] as readonly Cell[]);
      return score === undefined || Number.isNaN(score) ? [] : [score];
    });
    const dataValidity = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const same = drawn.filter((cells, place) => [...typesOf(cells)].every((type) => types[place]?.has(type))).length;
    const dataStructure = same / columns.length;
    const present = [dataValidity, dataStructure].filter((value) => !Number.isNaN(value));
    return { diagnostic: present.reduce((sum, value) => sum + value, 0) / present.length, dataValidity, dataStructure };
  };
}

/** 1 - the share of rows without a key, or with that of an earlier row. */
function uniqueness(drawn: readonly Cell[]): number {
  const present = drawn.filter((cell) => cell !== null);
  return new Set(present).size / drawn.length;
}

/** The share of numbers between the smallest and the largest real one; nulls count as invalid where the real column has none. */
function boundaryAdherence(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of real) if (typeof cell === 'number') [low, high] = [Math.min(low, cell), Math.max(high, cell)];
  const isNullable = real.includes(null);
  return (drawn) => {
    const judged = isNullable ? drawn.filter((cell) => cell !== null) : drawn;
    return judged.filter((cell) => typeof cell === 'number' && cell >= low && cell <= high).length / judged.length;
  };
}

/** The share of values that the real column has, null among them. */
function categoryAdherence(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  const known = new Set(real);
  return (drawn) => drawn.filter((cell) => known.has(cell)).length / drawn.length;
}

function typesOf(cells: readonly Cell[]): Set<string> {
  return new Set(cells.flatMap((cell) => (cell === null ? [] : [typeof cell])));
}
