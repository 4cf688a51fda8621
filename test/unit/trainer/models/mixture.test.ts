import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { drawLatent, LatentMixture } from '#core/model/latent-mixture.ts';
import { fitLatents } from '../../../../containers/trainer/models/latent/latents.ts';
import { fitMixture, meanLogDensity } from '../../../../containers/trainer/models/latent/mixture.ts';

const DIM = 2;

/** Two narrow clouds at (-4, 0) and (4, 0), the second leaning; a third of the rows in the first. */
function clouds(count: number, stream: string): { rows: Float32Array; labels: Int32Array } {
  const noise = normals(5, stream, count * DIM);
  const labels = Int32Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 0 : 1));
  const rows = Float32Array.from({ length: count * DIM }, (_, at) => {
    const i = Math.floor(at / DIM);
    const [a, b] = [noise[i * DIM] as number, noise[i * DIM + 1] as number];
    if (labels[i] === 0) return at % DIM === 0 ? -4 + 0.5 * a : 0.5 * b;
    return at % DIM === 0 ? 4 + a : 0.9 * a + 0.3 * b;
  });
  return { rows, labels };
}

const encoded = (count: number, stream: string) => {
  const { rows, labels } = clouds(count, stream);
  return { zMean: rows, zLogVar: new Float32Array(rows.length).fill(-20), labels };
};

test('finds two clouds, their shares and their lean, and no third', () => {
  const [train, heldOut] = [clouds(900, 'train').rows, clouds(300, 'heldOut').rows];
  const fitted = fitMixture({ train, heldOut, dim: DIM, covariance: 'full', sizes: [1, 2, 4], seed: 1, stream: 'x' });
  const byMean = [...fitted.components].sort((a, b) => (a.gaussian.mean[0] as number) - (b.gaussian.mean[0] as number));
  expect(byMean).toHaveLength(2);
  expect(byMean.map(({ gaussian }) => Math.round(gaussian.mean[0] as number))).toEqual([-4, 4]);
  expect(byMean[0]?.weight).toBeCloseTo(1 / 3, 1);
  // Cholesky rows of a lean of 0.9: [1], [0.9, 0.3].
  expect(byMean[1]?.gaussian.factor[1]).toBeCloseTo(0.9, 0);
  const one = fitMixture({ train, heldOut, dim: DIM, covariance: 'full', sizes: [1], seed: 1, stream: 'x' });
  expect(meanLogDensity(fitted, heldOut)).toBeGreaterThan(meanLogDensity(one, heldOut) + 0.5);
});

test('the density of one Gaussian is the Gaussian one', () => {
  const gaussian = { mean: Float64Array.of(1, 2), factor: Float64Array.of(2, 1, 3) };
  const covariance = 'full';
  // Whitened: (3 - 1) / 2 = 1; (2 + 4 - 2 - 1) / 3 = 1. Determinant of the factor: 6.
  const nats = meanLogDensity({ covariance, components: [{ weight: 1, gaussian }] }, Float32Array.of(3, 6));
  expect(nats).toBeCloseTo(-Math.log(2 * Math.PI) - Math.log(6) - 1, 6);
});

test('latents with classes are stored by class, the same each time, and draws land in their class', () => {
  const options = { train: encoded(300, 'a'), heldOut: encoded(90, 'b'), dim: DIM, classes: 2, seed: 3 };
  const { facts, mixture } = fitLatents(options);
  expect(fitLatents(options)).toEqual({ facts, mixture });
  expect(facts).toMatchObject({ activeUnits: 2, alarm: null, mixture: { byLabel: true } });
  expect(facts.mixture?.heldOutNats).toBeGreaterThan((facts.mixture?.priorNats ?? 0) + 1);
  const stored = LatentMixture.parse(JSON.parse(JSON.stringify(mixture)));
  const draws = (label?: number) =>
    Array.from({ length: 200 }, (_, i) => drawLatent(stored, { seed: 1, stream: `${i}`, temperature: 1, label }));
  expect(draws(0).every(({ z, label }) => (z[0] as number) < 0 && label === 0)).toBe(true);
  expect(draws(1).every(({ z }) => (z[0] as number) > 0)).toBe(true);
  const shares = draws().filter(({ label }) => label === 0).length / 200;
  expect(Math.abs(shares - 1 / 3)).toBeLessThan(0.12);
});

test('latents that lie as the prior does are left to the prior, and unused ones raise the alarm', () => {
  const prior = (count: number) => ({
    zMean: new Float32Array(count * DIM),
    zLogVar: new Float32Array(count * DIM),
    labels: new Int32Array(count).fill(-1),
  });
  const { facts, mixture } = fitLatents({
    train: prior(40),
    heldOut: prior(400),
    dim: DIM,
    classes: 0,
    seed: 1,
  });
  expect([mixture, facts.mixture, facts.activeUnits]).toEqual([null, null, 0]);
  expect(facts.alarm).toContain('latent space is not used');
});

test.each([1, 2, 8])('%i items, all alike, give finite Gaussians', (count) => {
  const alike = { zMean: new Float32Array(count * DIM).fill(1), zLogVar: new Float32Array(count * DIM).fill(-30) };
  const items = { ...alike, labels: Int32Array.from({ length: count }, (_, i) => i % 2) };
  const { mixture } = fitLatents({ train: items, heldOut: items, dim: DIM, classes: 2, seed: 1 });
  const numbers = mixture?.components.flatMap(({ mean, factor, weight }) => [...mean, ...factor, weight]) ?? [];
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers.every(Number.isFinite)).toBe(true);
});

test('the size is chosen by vectors that were held out, whatever fits the training vectors better', () => {
  // Two clouds to train on, one between them held out.
  const train = normals(1, 'two', 60).map((value, i) => value / 2 + (i % 2 === 0 ? 3 : -3));
  const heldOut = normals(2, 'one', 60).map((value) => value / 2);
  const options = { dim: 1, covariance: 'full', sizes: [1, 2], seed: 1, stream: 'x' } as const;
  expect(fitMixture({ ...options, train, heldOut }).components).toHaveLength(1);
  expect(fitMixture({ ...options, train, heldOut: train }).components).toHaveLength(2);
});

test('the start follows the seed and the stream', () => {
  const train = normals(3, 'train', 60);
  const mixtureOf = (seed: number, stream: string) =>
    fitMixture({ train, heldOut: train, dim: 1, covariance: 'full', sizes: [6], seed, stream });
  expect(mixtureOf(1, 'x')).toEqual(mixtureOf(1, 'x'));
  const starts = [mixtureOf(1, 'x'), mixtureOf(2, 'x'), mixtureOf(3, 'x'), mixtureOf(1, 'y')].map((mixture) =>
    JSON.stringify(mixture),
  );
  expect(new Set(starts).size).toBe(4);
});
