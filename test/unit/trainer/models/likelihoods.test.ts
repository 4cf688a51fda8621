import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Params } from '../../../../containers/trainer/engine/types.ts';
import { LIKELIHOODS } from '../../../../containers/trainer/models/vae/likelihoods.ts';

const SHAPE = [2, 2, 2, 3];
/** Both ends among them: they are the cases of their own. */
const X = Float32Array.from({ length: 24 }, (_, i) => [0, 255, 7, 128, 250, 1][i % 6] as number).map(
  (byte) => byte / 255,
);
const RAW = normals(1, 'raw', 24);
const SCALE = 0.03;
const weights = (scale = SCALE): Params => ({ 'decoder/scale/bias': tf.tensor1d([scale]) });
const NAMES = Object.keys(LIKELIHOODS) as (keyof typeof LIKELIHOODS)[];

/** The scale enters by a zero as well: a Bernoulli distribution has none, and its gradient is then 0. */
const gradientsOf = (name: keyof typeof LIKELIHOODS, raw: Tensor, scale: number): Tensor[] =>
  tf.grads((r: Tensor, s: Tensor) => tf.add(sumOf(name, r, s), tf.mul(0, tf.sum(s))) as Tensor)([
    raw,
    tf.tensor1d([scale]),
  ]);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const sumOf = (name: keyof typeof LIKELIHOODS, raw: Tensor, scale: Tensor): Tensor =>
  tf.sum(LIKELIHOODS[name].loss({ 'decoder/scale/bias': scale }, raw, tf.tensor(X, SHAPE)));

/** The same in plain JavaScript, item by item, from the definitions. */
const EXPECTED: Record<keyof typeof LIKELIHOODS, (raw: number, x: number, scale: number) => number> = {
  bernoulli: (raw, x) => -x * Math.log(sigmoid(raw)) - (1 - x) * Math.log(1 - sigmoid(raw)),
  gaussian(raw, x, scale) {
    const sigma = scale + 1 / 256;
    return Math.log(sigma * Math.sqrt(2 * Math.PI)) + (x - sigmoid(raw)) ** 2 / (2 * sigma * sigma);
  },
  logistic(raw, x, scale) {
    const at = (edge: number) => sigmoid((edge - sigmoid(raw)) / (scale + 1 / 2560));
    const upper = x > 0.999 ? 1 : at(x + 1 / 510);
    const lower = x < 0.001 ? 0 : at(x - 1 / 510);
    return -Math.log(upper - lower);
  },
};

describe.each(NAMES)('%s', (name) => {
  test('gives the nats of its definition, item by item', () => {
    const loss = LIKELIHOODS[name].loss(weights(), tf.tensor(RAW, SHAPE), tf.tensor(X, SHAPE)).dataSync();
    const scale = Math.exp(-2 + 10 * SCALE);
    for (const item of [0, 1]) {
      let nats = 0;
      for (let i = item * 12; i < item * 12 + 12; i++) nats += EXPECTED[name](RAW[i] as number, X[i] as number, scale);
      expect(Math.abs((loss[item] as number) / nats - 1)).toBeLessThan(1e-4);
    }
  });

  test('has gradients that agree with finite differences, by output and by scale', () => {
    const [byRaw, byScale] = gradientsOf(name, tf.tensor(RAW, SHAPE), SCALE) as [Tensor, Tensor];
    const direction = normals(2, 'direction', 24);
    const total = (by: number, scale: number) => {
      const raw = Array.from(RAW, (value, i) => value + by * (direction[i] as number));
      const s = Math.exp(-2 + 10 * scale);
      return raw.reduce((sum, value, i) => sum + EXPECTED[name](value, X[i] as number, s), 0);
    };
    const along = tf.sum(tf.mul(byRaw, tf.tensor(direction, SHAPE))).dataSync()[0] as number;
    const numeric = (total(1e-4, SCALE) - total(-1e-4, SCALE)) / 2e-4;
    expect(Math.abs(along / numeric - 1)).toBeLessThan(1e-3);
    const numericScale = (total(0, SCALE + 1e-5) - total(0, SCALE - 1e-5)) / 2e-5;
    expect(Math.abs((byScale.dataSync()[0] as number) - numericScale)).toBeLessThan(
      1e-3 * Math.abs(numericScale) + 1e-3,
    );
  });

  test('stays finite far off, and at any scale', () => {
    for (const raw of [-80, 0, 80]) {
      for (const scale of [-2, 0, 0.3]) {
        for (const gradient of gradientsOf(name, tf.fill(SHAPE, raw), scale))
          expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
        expect(sumOf(name, tf.fill(SHAPE, raw), tf.tensor1d([scale])).dataSync()[0]).not.toBeNaN();
      }
    }
  });
});

test('the discretised logistic distribution gives the 256 bytes a probability of 1 in all', () => {
  const bytes = tf.tensor(
    Float32Array.from({ length: 256 }, (_, byte) => byte / 255),
    [256, 1, 1, 1],
  );
  for (const raw of [-6, 0.4, 3]) {
    const nats = LIKELIHOODS.logistic.loss(weights(), tf.fill([256, 1, 1, 1], raw), bytes).dataSync();
    expect(Array.from(nats).reduce((sum, loss) => sum + Math.exp(-loss), 0)).toBeCloseTo(1, 4);
  }
});
