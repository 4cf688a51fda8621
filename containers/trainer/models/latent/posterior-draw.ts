// A draw of a VAE's posterior, and what the loss counts of its divergence.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, relu } from '../layers/ops.ts';

/** Mean and log variance of a diagonal Gaussian, [batch, latentDim]. */
type DiagonalGaussian = { readonly zMean: Tensor; readonly zLogVar: Tensor };

/** z = mean + deviation * noise: the draw that gradients pass through. */
export function drawOf({ zMean, zLogVar }: DiagonalGaussian, noise: Tensor): Tensor {
  return tf.add(zMean, tf.mul(exp(tf.mul(zLogVar, 0.5)), noise));
}

/** What the loss counts of the mean divergence of each dimension [latentDim]: no less than the free nats (Kingma 2016). A scalar. */
export function chargedKl(byUnit: Tensor, freeNats: number): Tensor {
  return tf.sum(tf.add(freeNats, relu(tf.sub(byUnit, freeNats))));
}
