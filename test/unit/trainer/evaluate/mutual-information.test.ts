import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { mutualInformation } from '../../../../containers/trainer/evaluate/shared/mutual-information.ts';

const ITEMS = 200;

/** Means of a given spread, standard deviation 1 in every posterior. */
function posteriors(spread: number, seed = 1) {
  const zMean = normals(seed, 'means', ITEMS * 2).map((value) => spread * value);
  const noise = normals(seed, 'noise', ITEMS * 2);
  return { zMean, zLogVar: new Float32Array(ITEMS * 2), code: zMean.map((mean, at) => mean + (noise[at] as number)) };
}

test('equal posteriors have no mutual information, separate ones the log of the number of items, overlapping ones what the formula for Gaussians says', () => {
  expect(mutualInformation(posteriors(0), 2)).toBeCloseTo(0, 6);
  expect(mutualInformation(posteriors(1e4), 2)).toBeCloseTo(Math.log(ITEMS), 6);
  // Two dimensions of half the log of 1 + the spread's square.
  expect(Math.abs(mutualInformation(posteriors(1), 2) - Math.log(2))).toBeLessThan(0.15);
});

test('what all posteriors have in common does not count', () => {
  const shifted = posteriors(0);
  const far = { ...shifted, zMean: shifted.zMean.map(() => 9), code: shifted.code.map((value) => value + 9) };
  expect(mutualInformation(far, 2)).toBeCloseTo(0, 6);
});
