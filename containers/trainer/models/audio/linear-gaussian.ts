// The likelihood of log-mel images: a Gaussian around the output of the decoder, with one learned deviation for all values (sigma-VAE,
// Rybkin et al. 2021).

import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, relu, sumPerItem } from '../layers/ops.ts';
import type { Likelihood } from '../vae/likelihoods.ts';

export const LINEAR_SCALE = 'decoder/scale/bias';
/**
 * Factor on the learning rate of the scale. Adam moves a weight by the learning rate in a step, whatever its gradient, and this single
 * number has a longer way to go.
 */
const RATE = 10;
/** A narrower distribution would only model the rounding to bytes. */
const LEAST_SIGMA = 1 / 256;

export const linearGaussian: Likelihood = {
  shapes: { [LINEAR_SCALE]: [1] },
  loss(params, raw, x) {
    const sigma = tf.add(exp(tf.mul(params[LINEAR_SCALE] as Tensor, RATE)), LEAST_SIGMA);
    const off = tf.div(tf.sub(x, raw), sigma);
    return sumPerItem(tf.add(tf.mul(0.5, tf.square(off)), tf.add(tf.log(sigma), 0.5 * Math.log(2 * Math.PI))));
  },
  /** Clipped to [0, 1]. */
  mean: (raw) => tf.sub(1, relu(tf.sub(1, relu(raw)))),
};

/** Returns the weight for the deviation `sigma`. */
export function logOfScale(sigma: number): number {
  return Math.log(Math.max(sigma - LEAST_SIGMA, LEAST_SIGMA / 4)) / RATE;
}
