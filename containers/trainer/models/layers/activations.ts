// Activation functions.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { relu, sigmoid } from './ops.ts';

/**
 * Returns x sigmoid(x) (Ramachandran et al. 2017), which is smooth, so that decoding has no kinks along a narrow posterior.
 */
export function swish(x: Tensor): Tensor {
  return tf.mul(x, sigmoid(x));
}

export const ACTIVATIONS = { relu, swish } as const;
export type Activation = keyof typeof ACTIVATIONS;
