// Reads NumPy arrays of numbers (.npy) as pictures or labels: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { type Pictures, pictureShapeOf, pixelByPixel } from './pictures.ts';

const MAGIC = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);
const MOST_BYTE = 255;

type Read = (view: DataView, at: number, little: boolean) => number;
/** Readers by kind and bytes of NumPy's type. */
const TYPES: Readonly<Record<string, readonly [number, Read]>> = {
  b1: [1, (view, at) => view.getUint8(at) * MOST_BYTE],
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
};

export type NumpyArray = {
  readonly type: string;
  readonly shape: readonly number[];
  readonly length: number;
  readonly at: (i: number) => number;
  readonly bytes: Uint8Array;
};

/**
 * Returns undefined if the bytes are not such an array, are incomplete, are in Fortran order, or contain values other than numbers.
 */
export function readNumpy(bytes: Uint8Array): NumpyArray | undefined {
  if (bytes.length < 12 || MAGIC.compare(bytes, 0, MAGIC.length) !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = (bytes[6] as number) > 1 ? 12 : 10;
  const start = first + (first === 12 ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = Buffer.from(bytes.subarray(first, start)).toString('latin1');
  const [, order, type = ''] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const tuple = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!known || tuple === undefined || !/'fortran_order':\s*False/.test(header)) return undefined;
  const shape = tuple.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const length = shape.reduce((product, size) => product * size, 1);
  const [width, read] = known;
  if (bytes.length - start !== length * width) return undefined;
  const at = (i: number) => read(view, start + i * width, order !== '>');
  return { type, shape, length, at, bytes: bytes.subarray(start) };
}

/** Returns undefined if the shape is not that of pictures, and the reason as a string if the numbers are not pixel values. */
export function picturesOfNumpy(array: NumpyArray): Pictures | string | undefined {
  const shape = pictureShapeOf(array.shape);
  if (!shape) return undefined;
  const bytes = bytesOf(array);
  if (typeof bytes === 'string') return bytes;
  const { count, height, width, channels } = shape;
  return { count, height, width, channels, values: pixelByPixel(bytes.values, shape), scaled: bytes.scaled };
}

/** Reads one column of integers; undefined for any other array. */
export function labelsOfNumpy(array: NumpyArray, count: number): readonly string[] | undefined {
  const isColumn = array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1);
  if (!isColumn || array.length !== count || !/^[ui]/.test(array.type)) return undefined;
  return Array.from({ length: count }, (_, i) => String(array.at(i)));
}

/** Whole numbers from 0 to 255 as they are; numbers from 0 to 1 as 0 to 255. */
function bytesOf({ type, length, at, bytes }: NumpyArray): { values: Uint8Array; scaled?: string } | string {
  if (type === 'u1') return { values: bytes };
  let [least, most, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let i = 0; i < length; i++) {
    const value = at(i);
    if (!Number.isFinite(value)) return 'not every number is finite';
    least = Math.min(least, value);
    most = Math.max(most, value);
    whole = whole && Number.isInteger(value);
  }
  if (least < 0 || most > MOST_BYTE) return `numbers from ${least} to ${most}`;
  const isShare = type.startsWith('f') && most <= 1;
  if (!isShare && !whole) return `fractions from ${least} to ${most}`;
  const factor = isShare ? MOST_BYTE : 1;
  const values = new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = Math.round(at(i) * factor);
  return { values, ...(isShare && { scaled: 'numbers from 0 to 1 are written as 0 to 255' }) };
}
