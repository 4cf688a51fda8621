// Counts the orders of many measures by their leading bits, so that an engine adds up a few counts in place of one row for each item and measure.
import { NO_ORDER } from '#core/snapshot/statistics/ordered-bits.ts';
import { type Emit, type Line, readPackedLine } from './lines.ts';

/** Orders are first counted by so many leading bits. */
export const FIRST_BITS = 16;
const FIRST_SHIFT = 32 - FIRST_BITS;
const FIRST_VALUES = 1 << FIRST_BITS;
/** Counters for so many neighbouring values are made when one of them is met. */
const CHUNK_BITS = 8;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;

/** Counts the orders from `low << shift` to `(low + 1) << shift`, exclusive, in buckets of `next` bits. Shifts are at most 16. */
export type Split = {
  readonly distribution: number;
  readonly low: number;
  readonly shift: number;
  readonly next: number;
};
/** splits: null counts all orders by their first 16 bits. */
export type CountSettings = { readonly distributions: number; readonly splits: readonly Split[] | null };

/** Numbers of all items and of distinct ones by value, in pairs. */
type Counters = Map<number, Float64Array>;
type Bucket = { readonly next: number; readonly counters: Counters };
type Distribution = {
  /** 1 for first bits with which a bucket begins. */
  readonly isWanted: Uint8Array;
  /** By shift, then by `order >> shift`. */
  readonly buckets: Map<number, Map<number, Bucket>>;
};

/** Lines: whether the item is a copy (1 or 0), then its orders as `readPackedLine` reads them. Answers `<next> distribution low all distinct`: how many have `order >> next` equal to `low`. */
export function count({ distributions, splits }: CountSettings, emit: Emit) {
  const fields = new Float64Array(1);
  const orders = new Int32Array(distributions);
  const whole = Array.from({ length: distributions }, (): Counters => new Map());
  const divided = splits && dividedBy(splits, distributions);
  const visit = (line: Line) => {
    readPackedLine(line, fields, orders);
    const distinct = fields[0] === 0 ? 1 : 0;
    for (let i = 0; i < distributions; i++) {
      const order = orders[i] as number;
      if (order === NO_ORDER) continue;
      if (!divided) {
        add(whole[i] as Counters, order >> FIRST_SHIFT, distinct);
        continue;
      }
      const of = divided[i] as Distribution;
      if (of.isWanted[(order >> FIRST_SHIFT) + FIRST_VALUES / 2] === 0) continue;
      for (const [shift, buckets] of of.buckets) {
        const bucket = buckets.get(order >> shift);
        if (bucket) add(bucket.counters, order >> bucket.next, distinct);
      }
    }
  };
  const answer = (counters: Counters, distribution: number, next: number) => {
    for (const [chunk, counts] of counters)
      for (let i = 0; i < counts.length; i += 2)
        if ((counts[i] as number) > 0)
          emit(
            String(next),
            distribution,
            chunk * (CHUNK_MASK + 1) + i / 2,
            counts[i] as number,
            counts[i + 1] as number,
          );
  };
  const finish = () => {
    for (const [i, counters] of whole.entries()) answer(counters, i, FIRST_SHIFT);
    for (const [i, { buckets }] of (divided ?? []).entries())
      for (const own of buckets.values()) for (const { next, counters } of own.values()) answer(counters, i, next);
  };
  return { visit, finish };
}

function dividedBy(splits: readonly Split[], distributions: number): Distribution[] {
  const divided = Array.from(
    { length: distributions },
    (): Distribution => ({ isWanted: new Uint8Array(FIRST_VALUES), buckets: new Map() }),
  );
  for (const { distribution, low, shift, next } of splits) {
    const { isWanted, buckets } = divided[distribution] as Distribution;
    isWanted[(low >> (FIRST_SHIFT - shift)) + FIRST_VALUES / 2] = 1;
    const own = buckets.get(shift) ?? new Map<number, Bucket>();
    buckets.set(shift, own.set(low, { next, counters: new Map() }));
  }
  return divided;
}

function add(counters: Counters, value: number, distinct: number): void {
  const chunk = value >> CHUNK_BITS;
  let counts = counters.get(chunk);
  if (!counts) {
    counts = new Float64Array(2 << CHUNK_BITS);
    counters.set(chunk, counts);
  }
  const at = 2 * (value & CHUNK_MASK);
  counts[at] = (counts[at] as number) + 1;
  counts[at + 1] = (counts[at + 1] as number) + distinct;
}
