// What a reconstruction is charged: distances of frozen maps and of pixels at three scales.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { TraceContext } from '../../engine/types.ts';
import { averagePool } from '../layers/image-ops.ts';

/** Weights of the maps of strides 2 to 32. */
const MAP_WEIGHTS = [1, 1, 1, 0.7, 0.4] as const;
const PERCEPTUAL_WEIGHT = 0.15;
/** Keeps the direction of a vector of zeros defined. */
const EPSILON = 1e-2;
const PIXEL_SCALES = [
  { size: 1, weight: 1 },
  { size: 2, weight: 0.5 },
  { size: 4, weight: 0.5 },
] as const;

/**
 * Distance of unit-length channel vectors, averaged over each map and added up [batch]: LPIPS (Zhang et al. 2018) without its
 * trained weights.
 */
export function perceptualLoss(drawn: readonly Tensor[], wanted: readonly Tensor[]): Tensor {
  const byMap = drawn.map((map, i) => {
    const apart = tf.sum(tf.square(tf.sub(unitLength(map), unitLength(wanted[i] as Tensor))), 3);
    return tf.mul(tf.mean(apart, [1, 2]), PERCEPTUAL_WEIGHT * (MAP_WEIGHTS[i] ?? 0));
  });
  return tf.addN(byMap);
}

/** Mean absolute difference [batch] of pixels in [0, 1], counted twice since their range in the trials was twice as wide. */
export function pixelLoss(drawn: Tensor, wanted: Tensor): Tensor {
  const byScale = PIXEL_SCALES.map(({ size, weight }) => {
    const difference = tf.abs(tf.sub(averagePool(drawn, size), averagePool(wanted, size)));
    return tf.mul(tf.mean(difference, [1, 2, 3]), 2 * weight);
  });
  return tf.addN(byScale);
}

/**
 * A function that moves images [batch, height, width, channels] by 0 or 1 pixel down and right, round the edge, the same for all that
 * it is given. Without it the decoder learns a pattern that the stride of the frozen network never sees.
 */
export function sharedShift(context: TraceContext): (images: Tensor) => Tensor {
  const [down, right] = ['down', 'right'].map((site) => {
    return tf.cast(tf.less(context.uniform([1, 1, 1, 1], `shift/${site}`), 0.5), 'float32');
  }) as [Tensor, Tensor];
  const moved = (x: Tensor, axis: 1 | 2, share: Tensor): Tensor => {
    const size = x.shape[axis] as number;
    const [head, last] = tf.split(x, [size - 1, 1], axis) as [Tensor, Tensor];
    const rolled = tf.concat([last, head], axis);
    return tf.add(x, tf.mul(tf.sub(rolled, x), share));
  };
  return (images) => moved(moved(images, 1, down), 2, right);
}

function unitLength(map: Tensor): Tensor {
  return tf.div(map, tf.sqrt(tf.add(tf.sum(tf.square(map), 3, true), EPSILON)));
}
