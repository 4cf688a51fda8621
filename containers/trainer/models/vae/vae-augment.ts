// Moves the images that a VAE is trained on by a few pixels: without that, a long training overfits a small dataset.

import { uniforms } from '#core/base/random.ts';
import type { ImageSize } from '../../data/picture.ts';
import type { Learner, LearnerOptions } from '../../learn/learner.ts';

const MOVED_SHARE = 0.5;
/** An image is moved by at most a pixel for each so many of its longer side, rounded; images below 16 pixels are not moved. */
const SIDE_PER_PIXEL = 32;

/** Half of the images of each step are moved. What is scored, and the codes that a prior is fitted to, are of the images as they are. */
export function withMovedImages(learner: Learner, { train, model }: LearnerOptions): Learner {
  const moving: Pick<Learner, 'train'> = {
    train: ({ x, label }, options) =>
      learner.train({ x: movedImages(x, model, train.seed, learner.step), label }, options),
  };
  return Object.create(learner, Object.getOwnPropertyDescriptors(moving));
}

/** Returns `x` [batch, height, width, channels] with half of its images moved in both directions; the pixels of the edge repeat. */
export function movedImages(x: Float32Array, size: ImageSize, seed: number, step: number): Float32Array {
  const { width, height, channels } = size;
  const length = width * height * channels;
  const most = Math.round(Math.max(width, height) / SIDE_PER_PIXEL);
  if (most === 0) return x;
  const moved = x.slice();
  const draws = uniforms(seed, `moves/${step}`, (3 * x.length) / length);
  for (let image = 0; image < x.length / length; image++) {
    const [chance = 1, u = 0, v = 0] = draws.subarray(3 * image, 3 * image + 3);
    if (chance >= MOVED_SHARE) continue;
    const [right, down] = [pixels(u, most), pixels(v, most)];
    const start = image * length;
    for (let row = 0; row < height; row++) {
      const from = start + within(row - down, height) * width * channels;
      const to = start + row * width * channels;
      for (let column = 0; column < width; column++) {
        const source = from + within(column - right, width) * channels;
        for (let i = 0; i < channels; i++) moved[to + column * channels + i] = x[source + i] as number;
      }
    }
  }
  return moved;
}

/** A whole number from -most to most, each as likely as the others. */
function pixels(u: number, most: number): number {
  return Math.floor(u * (2 * most + 1)) - most;
}

function within(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place));
}
