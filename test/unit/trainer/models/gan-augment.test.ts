import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { augment } from '../../../../containers/trainer/models/gan/gan-augment.ts';
import { batchNorm, EPSILON, storedNorm } from '../../../../containers/trainer/models/layers/batch-norm.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';

const context = (step: number) => eagerContext({ seed: 1, step, draw: 0 }, 0, {}, true);
const images = () => tf.randomUniform([3, 8, 8, 3], -1, 1, 'float32', 7);
const close = (a: Tensor, b: Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number;

test('augmentation is the same for the same draw, another for the next, and cuts a quarter of the image out at most', () => {
  const x = images();
  const once = augment(x, context(1), 'real');
  expect(close(once, augment(x, context(1), 'real'))).toBe(0);
  expect(close(once, augment(x, context(2), 'real'))).toBeGreaterThan(0.1);
  for (const shares of tf
    .mean(tf.cast(tf.equal(augment(tf.fill([9, 8, 8, 1], 5), context(3), 's'), 0), 'float32'), [1, 2, 3])
    .dataSync()) {
    expect(shares).toBeGreaterThan(0);
    // The hole, and a row and a column that came in from outside.
    expect(shares).toBeLessThanOrEqual((16 + 15) / 64);
  }
});

test('augmentation is affine in the image, so that its derivatives of any order are right', () => {
  const [x, direction] = [images(), tf.randomNormal([3, 8, 8, 3], 0, 1, 'float32', 8)];
  const at = (by: number) => augment(tf.add(x, tf.mul(direction, by)), context(1), 'real');
  const bend = tf.add(tf.sub(at(1), tf.mul(2, at(0))), at(-1));
  expect(close(bend, tf.zerosLike(bend))).toBeLessThan(1e-5);
  const f = (t: Tensor) => tf.sum(tf.square(augment(t, context(1), 'real'))) as Tensor;
  const along = tf.sum(tf.mul(tf.grad(f)(x), direction)).dataSync()[0] as number;
  const h = 1e-2;
  const shifted = (by: number) => f(tf.add(x, tf.mul(direction, by))).dataSync()[0] as number;
  expect(along / ((shifted(h) - shifted(-h)) / (2 * h))).toBeCloseTo(1, 3);
});

test('batch normalisation has the gradients of its formula, and refuses to be differentiated twice', () => {
  const x = tf.randomNormal([4, 2, 2, 3], 1, 2, 'float32', 1);
  const [gain, bias, dy] = [
    tf.tensor1d([1, 2, 0.5]),
    tf.tensor1d([0, 1, -1]),
    tf.randomNormal([4, 2, 2, 3], 0, 1, 'float32', 2),
  ];
  const plain = (x: Tensor, gain: Tensor, bias: Tensor): Tensor => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON))), gain), bias);
  };
  const ours = (x: Tensor, gain: Tensor, bias: Tensor): Tensor => batchNorm(x, gain, bias).y;
  expect(close(ours(x, gain, bias), plain(x, gain, bias))).toBeLessThan(1e-5);
  const [got, want] = [ours, plain].map((f) => tf.grads(f)([x, gain, bias], dy)) as [Tensor[], Tensor[]];
  got.forEach((gradient, i) => {
    expect(close(gradient, want[i] as Tensor)).toBeLessThan(1e-4);
  });
  const { mean, variance } = batchNorm(x, gain, bias);
  const biased = tf.mul(variance, 15 / 16);
  expect(close(storedNorm(x, { gain, bias, mean, variance: biased }), plain(x, gain, bias))).toBeLessThan(1e-4);
  const first = (x: Tensor) =>
    tf.sum(tf.square(tf.grad((y: Tensor) => tf.sum(tf.square(ours(y, gain, bias))) as Tensor)(x))) as Tensor;
  expect(() => tf.grad(first)(x)).toThrow(/no second derivative/);
});
