// Order statistics of numbers that only an engine sees: it counts them by the leading bits of their orders, in finer buckets until the
// value of a rank is known exactly. All arithmetic on values is done here.
import { doubleOfOrder, singleOfOrder } from '#core/snapshot/statistics/ordered-bits.ts';
import { FIRST_BITS } from '../kernel/count.ts';

/** all: all values; distinct: those of items that are no copies. */
export type Population = 'all' | 'distinct';
/** The orders `low << shift` to `(low + 1) << shift`, exclusive. */
export type Bucket = { readonly low: bigint; readonly shift: number } & Readonly<Record<Population, number>>;
/** A bucket to be counted in buckets of `next` bits. */
export type BucketSplit = {
  readonly distribution: number;
  readonly low: bigint;
  readonly shift: number;
  readonly next: number;
};
export type Counted = { readonly distribution: number } & Bucket;

/** A question about a distribution: a rank among the values, or among their distances from a value; or that values are told apart. */
export type Question = { readonly distribution: number; readonly population: Population } & (
  | { readonly ask: 'rank'; readonly rank: number; readonly from?: number }
  | { readonly ask: 'equal'; readonly to: number }
  | { readonly ask: 'every' }
);
/** The values of the first and the last order of the bucket. */
type Located = Bucket & { readonly first: number; readonly last: number };
type Interval = { readonly least: number; readonly greatest: number; readonly bucket: Bucket };
/** Rising bounds of intervals, and how many values the intervals up to each have. */
type Bounds = { readonly values: Float64Array; readonly upTo: Float64Array };
type Intervals = { readonly all: readonly Interval[]; readonly byLeast: Bounds; readonly byGreatest: Bounds };

/** Buckets with fewer values are counted value by value at once. */
const FEW = 512;
const STEPS = { 32: 8, 64: 16 } as const;

export type Statistics = ReturnType<typeof openStatistics>;

/** `count` asks the engine for the values of buckets by their next bits. `given`: all values by their first 16 bits. */
export function openStatistics(
  bits: 32 | 64,
  distributions: number,
  given: readonly Counted[],
  count: (splits: readonly BucketSplit[]) => Promise<Counted[]>,
) {
  const buckets = Array.from({ length: distributions }, () => new Map<string, Located>());
  const sorted: (readonly Located[] | undefined)[] = [];
  /** The intervals of one distribution, which the questions about it share. Those of all would take too much memory. */
  const known = new Map<string, Intervals>();
  let knownOf = -1;
  const valueOfOrder = bits === 32 ? (order: bigint) => singleOfOrder(Number(order)) : doubleOfOrder;
  const add = (counted: readonly Counted[]) => {
    for (const { distribution, ...bucket } of counted) {
      const { low, shift } = bucket;
      const [first, last] = [valueOfOrder(low << BigInt(shift)), valueOfOrder(((low + 1n) << BigInt(shift)) - 1n)];
      (buckets[distribution] as Map<string, Located>).set(nameOf(bucket), { ...bucket, first, last });
      sorted[distribution] = undefined;
    }
    known.clear();
  };
  add(given);
  const counts = buckets.map((own) => sumOf([...own.values()]));
  /** In rising order, which sorting by any distance then only has to merge. */
  const bucketsOf = (distribution: number): readonly Located[] => {
    sorted[distribution] ??= [...(buckets[distribution] as Map<string, Located>).values()].sort(
      (a, b) => a.first - b.first,
    );
    return sorted[distribution];
  };
  const intervalsOf = ({ distribution, population }: Question, from: number | undefined): Intervals => {
    if (distribution !== knownOf) known.clear();
    knownOf = distribution;
    const name = `${population} ${from}`;
    const found = known.get(name) ?? sortIntervals(bucketsOf(distribution), population, from);
    known.set(name, found);
    return found;
  };
  /** Returns the answer, or the buckets that have to be counted more finely. */
  const answer = (question: Question): number | Bucket[] => {
    const intervals = intervalsOf(question, question.ask === 'rank' ? question.from : undefined);
    const open = (isOpen: (interval: Interval) => boolean) =>
      intervals.all.filter((interval) => interval.bucket.shift > 0 && isOpen(interval)).map(({ bucket }) => bucket);
    if (question.ask === 'rank') {
      const [least, greatest] = [atRank(intervals.byLeast, question.rank), atRank(intervals.byGreatest, question.rank)];
      return least === greatest ? least : open((one) => one.least <= greatest && one.greatest >= least);
    }
    const isWanted = (one: Interval) =>
      question.ask === 'every' || (one.least <= question.to && question.to <= one.greatest);
    const rest = open(isWanted);
    if (rest.length > 0) return rest;
    return intervals.all.filter(isWanted).reduce((sum, { bucket }) => sum + bucket[question.population], 0);
  };
  return {
    countOf: (distribution: number, population: Population): number => counts[distribution]?.[population] ?? 0,
    /** Returns all values with their numbers, once a question for `every` one was answered. */
    valuesOf: (distribution: number, population: Population) =>
      bucketsOf(distribution).flatMap((bucket) =>
        bucket[population] > 0 ? [{ value: bucket.first, items: bucket[population] }] : [],
      ),
    async resolve(questions: readonly Question[]): Promise<number[]> {
      for (;;) {
        const answers = questions.map(answer);
        const splits = new Map<string, BucketSplit>();
        for (const [i, found] of answers.entries()) {
          if (typeof found === 'number') continue;
          const { distribution } = questions[i] as Question;
          for (const { low, shift, all } of found) {
            const next = all <= FEW ? 0 : Math.max(0, shift - STEPS[bits]);
            splits.set(`${distribution} ${nameOf({ low, shift })}`, { distribution, low, shift, next });
          }
        }
        if (splits.size === 0) return answers as number[];
        const finer = await count([...splits.values()]);
        checkCounts([...splits.values()], finer, (split) => buckets[split.distribution]?.get(nameOf(split)));
        for (const { distribution, low, shift } of splits.values())
          (buckets[distribution] as Map<string, Located>).delete(nameOf({ low, shift }));
        add(finer);
      }
    },
  };
}

/** What a bucket is divided into has as many values: fewer or more would never answer a question. */
function checkCounts(
  splits: readonly BucketSplit[],
  finer: readonly Counted[],
  bucketOf: (split: BucketSplit) => Bucket | undefined,
): void {
  const wanted = sumOf(splits.flatMap((split) => bucketOf(split) ?? []));
  const found = sumOf(finer);
  if (wanted.all !== found.all || wanted.distinct !== found.distinct)
    throw new Error(`Of ${wanted.all} values that were counted before, ${found.all} were counted again.`);
}

function sumOf(buckets: readonly Bucket[]): Record<Population, number> {
  const sum = { all: 0, distinct: 0 };
  for (const { all, distinct } of buckets) {
    sum.all += all;
    sum.distinct += distinct;
  }
  return sum;
}

/** Returns how far orders are shifted to get the first buckets. */
export function firstShift(bits: 32 | 64): number {
  return bits - FIRST_BITS;
}

/** `from`: intervals of the distances from a value, instead of the values. */
function sortIntervals(buckets: readonly Located[], population: Population, from: number | undefined): Intervals {
  const all = buckets.flatMap((bucket): Interval[] => {
    const { first, last } = bucket;
    if (bucket[population] === 0) return [];
    if (from === undefined) return [{ least: first, greatest: last, bucket }];
    const [one, other] = [Math.abs(first - from), Math.abs(last - from)];
    const isAround = first <= from && from <= last;
    return [{ least: isAround ? 0 : Math.min(one, other), greatest: Math.max(one, other), bucket }];
  });
  return {
    all,
    byLeast: sortBounds(all, population, ({ least }) => least),
    byGreatest: sortBounds(all, population, ({ greatest }) => greatest),
  };
}

function sortBounds(all: readonly Interval[], population: Population, bound: (interval: Interval) => number): Bounds {
  const sorted = all.toSorted((a, b) => bound(a) - bound(b));
  const upTo = new Float64Array(sorted.length);
  let before = 0;
  for (const [i, { bucket }] of sorted.entries()) {
    before += bucket[population];
    upTo[i] = before;
  }
  return { values: Float64Array.from(sorted, bound), upTo };
}

/** Returns the bound at a rank, counted from 0, if each interval stands for as many values as it has. */
function atRank({ values, upTo }: Bounds, rank: number): number {
  let [first, end] = [0, upTo.length];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if ((upTo[middle] as number) > rank) end = middle;
    else first = middle + 1;
  }
  const found = values[first];
  if (found === undefined) throw new Error(`There is no value of rank ${rank} among ${upTo.at(-1) ?? 0}.`);
  return found;
}

function nameOf({ low, shift }: Pick<Bucket, 'low' | 'shift'>): string {
  return `${shift} ${low}`;
}
