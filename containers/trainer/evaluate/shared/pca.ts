// A normal distribution over the principal components of the training images: the baseline that a model must beat. Components come from the
// inner products of items (Turk and Pentland 1991), so the cost does not grow with the size of the images.

import { Matrix as Dense, EigenvalueDecomposition } from 'ml-matrix';
import { dot } from '#core/base/linear-algebra/dot.ts';
import { normals } from '#core/base/random.ts';
import type { Pixels } from '../../data/batches.ts';
import type { ByteRange } from '../../data/item-bytes.ts';

/** Maximum number of items: the time of the decomposition grows with its cube. */
const MOST_ITEMS = 400;
/** Shares of the variance below this are rounding errors. */
const LEAST_SHARE = 1e-9;

export type PcaGaussian = {
  readonly components: number;
  /** Draws images from the distribution. */
  sample(count: number, seed: number): Pixels;
  /** Reconstructs images from the components alone. */
  reconstruct(pixels: Pixels): Pixels;
};

/** Fits at most `components` components to at most 400 images, evenly spaced. Needs two images. */
export function fitPcaGaussian(train: Pixels<ByteRange>, components: number): PcaGaussian {
  const { size } = train;
  const items = Math.min(train.items, MOST_ITEMS);
  if (items < 2) throw new RangeError('principal components need at least two images');
  const chosen = Array.from({ length: items }, (_, i) => Math.floor((i * train.items) / items));
  const mean = new Float64Array(size);
  for (const item of chosen) addScaled(mean, 1 / items, rowOf(train, item));
  const centred = chosen.map((item) =>
    Float64Array.from(rowOf(train, item), (value, i) => value - (mean[i] as number)),
  );

  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gramOf(centred), {
    assumeSymmetric: true,
  });
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const kept = realEigenvalues
    .map((value, position) => ({ value, position }))
    .filter(({ value }) => value > LEAST_SHARE * total)
    .sort((a, b) => b.value - a.value)
    .slice(0, components);
  const axes = kept.map(({ value, position }) => {
    const axis = new Float64Array(size);
    for (const [i, row] of centred.entries()) {
      addScaled(axis, eigenvectorMatrix.get(i, position) / Math.sqrt(value), row);
    }
    return axis;
  });
  const deviations = kept.map(({ value }) => Math.sqrt(value / (items - 1)));
  return {
    components: kept.length,
    sample(count, seed) {
      const drawn = normals(seed, 'pca', count * kept.length);
      return imagesOf(
        count,
        mean,
        axes,
        (item, axis) => (deviations[axis] as number) * (drawn[item * kept.length + axis] as number),
      );
    },
    reconstruct(pixels) {
      const products = Array.from({ length: pixels.items }, (_, item) => {
        const row = Float64Array.from(rowOf(pixels, item), (value, i) => value - (mean[i] as number));
        return axes.map((axis) => dot(axis, row));
      });
      return imagesOf(pixels.items, mean, axes, (item, axis) => products[item]?.[axis] as number);
    },
  };
}

function imagesOf(
  items: number,
  mean: Float64Array,
  axes: readonly Float64Array[],
  weight: (item: number, axis: number) => number,
): Pixels {
  const size = mean.length;
  const bytes = new Uint8ClampedArray(items * size);
  for (let item = 0; item < items; item++) {
    const row = mean.slice();
    for (const [i, axis] of axes.entries()) addScaled(row, weight(item, i), axis);
    bytes.set(row, item * size);
  }
  return { items, size, bytes: new Uint8Array(bytes.buffer) };
}

function gramOf(rows: readonly Float64Array[]): Dense {
  const gram = new Dense(rows.length, rows.length);
  rows.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const product = dot(a, rows[j] as Float64Array);
      gram.set(i, j, product);
      gram.set(j, i, product);
    }
  });
  return gram;
}

function rowOf({ bytes, size }: Pixels<ByteRange>, item: number): Uint8Array {
  return bytes.subarray(item * size, (item + 1) * size);
}

function addScaled(target: Float64Array, factor: number, row: ArrayLike<number>): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (row[i] as number);
}
