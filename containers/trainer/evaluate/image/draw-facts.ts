// Facts about generated images besides their distance from real ones: diversity, sharpness, and the distance to training images. A model
// can have a good KID and still be useless in one of these ways.
import type { DrawFacts } from '#core/model/messages/image-metrics.ts';
import type { Pixels } from '../../data/batches.ts';
import type { ByteRange } from '../../data/item-bytes.ts';
import type { ImageSize } from '../../data/picture.ts';
import type { Matrix } from '../shared/matrix.ts';
import { medianOf, nearestDistances } from '../shared/nearest-rows.ts';
import { meanDistance } from './feature-distances.ts';

/** Maximum number of training images that generated ones are compared with, evenly spaced over the split. */
const MOST_TRAINING_ITEMS = 4_000;
/** Maximum side at which images are compared: enough to detect a copy, and cheap for large images. */
const SIDE = 16;

export type DrawnImages = {
  readonly drawn: Pixels;
  /** Held-out images, as many as were generated. */
  readonly real: Pixels;
  /** Samples of the baseline model. */
  readonly baseline: Pixels;
  readonly train: Pixels<ByteRange>;
  readonly size: ImageSize;
  /** Features of `drawn` and `real`: [items, dimensions]. */
  readonly features: { readonly drawn: Matrix; readonly real: Matrix };
};

/** Returns facts about generated images beside those of as many held-out images. */
export function drawFacts({ drawn, real, baseline, train, size, features }: DrawnImages): DrawFacts {
  const [drawnSmall, realSmall] = [reduced(drawn, size), reduced(real, size)];
  const trainSmall = reduced(spreadItems(train, MOST_TRAINING_ITEMS), size);
  return {
    diversity: {
      pixels: ratio(meanDistance(drawnSmall), meanDistance(realSmall)),
      features: ratio(meanDistance(features.drawn), meanDistance(features.real)),
    },
    sharpness: {
      model: ratio(edgeEnergy(drawn, size), edgeEnergy(real, size)),
      baseline: ratio(edgeEnergy(baseline, size), edgeEnergy(real, size)),
    },
    nearestTraining: {
      model: medianOf(nearestDistances(drawnSmall, trainSmall)),
      real: medianOf(nearestDistances(realSmall, trainSmall)),
    },
  };
}

/** Returns the mean squared difference of neighbouring pixels, which blur lowers and noise raises. */
function edgeEnergy({ bytes, items, size: bytesPerItem }: Pixels, { width, height, channels }: ImageSize): number {
  let [sum, count] = [0, 0];
  const rowBytes = width * channels;
  for (let item = 0; item < items; item++) {
    const start = item * bytesPerItem;
    for (let y = 0; y + 1 < height; y++)
      for (let x = 0; x + channels < rowBytes; x++) {
        const at = start + y * rowBytes + x;
        const [right, below] = [difference(bytes, at, at + channels), difference(bytes, at, at + rowBytes)];
        sum += right * right + below * below;
        count += 2;
      }
  }
  return sum / count;
}

function difference(bytes: Uint8Array, a: number, b: number): number {
  return (bytes[a] as number) - (bytes[b] as number);
}

/** Returns at most `most` items, evenly spaced. */
function spreadItems(pixels: Pixels<ByteRange>, most: number): Pixels {
  if (pixels.items <= most) return { ...pixels, bytes: pixels.bytes.subarray(0, pixels.items * pixels.size) };
  const bytes = new Uint8Array(most * pixels.size);
  for (let i = 0; i < most; i++) {
    const item = Math.floor((i * pixels.items) / most);
    bytes.set(pixels.bytes.subarray(item * pixels.size, (item + 1) * pixels.size), i * pixels.size);
  }
  return { items: most, size: pixels.size, bytes };
}

/** Returns the means of blocks, at most 16 x 16 per image, as rows of numbers from 0 to 1. */
export function reduced({ items, size: bytesPerItem, bytes }: Pixels, { width, height, channels }: ImageSize): Matrix {
  const [across, down] = [Math.min(SIDE, width), Math.min(SIDE, height)];
  const columns = across * down * channels;
  const values = new Float32Array(items * columns);
  const share = new Float32Array(columns);
  const columnOf = Int32Array.from({ length: bytesPerItem }, (_, at) => {
    const [channel, pixel] = [at % channels, Math.floor(at / channels)];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return (Math.floor((y * down) / height) * across + Math.floor((x * across) / width)) * channels + channel;
  });
  for (const column of columnOf) share[column] = (share[column] as number) + 1;
  for (let item = 0; item < items; item++)
    for (let at = 0; at < bytesPerItem; at++) {
      const column = columnOf[at] as number;
      const i = item * columns + column;
      values[i] =
        (values[i] as number) + (bytes[item * bytesPerItem + at] as number) / (255 * (share[column] as number));
    }
  return { rows: items, columns, values };
}

/** Returns value / real, or 0 when both are 0: identical samples are not diverse. */
function ratio(value: number, real: number): number {
  return value === 0 ? 0 : value / Math.max(real, Number.EPSILON);
}
