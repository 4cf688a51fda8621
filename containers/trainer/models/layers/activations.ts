// What stands between two layers.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { relu, sigmoid } from './ops.ts';

/** x sigmoid(x) (Ramachandran et al. 2017): smooth, so that a narrow posterior is decoded without kinks. */
export function swish(x: Tensor): Tensor {
  return tf.mul(x, sigmoid(x));
}

export const ACTIVATIONS = { relu, swish } as const;
export type Activation = keyof typeof ACTIVATIONS;
