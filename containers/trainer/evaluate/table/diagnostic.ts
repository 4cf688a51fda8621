// The Diagnostic report of SDMetrics, by its own rules: whether generated values are possible in their column.
// https://docs.sdv.dev/sdmetrics/data-metrics/diagnostic/diagnostic-report
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { isNumeric, isTemporal } from '#core/kinds/table/schema/column-types.ts';
import type { Cells } from './bin-features.ts';

export type Diagnostic = {
  /** The mean of the following two scores. */
  readonly diagnostic: number;
  /** NaN when no column counts. */
  readonly dataValidity: number;
  /** The share of the columns whose values have the type of the real ones. */
  readonly dataStructure: number;
};

/**
 * Returns the report as a function of generated rows. Keys must be unique; other columns with made-up values do not count, as personal data
 * do not in SDMetrics.
 */
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

/** Returns 1 - the share of rows with no key or with the key of an earlier row. */
function uniqueness(drawn: readonly Cell[]): number {
  const present = drawn.filter((cell) => cell !== null);
  return new Set(present).size / drawn.length;
}

/**
 * Returns the share of numbers between the smallest and the largest real one; nulls are invalid when the real column has none.
 */
function boundaryAdherence(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of real) if (typeof cell === 'number') [low, high] = [Math.min(low, cell), Math.max(high, cell)];
  const isNullable = real.includes(null);
  return (drawn) => {
    const judged = isNullable ? drawn.filter((cell) => cell !== null) : drawn;
    return judged.filter((cell) => typeof cell === 'number' && cell >= low && cell <= high).length / judged.length;
  };
}

/** Returns the share of values that occur in the real column, including null. */
function categoryAdherence(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  const known = new Set(real);
  return (drawn) => drawn.filter((cell) => known.has(cell)).length / drawn.length;
}

function typesOf(cells: readonly Cell[]): Set<string> {
  return new Set(cells.flatMap((cell) => (cell === null ? [] : [typeof cell])));
}
