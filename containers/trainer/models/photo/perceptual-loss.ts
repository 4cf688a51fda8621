// The loss of a reconstruction: distances of frozen maps and of pixels at three scales.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { TraceContext } from '../../engine/types.ts';
import { averagePool } from '../layers/image-ops.ts';

/** Weights of the maps of strides 2 to 32. */
const MAP_WEIGHTS = [1, 1, 1, 0.7, 0.4] as const;
const PERCEPTUAL_WEIGHT = 0.15;
/** Added to the squared length of a channel vector: keeps the direction of a zero vector defined. */
export const LENGTH_EPSILON = 1e-2;
/** The maps of strides 16 and 32, which encode more of the content than of its position. */
const DEEP_MAPS = [3, 4] as const;
const PIXEL_SCALES = [
  { size: 1, weight: 1 },
  { size: 2, weight: 0.5 },
  { size: 4, weight: 0.5 },
] as const;

/**
 * Returns the distance of unit-length channel vectors, averaged over each map and summed, [batch]: LPIPS (Zhang et al. 2018) without its
 * trained weights.
 */
export function perceptualLoss(drawn: readonly Tensor[], wanted: readonly Tensor[]): Tensor {
  const byMap = drawn.map((map, i) => {
    const apart = tf.sum(tf.square(tf.sub(unitLength(map), unitLength(wanted[i] as Tensor))), 3);
    return tf.mul(tf.mean(apart, [1, 2]), PERCEPTUAL_WEIGHT * (MAP_WEIGHTS[i] ?? 0));
  });
  return tf.addN(byMap);
}

/**
 * Returns the distances [batch] on the deep maps of images between two photos from both photos. The distance from a photo is weighted by
 * the share of that photo. `share` [batch, 1]: 0 = the first, 1 = the second.
 */
export function betweenLoss(
  drawn: readonly Tensor[],
  {
    first,
    second,
    share,
  }: { readonly first: readonly Tensor[]; readonly second: readonly Tensor[]; readonly share: Tensor },
): Tensor {
  const parts = DEEP_MAPS.map((i) => {
    const own = unitLength(drawn[i] as Tensor);
    const [a, b] = [first, second].map((maps) => {
      const apart = tf.sum(tf.square(tf.sub(own, unitLength(maps[i] as Tensor))), 3);
      return tf.mean(apart, [1, 2]);
    }) as [Tensor, Tensor];
    const towards = tf.reshape(share, a.shape);
    return tf.mul(tf.add(a, tf.mul(tf.sub(b, a), towards)), PERCEPTUAL_WEIGHT);
  });
  return tf.addN(parts);
}

/**
 * Returns the mean absolute difference [batch] of pixels in [0, 1], counted twice because the weights were tuned on a range twice as wide.
 */
export function pixelLoss(drawn: Tensor, wanted: Tensor): Tensor {
  const byScale = PIXEL_SCALES.map(({ size, weight }) => {
    const difference = tf.abs(tf.sub(averagePool(drawn, size), averagePool(wanted, size)));
    return tf.mul(tf.mean(difference, [1, 2, 3]), 2 * weight);
  });
  return tf.addN(byScale);
}

/**
 * Returns a function that shifts images [batch, height, width, channels] by 0 to 3 pixels down and right, with wrap-around, alike for all
 * its arguments. Without it the decoder learns a pattern that the strides of the frozen network, 2 and 4, do not see.
 */
export function sharedShift(context: TraceContext): (images: Tensor) => Tensor {
  const moves = ([1, 2] as const).flatMap((axis) =>
    [1, 2].map((pixels) => {
      const site = `shift/${axis === 1 ? 'down' : 'right'}${pixels}`;
      return { axis, pixels, share: tf.cast(tf.less(context.uniform([1, 1, 1, 1], site), 0.5), 'float32') };
    }),
  );
  return (images) =>
    moves.reduce((x, { axis, pixels, share }) => {
      const [head, last] = tf.split(x, [(x.shape[axis] as number) - pixels, pixels], axis) as [Tensor, Tensor];
      const rolled = tf.concat([last, head], axis);
      return tf.add(x, tf.mul(tf.sub(rolled, x), share));
    }, images);
}

function unitLength(map: Tensor): Tensor {
  return tf.div(map, tf.sqrt(tf.add(tf.sum(tf.square(map), 3, true), LENGTH_EPSILON)));
}
