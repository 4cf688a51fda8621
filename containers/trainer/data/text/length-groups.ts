// Groups of texts by their lengths. Few texts are long, and a step takes as long as the longest text of its batch, so long texts have batches of
// their own.
import type { Items } from '../batches.ts';
import type { ByteRange } from '../item-bytes.ts';

/** Each group has programs of its own, which take seconds to build. */
const MOST_GROUPS = 3;
/** Share of the positions that a further group must save. */
const LEAST_SAVED = 0.05;
/**
 * Share of the texts of the first group: batches of nearly all lengths teach as much as batches of all, where batches of one length each
 * teach less.
 */
const LEAST_SHORT = 0.97;

/** A text has one side; a pair has its text and its source, one after the other. */
export type Sides = readonly number[];

export type LengthGroups<Bytes extends ByteRange> = {
  /** Positions of each side for the items of each group, the shortest first. A later group has room for the items of an earlier one. */
  readonly sizes: readonly Sides[];
  /** The items with the group of each, where there are several. */
  readonly items: Items<Bytes>;
};

/** Divides coded texts by their lengths so that few positions are padding. `sides`: positions of each side of a row. */
export function lengthGroups<Bytes extends ByteRange>(items: Items<Bytes>, sides: Sides): LengthGroups<Bytes> {
  const lengths = Array.from({ length: items.items }, (_, item) => rowLengths(rowOf(items, item), sides));
  const totals = lengths.map(totalOf);
  const steps = stepsOf(lengths, totals, sides);
  const limits = cheapestLimits(steps).map((at) => steps[at] as Step);
  // Held-out texts may be longer than all that are trained on.
  const sizes = limits.map(({ room }, group) => (group === limits.length - 1 ? sides : room));
  const groups = Uint8Array.from(totals, (total) => limits.findIndex((limit) => total <= limit.total));
  return { sizes, items: sizes.length === 1 ? items : { ...items, groups } };
}

/** Returns the positions of each side up to its end, with it. */
export function rowLengths(row: ArrayLike<number>, sides: Sides): number[] {
  let first = 0;
  return sides.map((positions) => {
    let length = 0;
    while (length < positions && row[first + length] !== 0) length++;
    first += positions;
    return Math.min(length + 1, positions);
  });
}

/** Returns the items in the order of their lengths, the shortest first. */
export function byLength(items: Items, sides: Sides): Int32Array {
  const totals = Array.from({ length: items.items }, (_, item) => totalOf(rowLengths(rowOf(items, item), sides)));
  return Int32Array.from(totals.keys()).sort((a, b) => (totals[a] as number) - (totals[b] as number) || a - b);
}

/** Returns the first of the sizes that has room for all rows of a batch [rows, sum of sides]. */
export function sizeFor(batch: Float32Array, sides: Sides, sizes: readonly Sides[]): number {
  const width = totalOf(sides);
  const needed = sides.map(() => 0);
  for (let first = 0; first < batch.length; first += width) {
    const lengths = rowLengths(batch.subarray(first, first + width), sides);
    for (const [side, length] of lengths.entries()) needed[side] = Math.max(needed[side] as number, length);
  }
  return sizes.findIndex((size) => needed.every((length, side) => length <= (size[side] as number)));
}

/** Returns the batch without the positions beyond the size of each side. */
export function cutRows(batch: Float32Array, sides: Sides, size: Sides): Float32Array {
  const [width, kept] = [totalOf(sides), totalOf(size)];
  if (width === kept) return batch;
  const cut = new Float32Array((batch.length / width) * kept);
  for (let row = 0; row * width < batch.length; row++) {
    let [from, to] = [row * width, row * kept];
    for (const [side, positions] of sides.entries()) {
      const length = size[side] as number;
      cut.set(batch.subarray(from, from + length), to);
      from += positions;
      to += length;
    }
  }
  return cut;
}

/** All items of up to `total` positions: how many they are, and the room that each side needs. */
type Step = { readonly total: number; readonly count: number; readonly room: Sides };

function stepsOf(lengths: readonly Sides[], totals: readonly number[], sides: Sides): Step[] {
  const members = Map.groupBy(lengths.keys(), (item) => totals[item] as number);
  const room = sides.map(() => 0);
  let count = 0;
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([total, items]) => {
      count += items.length;
      for (const item of items)
        for (const [side, length] of (lengths[item] as Sides).entries())
          room[side] = Math.max(room[side] as number, length);
      return { total, count, room: [...room] };
    });
}

/** Returns the last step of each group, by dynamic programming over the steps. */
function cheapestLimits(steps: readonly Step[]): number[] {
  const costOf = (from: number, to: number) => {
    const { count, room } = steps[to] as Step;
    return (count - (steps[from - 1]?.count ?? 0)) * totalOf(room);
  };
  type Plan = { readonly cost: number; readonly limits: readonly number[] };
  const isShort = ({ count }: Step) => count >= LEAST_SHORT * (steps.at(-1) as Step).count;
  let plans: Plan[] = steps.map((step, to) => ({
    cost: isShort(step) ? costOf(0, to) : Number.POSITIVE_INFINITY,
    limits: [to],
  }));
  let best = plans.at(-1) as Plan;
  for (let groups = 2; groups <= MOST_GROUPS; groups++) {
    const earlier = plans;
    plans = steps.map((_, to) => {
      let found = earlier[to] as Plan;
      for (let from = 1; from <= to; from++) {
        const { cost, limits } = earlier[from - 1] as Plan;
        const whole = cost + costOf(from, to);
        if (whole < found.cost) found = { cost: whole, limits: [...limits, to] };
      }
      return found;
    });
    const last = plans.at(-1) as Plan;
    if (last.cost > (1 - LEAST_SAVED) * best.cost) break;
    best = last;
  }
  return [...best.limits];
}

function rowOf({ bytes, size }: Items, item: number): Uint8Array {
  return bytes.subarray(item * size, (item + 1) * size);
}

function totalOf(lengths: Sides): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}
