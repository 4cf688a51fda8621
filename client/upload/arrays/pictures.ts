// Images stored in one array, and their facts.
import type { Channels } from './write-png.ts';

/** One byte for each value: image by image, row by row, with the channels of a pixel beside each other. */
export type Pictures = {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly values: Uint8Array;
  /** One label for each image. */
  readonly labels?: readonly string[] | undefined;
  readonly split?: 'train' | 'validation' | 'test' | undefined;
  /** How numbers were converted to bytes, for people; undefined if they are bytes. */
  readonly scaled?: string | undefined;
};

/** Fewer rows or columns are more likely something else: three columns of a table, channels, boxes. */
const SMALLEST_SIDE = 5;
const CHANNELS: readonly number[] = [1, 3, 4];

export type PictureShape = Pick<Pictures, 'count' | 'height' | 'width' | 'channels'> & { readonly planar: boolean };

/**
 * Interprets the shape of an array as images: [n, height, width], [n, height, width, channels] or [n, channels, height, width] (planar).
 * Returns undefined for any other shape.
 */
export function pictureShapeOf(shape: readonly number[]): PictureShape | undefined {
  const [count = 0, a = 0, b = 0, c = 0] = shape;
  if (count === 0) return undefined;
  const isSide = (size: number) => size >= SMALLEST_SIDE;
  if (shape.length === 3 && isSide(a) && isSide(b)) return { count, height: a, width: b, channels: 1, planar: false };
  if (shape.length !== 4) return undefined;
  if (CHANNELS.includes(c) && isSide(a) && isSide(b))
    return { count, height: a, width: b, channels: c as Channels, planar: false };
  if (CHANNELS.includes(a) && isSide(b) && isSide(c))
    return { count, height: b, width: c, channels: a as Channels, planar: true };
  return undefined;
}

/** From channel by channel to pixel by pixel; copies only where that differs. */
export function pixelByPixel(values: Uint8Array, { count, height, width, channels, planar }: PictureShape): Uint8Array {
  if (!planar || channels === 1) return values;
  const pixels = height * width;
  const out = new Uint8Array(values.length);
  for (let picture = 0; picture < count; picture++) {
    const start = picture * pixels * channels;
    for (let channel = 0; channel < channels; channel++)
      for (let i = 0; i < pixels; i++)
        out[start + i * channels + channel] = values[start + channel * pixels + i] as number;
  }
  return out;
}

/** Detects the split from words in a name: train-images, t10k-images, x_test, val_images, test_batch. */
export function splitOfName(name: string): Pictures['split'] {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  if (words.includes('train')) return 'train';
  if (words.includes('t10k') || words.includes('test')) return 'test';
  return words.some((word) => ['val', 'valid', 'validation', 'dev'].includes(word)) ? 'validation' : undefined;
}
