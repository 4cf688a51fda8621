// Differentiable augmentation (Zhao et al. 2020): the critic sees real and drawn images changed alike, so that it cannot
// learn a small dataset by heart. Each change is linear in the image, so gradients of any order pass through.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Context } from '../../engine/types.ts';

const SHIFT = 1 / 8;
const CUT = 1 / 2;

/** Images [batch, height, width, channels] in [-1, 1]. `site` names the draws. */
export function augment(images: Tensor, context: Context, site: string): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const draw = (what: string) => context.uniform([batch, 1, 1, 1], `${site}/${what}`);
  let x = tf.add(images, tf.sub(draw('brightness'), 0.5));
  if (channels > 1) x = pulled(x, [3], tf.mul(draw('saturation'), 2));
  x = pulled(x, [1, 2, 3], tf.add(draw('contrast'), 0.5));
  x = shifted(x, 1, whole(draw('down'), height, SHIFT));
  x = shifted(x, 2, whole(draw('right'), width, SHIFT));
  const hole = tf.mul(inside(draw('top'), height, [1, height, 1, 1]), inside(draw('left'), width, [1, 1, width, 1]));
  return tf.mul(x, tf.sub(1, hole));
}

/** Moves values towards (factor < 1) or away from (factor > 1) their mean over the axes. */
function pulled(x: Tensor, axes: number[], factor: Tensor): Tensor {
  const mean = tf.mean(x, axes, true);
  return tf.add(tf.mul(tf.sub(x, mean), factor), mean);
}

/** Uniform whole numbers from -most to most, most being a share of the size, from u in [0, 1). */
function whole(u: Tensor, size: number, share: number): Tensor {
  const most = Math.floor(size * share);
  return tf.sub(tf.floor(tf.mul(u, 2 * most + 1)), most);
}

/** Each image moved by its number of pixels [batch, 1, 1, 1] along an axis, zeros (mid grey) coming in: a matrix product. */
function shifted(x: Tensor, axis: 1 | 2, by: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const size = axis === 1 ? height : width;
  const [to, from] = [tf.reshape(tf.range(0, size), [1, size, 1]), tf.reshape(tf.range(0, size), [1, 1, size])];
  const moves = tf.cast(tf.equal(tf.sub(to, from), tf.reshape(by, [batch, 1, 1])), 'float32');
  if (axis === 1) return tf.reshape(tf.matMul(moves, tf.reshape(x, [batch, height, width * channels])), x.shape);
  const columns = tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, width, height * channels]);
  return tf.transpose(tf.reshape(tf.matMul(moves, columns), [batch, width, height, channels]), [0, 2, 1, 3]);
}

/** 1 where the hole is: CUT of the size wide, around a place that u in [0, 1) says. */
function inside(u: Tensor, size: number, shape: [number, number, number, number]): Tensor {
  const place = tf.floor(tf.mul(u, size));
  const away = tf.abs(tf.sub(tf.reshape(tf.range(0, size), shape), place));
  return tf.cast(tf.less(away, (size * CUT) / 2), 'float32');
}
