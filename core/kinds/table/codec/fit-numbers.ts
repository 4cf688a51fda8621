// The coding of a column of numbers: repeated values keep codes of their own, the others are cut at their quantiles.
import type { Bin, BinCoding, Grid } from './codec.ts';

/** A value with at least this share of the rows is a spike: a zero, a cap, a default. */
const SPIKE_SHARE = 0.01;
const MOST_SPIKES = 120;
const GROUPS = 64;
const BINS_A_GROUP = 16;
/** Minimum number of rows in a bin, so that its values can be described. */
const LEAST_ROWS = 8;
/** A bin with more distinct values is interpolated. */
const MOST_LISTED = 16;
const KNOTS = 9;
/** Values beyond this many from an end of the column are not stored but interpolated, so that no extreme row is copied. */
const TAIL_ROWS = 5;
/**
 * An end is drawn as often as if so many rows had it: a table of as many drawn rows then has the range of the training rows, in which
 * figures that cut the range into bins compare it.
 */
const END_ROWS = 2;
const MOST_DECIMALS = 6;

/** Fits a coding to numbers, of which there is at least one. */
export function fitNumbers(numbers: Float64Array, hasNull: boolean): BinCoding {
  const sorted = numbers.toSorted();
  const runs = runsOf(sorted);
  const least = Math.max(LEAST_ROWS, SPIKE_SHARE * numbers.length);
  const spikes = runs
    .filter(({ count }) => count >= least)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_SPIKES)
    .map(({ value }) => value)
    .sort((a, b) => a - b);
  const spiked = new Set(spikes);
  const rest = runs.filter(({ value }) => !spiked.has(value));
  const grid = gridOf(runs.map(({ value }) => value));
  const groups = cut(rest, GROUPS).map((group) => cut(group, BINS_A_GROUP));
  const all = groups.flat();
  const bins = new Map(
    all.map((bin, place) => [bin, binOf(bin, { isFirst: place === 0, isLast: place === all.length - 1 })]),
  );
  return {
    coding: 'bins',
    grid,
    spikes,
    groups: groups.map((group) => group.map((bin) => bins.get(bin) as Bin)),
    hasNull,
  };
}

type Run = { readonly value: number; readonly count: number };

/** Distinct values of sorted numbers with their counts. */
function runsOf(sorted: Float64Array): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < sorted.length; ) {
    let end = at + 1;
    while (end < sorted.length && sorted[end] === sorted[at]) end++;
    // Zero without a sign.
    runs.push({ value: (sorted[at] as number) + 0, count: end - at });
    at = end;
  }
  return runs;
}

/** Returns the coarsest grid, of at most six decimals, that contains all values. */
export function gridOf(values: readonly number[]): Grid {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    if (!values.every((value) => Math.round(value * scale) / scale === value)) continue;
    if (!values.every((value) => Number.isSafeInteger(Math.round(value * scale)))) return null;
    const unit = values.reduce((common, value) => divisor(common, Math.abs(Math.round(value * scale))), 0);
    return { unit: unit || 1, scale };
  }
  return null;
}

/** The value of the grid that is nearest. */
export function onGrid(value: number, grid: Grid): number {
  if (grid === null) return value;
  const { unit, scale } = grid;
  return (Math.round((value * scale) / unit) * unit) / scale + 0;
}

/** Cuts runs into at most `most` pieces of similar counts; a run is never divided. */
function cut(runs: readonly Run[], most: number): Run[][] {
  const rows = runs.reduce((sum, { count }) => sum + count, 0);
  const pieces = Math.max(1, Math.min(most, Math.floor(rows / LEAST_ROWS)));
  const found: Run[][] = [];
  let piece: Run[] = [];
  let before = 0;
  let held = 0;
  for (const run of runs) {
    piece.push(run);
    held += run.count;
    const wanted = (rows - before) / (pieces - found.length);
    if (held < wanted || found.length === pieces - 1) continue;
    found.push(piece);
    before += held;
    [piece, held] = [[], 0];
  }
  return piece.length > 0 ? [...found, piece] : found;
}

function binOf(runs: readonly Run[], { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): Bin {
  const rows = runs.reduce((sum, { count }) => sum + count, 0);
  const ends = { low: (runs[0] as Run).value, high: (runs.at(-1) as Run).value };
  const isRare = (run: Run | undefined) => run !== undefined && run.count < TAIL_ROWS;
  const hasTail = (isFirst && isRare(runs[0])) || (isLast && isRare(runs.at(-1)));
  if (runs.length === 1 || (runs.length <= MOST_LISTED && !hasTail))
    return { ...ends, values: runs.map(({ value, count }) => ({ value, share: count / rows })) };
  const values = runs.flatMap(({ value, count }) => Array<number>(count).fill(value));
  const knots = Array.from({ length: KNOTS }, (_, i) => quantile(values, i / (KNOTS - 1)));
  const atEnd = Math.min(KNOTS >> 2, Math.ceil((END_ROWS * (KNOTS - 1)) / rows));
  // No quantile is stored between the fifth value from an end and that end, so that single values are not revealed.
  if (isFirst) smooth(knots, values[Math.min(TAIL_ROWS, values.length) - 1] as number, 'low');
  if (isLast) smooth(knots, values[Math.max(0, values.length - TAIL_ROWS)] as number, 'high');
  if (isFirst) knots.fill(ends.low, 0, atEnd + 1);
  if (isLast) knots.fill(ends.high, KNOTS - 1 - atEnd);
  return { ...ends, knots };
}

/** Sets the knots beyond a value to equal steps from it to the end. */
function smooth(knots: number[], from: number, end: 'low' | 'high'): void {
  if (end === 'low') knots.reverse();
  const beyond = knots.filter((knot) => (end === 'low' ? knot < from : knot > from)).length;
  const last = knots.at(-1) as number;
  for (let i = 1; i < beyond; i++) knots[knots.length - 1 - beyond + i] = from + ((last - from) * i) / beyond;
  if (end === 'low') knots.reverse();
}

function quantile(values: readonly number[], share: number): number {
  const place = share * (values.length - 1);
  const below = values[Math.floor(place)] as number;
  return below + (place - Math.floor(place)) * ((values[Math.ceil(place)] as number) - below);
}

function divisor(a: number, b: number): number {
  let [left, right] = [a, b];
  while (right !== 0) [left, right] = [right, left % right];
  return left;
}
