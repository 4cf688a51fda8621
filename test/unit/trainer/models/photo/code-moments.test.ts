// Where codes lie, known beforehand: the moments that training follows find it.
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { LatentMixture, storedMixture } from '#core/model/latent-mixture.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { Params, StateEntry } from '../../../../../containers/trainer/engine/types.ts';
import {
  codePrior,
  fittedPrior,
  momentShapes,
  movedMoments,
} from '../../../../../containers/trainer/models/photo/code-moments.ts';

const DIM = 2;
const ITEMS = 4_000;
/** Of a posterior, in every dimension. */
const OWN_VARIANCE = 0.5;
/** Class 0 around (1, -1), stretched and slanted; class 1 around (-2, 0), round. */
const LAWS = [
  { mean: [1, -1], factor: [2, 0.5, 1] },
  { mean: [-2, 0], factor: [1, 0, 1] },
] as const;
const labels = Int32Array.from({ length: ITEMS }, (_, i) => i % 2);
const zMean = codes();
const zLogVar = new Float32Array(ITEMS * DIM).fill(Math.log(OWN_VARIANCE));

function codes(): Float32Array {
  const noise = normals(1, 'codes', ITEMS * DIM);
  const out = new Float32Array(ITEMS * DIM);
  labels.forEach((label, i) => {
    const { mean, factor } = LAWS[label as 0 | 1];
    const [u, v] = [noise[2 * i] as number, noise[2 * i + 1] as number];
    out.set([mean[0] + factor[0] * u, mean[1] + factor[1] * u + factor[2] * v], 2 * i);
  });
  return out;
}

/**
 * The Cholesky factors of 0.85 times the deviations of means and posteriors together, with a tenth of the covariance between
 * dimensions taken away: [[4.5, 0.9], [0.9, 1.75]] and [[1.5, 0], [0, 1.5]].
 */
const WANTED = [
  [Math.sqrt(4.5), 0.9 / Math.sqrt(4.5), Math.sqrt(1.75 - 0.81 / 4.5)],
  [Math.sqrt(1.5), 0, Math.sqrt(1.5)],
].map((factor) => factor.map((value) => 0.85 * value));

test('the prior lies where the codes of each class do, a little narrower', () => {
  const state: [string, StateEntry][] = [];
  tf.tidy(() => {
    let params: Params = Object.fromEntries(
      Object.entries(momentShapes(DIM, 2)).map(([name, shape]) => [name, tf.zeros([...shape])]),
    );
    for (let step = 0; step < 200; step++) {
      const rows = (values: Float32Array) =>
        tf.tensor2d(values.slice(step * 20 * DIM, (step + 1) * 20 * DIM), [20, DIM]);
      const latent = { zMean: rows(zMean), zLogVar: rows(zLogVar) };
      const label = tf.oneHot(tf.tensor1d(labels.slice(step * 20, (step + 1) * 20), 'int32'), 2);
      params = movedMoments(params, latent, tf.cast(label, 'float32'));
    }
    for (const [name, tensor] of Object.entries(params))
      state.push([name, { shape: tensor.shape, values: tensor.dataSync() as Float32Array }]);
  });
  const { components } = LatentMixture.parse(codePrior(new Map(state), 2));
  expect(components.map(({ label }) => label)).toEqual([0, 1]);
  components.forEach(({ weight, mean, factor }, c) => {
    expect(weight).toBeCloseTo(0.5, 6);
    mean.forEach((value, d) => void expect(Math.abs(value - (LAWS[c as 0 | 1].mean[d] as number))).toBeLessThan(0.15));
    factor.forEach((value, i) => void expect(Math.abs(value - (WANTED[c]?.[i] as number))).toBeLessThan(0.15));
  });
});

describe('the prior that is fitted at the end', () => {
  const { components } = LatentMixture.parse(fittedPrior(zMean, labels, 2));
  const of = (label: number) => components.filter((component) => component.label === label);

  test('has the mean and the deviations of the codes of each class, without the width of single codes', () => {
    for (const label of [0, 1] as const) {
      const own = of(label);
      expect(own.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(0.5, 6);
      const { mean, factor } = LAWS[label];
      const deviations = [factor[0], Math.hypot(factor[1], factor[2])];
      for (let d = 0; d < DIM; d++) {
        const middle = own.reduce((sum, one) => sum + (one.mean[d] as number), 0) / own.length;
        const between = own.reduce((sum, one) => sum + ((one.mean[d] as number) - middle) ** 2, 0) / own.length;
        const [a = 0, b = 0, c = 0] = own[0]?.factor ?? [];
        const within = d === 0 ? a ** 2 : b ** 2 + c ** 2;
        expect(Math.abs(middle - (mean[d] as number))).toBeLessThan(0.15);
        expect(Math.abs(Math.sqrt(between + within) - (deviations[d] as number))).toBeLessThan(0.15);
      }
    }
  });

  test('lies around single photos, three quarters of the way from the mean of their class, and around 512 of a class at most', () => {
    expect(of(0)).toHaveLength(512);
    // Each distribution also counts two items at 0, so the means are (1 + 3) / 4 and -9 / 3.
    const few = fittedPrior(Float32Array.of(1, 1, 3, 3, -9, 0), Int32Array.of(0, 0, 1), 2).components;
    const near = (mean: number, code: number) => expect.closeTo(mean + 0.75 * (code - mean), 4);
    expect(few.map(({ mean }) => mean)).toEqual([
      [near(1, 1), near(1, 1)],
      [near(1, 3), near(1, 3)],
      [near(-3, -9), 0],
    ]);
  });

  test('is stored with the factor that the components of a class share, once', () => {
    const mixture = fittedPrior(zMean, labels, 2);
    const text = JSON.stringify(storedMixture(mixture));
    expect(JSON.parse(text).factors).toHaveLength(2);
    expect(LatentMixture.parse(JSON.parse(text))).toEqual(mixture);
    expect(LatentMixture.safeParse({ ...JSON.parse(text), factors: [] }).success).toBe(false);
  });
});

test('a photo without a class counts in every class', () => {
  const { components } = fittedPrior(Float32Array.of(3, 3, 3), Int32Array.of(0, 1, -1), 2);
  expect(components.map(({ weight }) => weight)).toEqual([0.5, 0.5]);
});
