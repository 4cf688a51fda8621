// The Quality report of SDMetrics, by its own rules, so that figures can be put beside those of other generators.
// https://docs.sdv.dev/sdmetrics/data-metrics/quality/quality-report
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { isNumeric, isTemporal } from '#core/kinds/table/schema/column-types.ts';
import type { Cells } from './bin-features.ts';

export const SDMETRICS_VERSION = '0.32.0';
/** Pairs of training columns that hang together less do not count. */
const LEAST_CORRELATION = 0.5;
const LEAST_ASSOCIATION = 0.3;
const BINS = 10;

type Scored = { readonly columns: string[]; readonly score: number };
export type Quality = {
  /** NaN where no column or pair counts. */
  readonly quality: number;
  readonly columnShapes: number;
  readonly columnPairTrends: number;
  /** The worst first. */
  readonly worstColumns: Scored[];
  readonly worstPairs: Scored[];
};

/** Columns that are made anew do not count, as ids and personal data do not in SDMetrics. */
export function qualityOf({ columns }: TableCodec, real: Cells, drawn: Cells): Quality {
  const counted = columns.flatMap((column, place) => {
    const { from } = column.source;
    if (from === 'patterns' || from === 'sequence') return [];
    const isNumber = isNumeric(column.type) || isTemporal(column.type);
    return [
      { name: column.name, isNumber, real: real[place] as readonly Cell[], drawn: drawn[place] as readonly Cell[] },
    ];
  });
  const shapes = counted.map(
    (column): Scored => ({
      columns: [column.name],
      score: column.isNumber ? ksComplement(column.real, column.drawn) : tvComplement(column.real, column.drawn),
    }),
  );
  const categories = counted.map((column) => ({
    real: column.isNumber ? discretised(column.real) : column.real,
    drawn: column.isNumber ? discretised(column.drawn) : column.drawn,
  }));
  const pairs = counted.flatMap((a, i) =>
    counted.slice(i + 1).map((b, offset): Scored => {
      const j = i + 1 + offset;
      const score =
        a.isNumber && b.isNumber
          ? correlationSimilarity([a.real, b.real], [a.drawn, b.drawn])
          : contingencySimilarity(
              [categories[i]?.real as Cell[], categories[j]?.real as Cell[]],
              [categories[i]?.drawn as Cell[], categories[j]?.drawn as Cell[]],
            );
      return { columns: [a.name, b.name], score };
    }),
  );
  const [columnShapes, columnPairTrends] = [meanScore(shapes), meanScore(pairs)];
  const properties = [columnShapes, columnPairTrends].filter((value) => !Number.isNaN(value));
  const worst = (scored: readonly Scored[]) =>
    scored.filter(({ score }) => !Number.isNaN(score)).sort((a, b) => a.score - b.score);
  return {
    quality: properties.reduce((sum, value) => sum + value, 0) / properties.length,
    ...{ columnShapes, columnPairTrends, worstColumns: worst(shapes), worstPairs: worst(pairs) },
  };
}

function meanScore(scored: readonly Scored[]): number {
  const counted = scored.filter(({ score }) => !Number.isNaN(score));
  return counted.reduce((sum, { score }) => sum + score, 0) / counted.length;
}

/** 1 - the largest difference of the two cumulative distributions (Kolmogorov and Smirnov); nulls are left out. */
function ksComplement(real: readonly Cell[], drawn: readonly Cell[]): number {
  const [a, b] = [numbersIn(real).sort(), numbersIn(drawn).sort()];
  if (a.length === 0 || b.length === 0) return Number.NaN;
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && (a[i] as number) <= value) i++;
    while (j < b.length && (b[j] as number) <= value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return 1 - largest;
}

/** 1 - the total variation distance of the shares of the values; nulls are left out. */
function tvComplement(real: readonly Cell[], drawn: readonly Cell[]): number {
  const present = (cells: readonly Cell[]) => cells.filter((cell) => cell !== null);
  const [a, b] = [present(real), present(drawn)];
  return a.length === 0 || b.length === 0 ? Number.NaN : 1 - totalVariation(sharesOf(a), sharesOf(b));
}

/** 1 - half the difference of Pearson's correlations; NaN where the real one is weak, or one is not defined. */
function correlationSimilarity(
  real: readonly [readonly Cell[], readonly Cell[]],
  drawn: readonly [readonly Cell[], readonly Cell[]],
): number {
  const [r, s] = [correlation(...real), correlation(...drawn)];
  if (!(Math.abs(r) > LEAST_CORRELATION)) return Number.NaN;
  return 1 - Math.abs(r - s) / 2;
}

/** 1 - the total variation distance of the joint shares; NaN where the association of the real columns is weak. */
function contingencySimilarity(
  real: readonly [readonly Cell[], readonly Cell[]],
  drawn: readonly [readonly Cell[], readonly Cell[]],
): number {
  if (!(cramersV(...real) > LEAST_ASSOCIATION)) return Number.NaN;
  return 1 - totalVariation(sharesOf(joined(...real)), sharesOf(joined(...drawn)));
}

/** Ten bins of equal width over the column's own range, as numpy's `histogram_bin_edges` and `digitize` make them. */
function discretised(cells: readonly Cell[]): Cell[] {
  const numbers = numbersIn(cells);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) [low, high] = [Math.min(low, number), Math.max(high, number)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? high : low + i * step));
  return cells.map((cell) => (typeof cell === 'number' ? edges.filter((edge) => edge <= cell).length : edges.length));
}

function numbersIn(cells: readonly Cell[]): Float64Array {
  return Float64Array.from(cells.filter((cell) => typeof cell === 'number'));
}

function correlation(a: readonly Cell[], b: readonly Cell[]): number {
  const rows = a.flatMap((cell, row) => (typeof cell === 'number' && typeof b[row] === 'number' ? [row] : []));
  const mean = (cells: readonly Cell[]) => rows.reduce((sum, row) => sum + (cells[row] as number), 0) / rows.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const row of rows) {
    const [x, y] = [(a[row] as number) - meanA, (b[row] as number) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Cramer's V without a correction for small samples. */
function cramersV(a: readonly Cell[], b: readonly Cell[]): number {
  const [rows, columns, cells] = [countsOf(a), countsOf(b), countsOf(joined(a, b))];
  const degrees = Math.min(rows.size, columns.size) - 1;
  if (degrees === 0) return Number.NaN;
  // chi squared / n = the sum of observed^2 / (row x column) - 1
  const first = new Map(a.map((cell, row) => [keyOf(cell, b[row] as Cell), [cell, b[row] as Cell] as const]));
  let sum = 0;
  for (const [key, count] of cells) {
    const [left, right] = first.get(key as string) as readonly [Cell, Cell];
    sum += count ** 2 / ((rows.get(left) as number) * (columns.get(right) as number));
  }
  return Math.sqrt(Math.max(0, sum - 1) / degrees);
}

function joined(a: readonly Cell[], b: readonly Cell[]): string[] {
  return a.map((cell, row) => keyOf(cell, b[row] as Cell));
}

function keyOf(a: Cell, b: Cell): string {
  return JSON.stringify([a, b]);
}

function countsOf(values: readonly Cell[]): Map<Cell, number> {
  const counts = new Map<Cell, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sharesOf(values: readonly Cell[]): Map<Cell, number> {
  return new Map([...countsOf(values)].map(([value, count]) => [value, count / values.length]));
}

function totalVariation(a: ReadonlyMap<Cell, number>, b: ReadonlyMap<Cell, number>): number {
  let sum = 0;
  for (const value of new Set([...a.keys(), ...b.keys()])) sum += Math.abs((a.get(value) ?? 0) - (b.get(value) ?? 0));
  return sum / 2;
}
