// A residual block without batch statistics: its residual starts at zero, so that a deep network starts as a shallow one.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import type { WeightShapes } from './initial.ts';
import { addBias, conv } from './ops.ts';

const KERNEL = 3;

/**
 * Returns x + conv(a(conv(a(x)))) with a the activation, [batch, height, width, channels] in and out. The order is that of He et al. 2016
 * ("Identity mappings"); the zeros of the last kernel are those of Zhang et al. 2019 ("Fixup"), which make normalisation unnecessary.
 */
export function residualBlock(params: Params, name: string, x: Tensor, activate: (x: Tensor) => Tensor): Tensor {
  const inner = convLayer(params, `${name}/first`, activate(x));
  return tf.add(x, convLayer(params, `${name}/last`, activate(inner)));
}

export function residualShapes(name: string, channels: number): WeightShapes {
  const kernel = [KERNEL, KERNEL, channels, channels];
  return {
    [`${name}/first/kernel`]: kernel,
    [`${name}/first/bias`]: [channels],
    [`${name}/last/kernel`]: kernel,
    [`${name}/last/bias`]: [channels],
  };
}

/** Returns true for the weights that start at zero, so that a block starts as the identity. */
export function startsAtZero(name: string): boolean {
  return name.endsWith('/last/kernel');
}

function convLayer(params: Params, layer: string, x: Tensor): Tensor {
  return addBias(conv(x, params[`${layer}/kernel`] as Tensor, 1), params[`${layer}/bias`] as Tensor);
}
