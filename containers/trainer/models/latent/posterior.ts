// The posterior of a VAE, a diagonal Gaussian: draws, and the divergence from the standard normal distribution.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, relu } from '../layers/ops.ts';

type Posterior = { readonly zMean: Tensor; readonly zLogVar: Tensor };

/**
 * Returns z = mean + deviation * noise, [batch, latentDim] each: a draw that gradients pass through (Kingma and Welling 2013).
 */
export function drawPosterior({ zMean, zLogVar }: Posterior, noise: Tensor): Tensor {
  return tf.add(zMean, tf.mul(exp(tf.mul(zLogVar, 0.5)), noise));
}

/** Returns KL(q(z|x) || N(0, 1)) of each dimension in nats, in closed form: [batch, latentDim]. */
export function klToStandardNormal({ zMean, zLogVar }: Posterior): Tensor {
  return tf.mul(-0.5, tf.sub(tf.sub(tf.add(zLogVar, 1), tf.square(zMean)), exp(zLogVar)));
}

/**
 * Returns the KL term of the loss as a scalar, from the mean KL of each dimension [latentDim], each at least the free nats (Kingma et al.
 * 2016).
 */
export function chargedKl(byUnit: Tensor, freeNats: number): Tensor {
  return tf.sum(tf.add(freeNats, relu(tf.sub(byUnit, freeNats))));
}
