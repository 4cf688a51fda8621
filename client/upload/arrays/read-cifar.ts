// Reads the binary files of CIFAR-10 and CIFAR-100: a label (in CIFAR-100 two), then 32 x 32 red, green and blue bytes, for each picture.
// https://www.cs.toronto.edu/~kriz/cifar.html (section "Binary version")
import { type PictureShape, type Pictures, pixelByPixel } from './pictures.ts';

const SIDE = 32;
const PICTURE_BYTES = 3 * SIDE * SIDE;
const TEN = /^(data_batch_\d+|test_batch)\.bin$/i;
const HUNDRED = /^(train|test)\.bin$/i;

/**
 * `labelBytes`: bytes before each image; the last one is the class. `names`: the file with the names of the classes.
 */
type Variant = { readonly labelBytes: number; readonly classes: number; readonly names: string };

const CIFAR_10: Variant = { labelBytes: 1, classes: 10, names: 'batches.meta.txt' };
const CIFAR_100: Variant = { labelBytes: 2, classes: 100, names: 'fine_label_names.txt' };

/** Detects the variant from name and size; undefined for any other file. */
export function cifarVariantOf(name: string, size: number): Variant | undefined {
  const variant = TEN.test(name) ? CIFAR_10 : HUNDRED.test(name) ? CIFAR_100 : undefined;
  return variant && size > 0 && size % (variant.labelBytes + PICTURE_BYTES) === 0 ? variant : undefined;
}

/** `classNames`: one on each line. Returns undefined if a label is outside the classes: the file then has another format. */
export function readCifar(
  name: string,
  bytes: Uint8Array,
  variant: Variant,
  classNames?: string,
): Pictures | undefined {
  const { labelBytes, classes } = variant;
  const record = labelBytes + PICTURE_BYTES;
  const count = bytes.length / record;
  const named = classNames?.split('\n').map((line) => line.trim()) ?? [];
  const values = new Uint8Array(count * PICTURE_BYTES);
  const labels: string[] = [];
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + labelBytes - 1] as number;
    if (label >= classes) return undefined;
    labels.push(named[label] || String(label));
    values.set(bytes.subarray(i * record + labelBytes, (i + 1) * record), i * PICTURE_BYTES);
  }
  const shape: PictureShape = { count, height: SIDE, width: SIDE, channels: 3, planar: true };
  const split = /^test/i.test(name) ? 'test' : 'train';
  return { count, height: SIDE, width: SIDE, channels: 3, values: pixelByPixel(values, shape), labels, split };
}
