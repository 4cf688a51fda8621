// The types of a benchmark: its rows compare a measurement of goldpan with that of a peer.

export type Row = {
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** Above 1: goldpan is better, whatever the unit. */
  readonly ratio: number;
  readonly goal: number;
  readonly holds: boolean;
};

export type Benchmark = {
  readonly sentence: string;
  readonly run: () => Promise<{ readonly versions: Readonly<Record<string, string>>; readonly rows: readonly Row[] }>;
};

/** A benchmark that this machine cannot run. The message says why and what was not measured; no file is written. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
  /** Shown, but not stored. */
  readonly rows: readonly Row[];

  constructor(reason: string, rows: readonly Row[] = []) {
    super(reason);
    this.rows = rows;
  }
}

/** Returns a row for a measurement of which more is better. */
export function higherIsBetter(row: Omit<Row, 'ratio' | 'holds'>): Row {
  const ratio = row.ours / row.peer;
  return { ...row, ratio, holds: ratio >= row.goal };
}

/** Returns a row for a measurement of which less is better, such as a time. */
export function lowerIsBetter(row: Omit<Row, 'ratio' | 'holds'>): Row {
  const ratio = row.peer / row.ours;
  return { ...row, ratio, holds: ratio >= row.goal };
}

/** Returns the median; of an even number of values the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('no median of no values');
  return middle;
}
