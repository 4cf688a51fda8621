import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { LOGISTIC, type Penalised, WASSERSTEIN } from '../../../../containers/trainer/models/gan/gan-losses.ts';

/** Half the sum of squares: its slope at an image is the image. */
const critic = (images: Tensor) => tf.mul(0.5, tf.sum(tf.square(images), [1, 2, 3]));
const images = (...values: number[]) => tf.tensor4d(values, [2, 1, 2, 1]);
const value = (tensor: Tensor) => tensor.dataSync()[0] as number;
/** |x|^2 of the real images: 25 and 1; of the drawn ones: 0 and 16. */
const penalised: Penalised = {
  critic,
  real: images(3, 4, 1, 0),
  drawn: images(0, 0, 0, 4),
  share: () => tf.tensor4d([0.2, 0.5], [2, 1, 1, 1]),
  gamma: 3,
};

test('R1 is gamma / 2 times the mean squared slope at real images', () => {
  expect(value(LOGISTIC.penalty(penalised))).toBeCloseTo((3 / 2) * ((25 + 1) / 2), 5);
});

test('the penalty of WGAN-GP is 10 times the mean squared distance of the slope from 1, between real and drawn images', () => {
  // 0.2 * (3, 4) + 0.8 * (0, 0) has norm 1; 0.5 * (1, 0) + 0.5 * (0, 4) has norm sqrt(4.25).
  const wanted = (10 * (0 + (Math.sqrt(4.25) - 1) ** 2)) / 2;
  expect(value(WASSERSTEIN.penalty(penalised))).toBeCloseTo(wanted, 4);
});

test('the losses are those of the papers', () => {
  const [real, drawn] = [tf.tensor1d([0, 2]), tf.tensor1d([-1, 1])];
  const softplus = (x: number) => Math.log1p(Math.exp(x));
  expect(value(LOGISTIC.critic(real, drawn))).toBeCloseTo(
    (softplus(-0) + softplus(-2)) / 2 + (softplus(-1) + softplus(1)) / 2,
    5,
  );
  expect(value(LOGISTIC.generator(drawn))).toBeCloseTo((softplus(1) + softplus(-1)) / 2, 5);
  expect(value(WASSERSTEIN.critic(real, drawn))).toBeCloseTo(0 - 1, 5);
  expect(value(WASSERSTEIN.generator(drawn))).toBeCloseTo(0, 5);
});
