// Random crops and mirror images of photos: one matrix product for the rows of an image and one for its columns.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { TraceContext } from '../../engine/types.ts';

/** A crop has at least this share of the sides of the image. */
const LEAST_SHARE = 0.85;
/**
 * Half of the images are shifted by whole pixels instead, up to this many, since the resampling of a crop loses sharpness.
 */
const MOST_PIXELS = 2;
/** Parameter of the cubic that passes through the pixels (Keys 1981). */
const CUBIC = -0.5;

/**
 * Returns images [batch, height, width, channels], half of them mirrored, each randomly cropped or shifted by up to two pixels.
 */
export function varied(images: Tensor, context: TraceContext): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const draw = (site: string) => context.uniform([batch, 1, 1], `vary/${site}`);
  const isWindow = half(draw('window'));
  const share = tf.sub(1, tf.mul(isWindow, tf.mul(draw('share'), 1 - LEAST_SHARE)));
  const start = (site: string, size: number): Tensor => {
    const place = draw(site);
    const free = tf.mul(tf.sub(1, share), size);
    const moved = tf.sub(tf.floor(tf.mul(place, 2 * MOST_PIXELS + 1)), MOST_PIXELS);
    return tf.add(tf.mul(place, free), tf.mul(moved, tf.sub(1, isWindow)));
  };
  const rows = resampling(height, start('top', height), share);
  const columns = mirrored(resampling(width, start('left', width), share), half(draw('mirror')));
  const byRows = tf.matMul(rows, tf.reshape(images, [batch, height, width * channels]));
  const turned = tf.transpose(tf.reshape(byRows, images.shape), [0, 2, 1, 3]);
  const byColumns = tf.matMul(columns, tf.reshape(turned, [batch, width, height * channels]));
  const back = tf.transpose(tf.reshape(byColumns, [batch, width, height, channels]), [0, 2, 1, 3]);
  return tf.clipByValue(back, 0, 1);
}

/**
 * Returns weights [batch, to, from] that resample a line of pixels from `start`, with steps of `share`; the edge pixels repeat.
 */
function resampling(size: number, start: Tensor, share: Tensor): Tensor {
  const to = tf.reshape(tf.range(0, size), [1, size, 1]);
  const centre = tf.sub(tf.add(start, tf.mul(tf.add(to, 0.5), share)), 0.5);
  // The edge repeats: positions outside the image read its last pixel.
  const place = tf.clipByValue(centre, 0, size - 1);
  const away = tf.abs(tf.sub(place, tf.reshape(tf.range(0, size), [1, 1, size])));
  const [square, cube] = [tf.square(away), tf.mul(tf.square(away), away)];
  const near = tf.add(tf.sub(tf.mul(cube, CUBIC + 2), tf.mul(square, CUBIC + 3)), 1);
  const far = tf.mul(tf.add(tf.sub(cube, tf.mul(square, 5)), tf.sub(tf.mul(away, 8), 4)), CUBIC);
  const within = (limit: number) => tf.cast(tf.less(away, limit), 'float32');
  const weights = tf.add(tf.mul(near, within(1)), tf.mul(far, tf.sub(within(2), within(1))));
  return tf.div(weights, tf.sum(weights, 2, true));
}

function mirrored(weights: Tensor, isMirrored: Tensor): Tensor {
  return tf.add(weights, tf.mul(tf.sub(tf.reverse(weights, 1), weights), isMirrored));
}

function half(u: Tensor): Tensor {
  return tf.cast(tf.less(u, 0.5), 'float32');
}
