import { expect, test } from 'vitest';
import { permutation, uniforms } from '#core/base/random.ts';
import { epochOrder, groupedOrder, type Items } from '../../../../containers/trainer/data/batches.ts';
import {
  byLength,
  cutRows,
  lengthGroups,
  rowLengths,
  sizeFor,
} from '../../../../containers/trainer/data/text/length-groups.ts';

const POSITIONS = 40;

/** Items with texts of the given lengths, each with its end. */
function textsOf(lengths: readonly number[]): Items {
  const bytes = new Uint8Array(lengths.length * POSITIONS);
  for (const [item, length] of lengths.entries()) bytes.fill(9, item * POSITIONS, item * POSITIONS + length - 1);
  const labels = new Int32Array(lengths.length).fill(-1);
  return { items: lengths.length, size: POSITIONS, bytes, areCodes: true, labels, classes: 0 };
}

test('few long texts do not make the steps of all others long', () => {
  const lengths = Array.from(uniforms(1, 'lengths', 1_000), (draw, item) =>
    item < 5 ? POSITIONS : 4 + Math.floor(8 * draw),
  );
  const { sizes, items } = lengthGroups(textsOf(lengths), [POSITIONS]);
  const groups = items.groups as Uint8Array;
  expect(sizes.length).toBeLessThanOrEqual(3);
  expect(sizes.at(-1)).toEqual([POSITIONS]);
  expect(sizes[0]?.[0]).toBeLessThanOrEqual(11);
  // Batches of short texts have nearly all lengths.
  expect(groups.filter((group) => group === 0).length).toBeGreaterThanOrEqual(970);
  for (const [item, length] of lengths.entries())
    expect(sizes[groups[item] as number]?.[0]).toBeGreaterThanOrEqual(length);
});

test('texts of one length are one group, and so are those of which few are shorter than the longest', () => {
  for (const lengths of [new Array(50).fill(7), Array.from({ length: 50 }, (_, item) => 39 + (item % 2))]) {
    const items = textsOf(lengths);
    expect(lengthGroups(items, [POSITIONS])).toEqual({ sizes: [[POSITIONS]], items });
  }
});

test('a group of pairs has room for both sides of each of its pairs and of those of earlier groups', () => {
  const sides = [24, 16];
  const draws = uniforms(2, 'pairs', 400);
  const items = textsOf(new Array(200).fill(1));
  const own = Array.from({ length: 200 }, (_, item) => [
    1 + Math.floor((draws[2 * item] as number) ** 12 * 24),
    1 + Math.floor((draws[2 * item + 1] as number) ** 12 * 16),
  ]);
  const bytes = items.bytes as Uint8Array;
  for (const [item, [text = 0, source = 0]] of own.entries()) {
    bytes.fill(9, item * POSITIONS, item * POSITIONS + text - 1);
    bytes.fill(9, item * POSITIONS + 24, item * POSITIONS + 24 + source - 1);
  }
  const { sizes, items: grouped } = lengthGroups(items, sides);
  expect(sizes.length).toBeGreaterThan(1);
  for (const [item, lengths] of own.entries()) {
    expect(rowLengths(bytes.subarray(item * POSITIONS, (item + 1) * POSITIONS), sides)).toEqual(lengths);
    for (const size of sizes.slice(grouped.groups?.[item]))
      for (const [side, length] of lengths.entries()) expect(size[side]).toBeGreaterThanOrEqual(length);
  }
});

test('a batch is scored with the first size that has room for it, without the padding beyond', () => {
  const sides = [3, 2];
  const sizes = [[2, 1], [2, 2], sides];
  const batch = (...rows: number[][]) => Float32Array.from(rows.flat());
  const short = batch([5, 0, 0, 0, 0], [0, 0, 0, 0, 0]);
  expect(sizeFor(short, sides, sizes)).toBe(0);
  expect([...cutRows(short, sides, [2, 1])]).toEqual([5, 0, 0, 0, 0, 0]);
  expect(sizeFor(batch([5, 0, 0, 7, 0]), sides, sizes)).toBe(1);
  expect(sizeFor(batch([5, 6, 0, 0, 0]), sides, sizes)).toBe(2);
  // A side without an end is as long as can be.
  expect(sizeFor(batch([5, 6, 7, 0, 0]), sides, sizes)).toBe(2);
});

test('an epoch has the same items in batches of one group, in an order of its own, and few batches of two', () => {
  const groups = Uint8Array.from(permutation(1, 'groups', 203), (place) => Number(place > 150) + Number(place > 190));
  const orders = [1, 2].map((epoch) => {
    const order = epochOrder(1, epoch, 203, 8);
    const grouped = groupedOrder(1, epoch, order, { groups, batchSize: 8 });
    expect([...grouped].sort()).toEqual([...order].sort());
    const batches = Array.from({ length: 25 }, (_, at) => grouped.subarray(8 * at, 8 * at + 8));
    const mixed = batches.filter((batch) => new Set(Array.from(batch, (item) => groups[item])).size > 1);
    expect(mixed.length).toBeLessThanOrEqual(2);
    expect(groupedOrder(1, epoch, order, { groups, batchSize: 8 })).toEqual(grouped);
    return grouped;
  });
  expect(orders[0]).not.toEqual(orders[1]);
  // Batches of long texts are not the last ones of an epoch.
  expect(groups[orders[0]?.[199] as number] === 2 && groups[orders[1]?.[199] as number] === 2).toBe(false);
});

test('items are sorted by length, those of one length by their place', () => {
  const lengths = Array.from(permutation(1, 'lengths', 20), (place) => 2 + (place >> 1));
  const order = byLength(textsOf(lengths), [POSITIONS]);
  for (const [place, item] of [...order].entries()) {
    const before = order[place - 1];
    if (before === undefined) continue;
    const [a, b] = [lengths[before] as number, lengths[item] as number];
    expect(a < b || (a === b && before < item)).toBe(true);
  }
});
