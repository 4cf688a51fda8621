// Differentiable augmentation (Zhao et al. 2020): the critic sees real and generated images changed alike, so that it cannot memorise a
// small dataset. Each change is linear in the image, so gradients of any order pass through.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { TraceContext } from '../../engine/types.ts';

const SHIFT = 1 / 8;

export type AugmentStrength = {
  /** Share of the ranges in the paper: brightness changes by up to half of it, saturation by all, contrast by half. */
  readonly colour: number;
  /** Sides of the hole as a share of those of the image. */
  readonly hole: number;
  /** Share of the images that get a hole. */
  readonly holeShare: number;
};

/** The strength in the paper, for a critic that learns images from pixels. */
const FULL: AugmentStrength = { colour: 1, hole: 1 / 2, holeShare: 1 };

/** Augments images [batch, height, width, channels] in [-1, 1]. `site` names the random draws. */
export function augment(images: Tensor, context: TraceContext, site: string, strength = FULL): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const { colour, hole: side, holeShare } = strength;
  const draw = (what: string) => context.uniform([batch, 1, 1, 1], `${site}/${what}`);
  const around = (what: string, centre: number, range: number) =>
    tf.add(tf.mul(tf.sub(draw(what), 0.5), range), centre);
  let x = tf.add(images, around('brightness', 0, colour));
  if (channels > 1) x = pulled(x, [3], around('saturation', 1, 2 * colour));
  x = pulled(x, [1, 2, 3], around('contrast', 1, colour));
  x = shifted(x, 1, whole(draw('down'), height, SHIFT));
  x = shifted(x, 2, whole(draw('right'), width, SHIFT));
  const [rows, columns] = [
    inside(draw('top'), height, side, [1, height, 1, 1]),
    inside(draw('left'), width, side, [1, 1, width, 1]),
  ];
  const hole = tf.mul(rows, columns);
  const cut = holeShare < 1 ? tf.mul(hole, tf.cast(tf.less(draw('hole'), holeShare), 'float32')) : hole;
  return tf.mul(x, tf.sub(1, cut));
}

/** Moves values towards (factor < 1) or away from (factor > 1) their mean over the axes. */
function pulled(x: Tensor, axes: number[], factor: Tensor): Tensor {
  const mean = tf.mean(x, axes, true);
  return tf.add(tf.mul(tf.sub(x, mean), factor), mean);
}

/** Returns uniform integers from -most to most, with most a share of the size, from u in [0, 1). */
function whole(u: Tensor, size: number, share: number): Tensor {
  const most = Math.floor(size * share);
  return tf.sub(tf.floor(tf.mul(u, 2 * most + 1)), most);
}

/**
 * Shifts each image by its number of pixels [batch, 1, 1, 1] along an axis and fills with zeros (mid grey), by a matrix product.
 */
function shifted(x: Tensor, axis: 1 | 2, by: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const size = axis === 1 ? height : width;
  const [to, from] = [tf.reshape(tf.range(0, size), [1, size, 1]), tf.reshape(tf.range(0, size), [1, 1, size])];
  const moves = tf.cast(tf.equal(tf.sub(to, from), tf.reshape(by, [batch, 1, 1])), 'float32');
  if (axis === 1) return tf.reshape(tf.matMul(moves, tf.reshape(x, [batch, height, width * channels])), x.shape);
  const columns = tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, width, height * channels]);
  return tf.transpose(tf.reshape(tf.matMul(moves, columns), [batch, width, height, channels]), [0, 2, 1, 3]);
}

/** Returns 1 inside the hole, which is a share of the size wide and centred at the position given by u in [0, 1). */
function inside(u: Tensor, size: number, share: number, shape: [number, number, number, number]): Tensor {
  const place = tf.floor(tf.mul(u, size));
  const away = tf.abs(tf.sub(tf.reshape(tf.range(0, size), shape), place));
  return tf.cast(tf.less(away, (size * share) / 2), 'float32');
}
