import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { binOf, histogramOf, shareEdges } from '#core/snapshot/statistics/bins.ts';
import { jensenShannon, kolmogorovSmirnov, largestDifference } from '#core/snapshot/statistics/drift.ts';
import { remotenessOf } from '#core/snapshot/statistics/remoteness.ts';
import { quantile, robustSpread, sortedNumbers } from '#core/snapshot/statistics/robust.ts';

test('middle and spread of normal values are those of the distribution, and wild values do not move them', () => {
  const values = normals(1, 'values', 4000);
  const { median, deviation } = robustSpread(values);
  expect(Math.abs(median)).toBeLessThan(0.05);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.05);
  const wild = robustSpread([...values, ...new Array(100).fill(1e9), Number.NaN]);
  expect(Math.abs(wild.deviation - 1)).toBeLessThan(0.2);
});

test('a second group of one in six is a spread of its own and no crowd of exceptions', () => {
  const offsets = [...normals(1, 'offsets', 2500).map((value) => value * 1e-5), ...new Array(500).fill(-0.007)];
  const { median, deviation } = robustSpread(offsets);
  expect(Math.abs(-0.007 - median) / deviation).toBeLessThan(3);
});

test('among many zeros, the few in a hundred that are none are judged by each other', () => {
  const losses = [...new Array(950).fill(0), ...normals(4, 'losses', 49).map((value) => 1900 + 100 * value), 90_000];
  const { median, deviation } = robustSpread(losses);
  expect((2_200 - median) / deviation).toBeLessThan(3);
  expect((90_000 - median) / deviation).toBeGreaterThan(50);
});

test('where nearly all values are equal the mean distance tells the spread, and equal values have none', () => {
  expect(robustSpread([...new Array(99).fill(5), 9]).deviation).toBeCloseTo(0.04 * 1.2533);
  expect(robustSpread([5, 5, 5])).toEqual({ median: 5, deviation: 0 });
  expect(robustSpread([Number.NaN])).toEqual({ median: 0, deviation: 0 });
});

test('quantiles lie between values in proportion', () => {
  const sorted = sortedNumbers([3, 1, Number.NaN, 2]);
  expect([0, 0.25, 0.5, 1].map((share) => quantile(sorted, share))).toEqual([1, 1.5, 2, 3]);
});

test('what lies by itself is remote, what lies among others is not', () => {
  const points = Float32Array.from(normals(2, 'points', 400 * 3));
  points.set([9, -9, 9], 17 * 3);
  const remoteness = remotenessOf(points, 3);
  expect(remoteness.indexOf(Math.max(...remoteness))).toBe(17);
  expect(remoteness[17]).toBeGreaterThan(8);
  expect([...remotenessOf(new Float32Array(0), 3)]).toEqual([]);
  expect([...remotenessOf(new Float32Array(2), 2)]).toEqual([0]);
});

test('drift is 0 between equal samples, whatever their size, and 1 between those with nothing in common', () => {
  for (const distance of [kolmogorovSmirnov, jensenShannon, largestDifference]) {
    expect(distance([1, 2, 3], [10, 20, 30])).toBeCloseTo(0, 12);
    expect(distance([5, 0], [0, 9])).toBeCloseTo(1, 12);
    expect(distance([3, 1], [1, 3])).toBeCloseTo(distance([1, 3], [3, 1]), 12);
  }
  expect(kolmogorovSmirnov([1, 1, 0, 0], [0, 0, 1, 1])).toBe(1);
  expect(largestDifference([1, 1, 0, 0], [0, 0, 1, 1])).toBe(0.5);
  expect(kolmogorovSmirnov([3, 1], [1, 3])).toBe(0.5);
  expect(jensenShannon([1, 1], [1, 0])).toBeCloseTo(0.3113, 4);
});

test('bins of equal shares have about as many values each, bins of equal width cover the range', () => {
  const sorted = sortedNumbers(normals(3, 'bins', 1000));
  const edges = shareEdges(sorted, 10);
  const counts = new Array(10).fill(0);
  for (const value of sorted) counts[binOf(edges, value)]++;
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThanOrEqual(2);
  expect(shareEdges([1, 1, 1, 1], 4)).toEqual([1]);
  expect(histogramOf([0, 1, 2, 4], 4)).toEqual({ from: 0, to: 4, counts: [1, 1, 1, 1] });
  expect(histogramOf([7], 2)).toEqual({ from: 7, to: 8, counts: [1, 0] });
});

test('the remoteness of an item is its mean distance to others, never to itself', () => {
  expect([...remotenessOf(Float32Array.of(0, 1, 3), 1)]).toEqual([2, 1.5, 2.5]);
  // The five nearest of eleven.
  const line = Float32Array.from({ length: 11 }, (_, i) => (i === 10 ? 100 : i));
  expect(remotenessOf(line, 1)[10]).toBe(93);
  expect([...remotenessOf(Float32Array.of(7), 1)]).toEqual([0]);
});
