import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { codeDensities, densityQuantiles, outlierScore } from '#core/model/latent/outlier-score.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';

const DIM = 4;

test('held-out codes have scores from 0 to 1 alike, and a code far from all of them has 1', () => {
  const heldOut = codeDensities(normals(1, 'held out', 2_000 * DIM), DIM, null);
  const quantiles = densityQuantiles(heldOut);
  expect(quantiles).toHaveLength(101);
  const scores = [...codeDensities(normals(2, 'others', 2_000 * DIM), DIM, null)].map((density) =>
    outlierScore(quantiles, density),
  );
  for (const share of [0.05, 0.5, 0.95]) {
    const below = scores.filter((score) => score < share).length / scores.length;
    expect(Math.abs(below - share)).toBeLessThan(0.04);
  }
  expect(outlierScore(quantiles, (quantiles[0] as number) - 1)).toBe(1);
  expect(outlierScore(quantiles, (quantiles[100] as number) + 1)).toBe(0);
  expect(() => densityQuantiles([])).toThrow(RangeError);
});

test('under a mixture, a code between two groups is unlikelier than one within', () => {
  const mixture: LatentMixture = {
    schemaVersion: 1,
    latentDim: 2,
    covariance: 'diagonal',
    components: [-3, 3].map((at, label) => ({ weight: 0.5, label, mean: [at, 0], factor: [1, 1] })),
  };
  const [within, between] = codeDensities(Float32Array.of(3, 0, 0, 0), 2, mixture) as unknown as [number, number];
  expect(within).toBeGreaterThan(between + 3);
});
