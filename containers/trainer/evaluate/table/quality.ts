// The Quality report of SDMetrics, by its own rules, so that scores can be compared with those of other generators.
// https://docs.sdv.dev/sdmetrics/data-metrics/quality/quality-report
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { isNumeric, isTemporal } from '#core/kinds/table/schema/column-types.ts';
import type { Cells } from './bin-features.ts';
import {
  binnedColumn,
  type Coded,
  type Coder,
  codedColumn,
  countsOf,
  type JointCounts,
  jointCounts,
} from './coded-column.ts';

export const SDMETRICS_VERSION = '0.32.0';
/** Pairs of training columns with a weaker correlation do not count. */
const LEAST_CORRELATION = 0.5;
const LEAST_ASSOCIATION = 0.3;
const BINS = 10;

export type ScoredColumns = { readonly columns: string[]; readonly score: number };
export type TableQuality = {
  /** NaN when no column or pair counts. */
  readonly quality: number;
  readonly columnShapes: number;
  readonly columnPairTrends: number;
  /** Sorted, the worst first. */
  readonly worstColumns: ScoredColumns[];
  readonly worstPairs: ScoredColumns[];
};

/** The real side of one column. */
type Counted = {
  readonly name: string;
  readonly place: number;
  readonly isNumber: boolean;
  /** Numbers in ten bins, other cells by value; null is a value. */
  readonly coded: Coded;
  readonly code: Coder;
  readonly cells: readonly Cell[];
};
type PairTrend = (drawn: readonly [Drawn, Drawn]) => number;
type Drawn = { readonly cells: readonly Cell[]; readonly coded: Coded };

/**
 * Returns the report as a function of generated rows; the real side is computed once. Columns with made-up values do not count, as ids and
 * personal data do not in SDMetrics.
 */
export function tableQualityOf({ columns }: TableCodec, real: Cells): (drawn: Cells) => TableQuality {
  const counted = columns.flatMap((column, place): Counted[] => {
    const { from } = column.source;
    if (from === 'patterns' || from === 'sequence') return [];
    const cells = real[place] as readonly Cell[];
    const isNumber = isNumeric(column.type) || isTemporal(column.type);
    const { code, ...coded } = isNumber ? { ...discretised(cells), code: discretised } : codedColumn(cells);
    return [{ name: column.name, place, isNumber, cells, coded, code }];
  });
  const shapeOf = counted.map(({ isNumber, cells }) => (isNumber ? ksComplement(cells) : tvComplement(cells)));
  const trends = counted.flatMap((a, i) =>
    counted.slice(i + 1).map((b, offset): { i: number; j: number; trend: PairTrend | undefined } => ({
      ...{ i, j: i + 1 + offset },
      trend:
        a.isNumber && b.isNumber ? correlationSimilarity(a.cells, b.cells) : contingencySimilarity(a.coded, b.coded),
    })),
  );
  return (drawn) => {
    const sides = counted.map(({ place, code }): Drawn => {
      const cells = drawn[place] as readonly Cell[];
      return { cells, coded: code(cells) };
    });
    const shapes = counted.map(
      ({ name }, at): ScoredColumns => ({
        columns: [name],
        score: (shapeOf[at] as (cells: readonly Cell[]) => number)((sides[at] as Drawn).cells),
      }),
    );
    const pairs = trends.map(
      ({ i, j, trend }): ScoredColumns => ({
        columns: [(counted[i] as Counted).name, (counted[j] as Counted).name],
        score: trend?.([sides[i] as Drawn, sides[j] as Drawn]) ?? Number.NaN,
      }),
    );
    const [columnShapes, columnPairTrends] = [meanScore(shapes), meanScore(pairs)];
    const properties = [columnShapes, columnPairTrends].filter((value) => !Number.isNaN(value));
    const worst = (scored: readonly ScoredColumns[]) =>
      scored.filter(({ score }) => !Number.isNaN(score)).sort((a, b) => a.score - b.score);
    return {
      quality: properties.reduce((sum, value) => sum + value, 0) / properties.length,
      ...{ columnShapes, columnPairTrends, worstColumns: worst(shapes), worstPairs: worst(pairs) },
    };
  };
}

function meanScore(scored: readonly ScoredColumns[]): number {
  const present = scored.filter(({ score }) => !Number.isNaN(score));
  return present.reduce((sum, { score }) => sum + score, 0) / present.length;
}

/** Returns 1 - the largest difference of the two cumulative distributions (Kolmogorov and Smirnov), without nulls. */
function ksComplement(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  const a = numbersIn(real).sort();
  return (drawn) => {
    const b = numbersIn(drawn).sort();
    if (a.length === 0 || b.length === 0) return Number.NaN;
    let [i, j, largest] = [0, 0, 0];
    while (i < a.length && j < b.length) {
      const value = Math.min(a[i] as number, b[j] as number);
      while (i < a.length && (a[i] as number) <= value) i++;
      while (j < b.length && (b[j] as number) <= value) j++;
      largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
    }
    return 1 - largest;
  };
}

/** Returns 1 - the total variation distance of the shares of the values, without nulls. */
function tvComplement(real: readonly Cell[]): (drawn: readonly Cell[]) => number {
  const present = (cells: readonly Cell[]) => cells.filter((cell) => cell !== null);
  const { code, ...a } = codedColumn(present(real));
  const p = countsOf(a);
  return (drawn) => {
    const b = code(present(drawn));
    if (a.codes.length === 0 || b.codes.length === 0) return Number.NaN;
    const q = countsOf(b);
    return (
      1 - q.reduce((sum, count, at) => sum + Math.abs(count / b.codes.length - (p[at] ?? 0) / a.codes.length), 0) / 2
    );
  };
}

/**
 * Returns 1 - half the difference of Pearson's correlations; undefined when the real one is weak, NaN when one is not defined.
 */
function correlationSimilarity(a: readonly Cell[], b: readonly Cell[]): PairTrend | undefined {
  const r = correlation(a, b);
  if (!(Math.abs(r) > LEAST_CORRELATION)) return undefined;
  return ([one, other]) => 1 - Math.abs(r - correlation(one.cells, other.cells)) / 2;
}

/**
 * Returns 1 - the total variation distance of the joint shares; undefined when the association of the real columns is weak.
 */
function contingencySimilarity(a: Coded, b: Coded): PairTrend | undefined {
  const joint = jointCounts(a, b);
  if (!(cramersV(a, b, joint) > LEAST_ASSOCIATION)) return undefined;
  const rows = a.codes.length;
  return ([one, other]) => {
    const theirs = jointCounts(one.coded, other.coded);
    const count = one.cells.length;
    let sum = 0;
    joint.each((i, j, n) => {
      sum += Math.abs(n / rows - theirs.of(i, j) / count);
    });
    theirs.each((i, j, n) => {
      if (joint.of(i, j) === 0) sum += n / count;
    });
    return 1 - sum / 2;
  };
}

/**
 * Returns ten bins of equal width over the column's own range, as numpy's `histogram_bin_edges` and `digitize` compute them.
 */
function discretised(cells: readonly Cell[]): Coded {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of cells) if (typeof cell === 'number') [low, high] = [Math.min(low, cell), Math.max(high, cell)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? high : low + i * step));
  const codes = Int32Array.from(cells, (cell) => {
    if (typeof cell !== 'number') return edges.length;
    let bin = 0;
    while (bin < edges.length && (edges[bin] as number) <= cell) bin++;
    return bin;
  });
  return binnedColumn(codes, edges.length + 1);
}

function numbersIn(cells: readonly Cell[]): Float64Array {
  return Float64Array.from(cells.filter((cell) => typeof cell === 'number'));
}

function correlation(a: readonly Cell[], b: readonly Cell[]): number {
  const rows: number[] = [];
  for (const [row, cell] of a.entries()) if (typeof cell === 'number' && typeof b[row] === 'number') rows.push(row);
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

/** Returns Cramer's V without a correction for small samples. */
function cramersV(a: Coded, b: Coded, joint: JointCounts): number {
  const [rows, columns] = [countsOf(a), countsOf(b)];
  const occurring = (counts: Float64Array) => counts.reduce((sum, count) => sum + Number(count > 0), 0);
  const degrees = Math.min(occurring(rows), occurring(columns)) - 1;
  if (degrees === 0) return Number.NaN;
  // chi squared / n = the sum of observed^2 / (row x column) - 1
  let sum = 0;
  joint.each((i, j, count) => {
    sum += count ** 2 / ((rows[i] as number) * (columns[j] as number));
  });
  return Math.sqrt(Math.max(0, sum - 1) / degrees);
}
