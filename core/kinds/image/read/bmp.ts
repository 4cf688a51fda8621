// Decodes Windows bitmaps: 1 to 32 bits, palettes, bit fields and run lengths (Microsoft, "Bitmap Storage").
import { LIMITS } from '../../../base/limits.ts';
import type { RawImage } from '../measure.ts';

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = new Set([3, 6]);
const MASKS: Readonly<Record<number, readonly [number, number, number]>> = {
  16: [0x7c00, 0x03e0, 0x001f],
  24: [0xff0000, 0xff00, 0xff],
  32: [0xff0000, 0xff00, 0xff],
};

/** Decodes to RGB without transparency. Throws if the file is damaged or of an unsupported variant. */
export function decodeBmp(bytes: Uint8Array): RawImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(14, true);
  const isOld = headerBytes === 12;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? RGB : view.getUint32(30, true);
  const height = Math.abs(tall);
  if (!(width > 0 && height > 0 && width * height <= LIMITS.imagePixels))
    throw new Error(`${width} x ${height} pixels`);
  const start = view.getUint32(10, true);
  const isIndexed = bits <= 8;
  const isPacked = compression === RLE8 || compression === RLE4;
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits) || (!isPacked && compression !== RGB && !BITFIELDS.has(compression)))
    throw new Error(`a bitmap of ${bits} bits with compression ${compression}`);
  if (bits >= 24 && compression === RGB) {
    const pixels = wholeBytes(view, { start, width, height, bytes: bits / 8, isUpward: tall > 0 });
    return { pixels, width, height, channels: 3 };
  }
  const values = isPacked
    ? unpacked(bytes.subarray(start), width, height, compression === RLE4)
    : plain(view, start, width, height, bits);
  const colour = isIndexed
    ? paletteOf(view, 14 + headerBytes + (compression === 3 && headerBytes === 40 ? 12 : 0), isOld ? 3 : 4, start)
    : masked(BITFIELDS.has(compression) ? masksIn(view) : (MASKS[bits] as readonly [number, number, number]));
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    // Rows are stored from the last to the first, unless the height is negative.
    const row = tall > 0 ? height - 1 - y : y;
    for (let x = 0; x < width; x++) colour(values[row * width + x] as number, pixels, (y * width + x) * 3);
  }
  return { pixels, width, height, channels: 3 };
}

/** Blue, green and red, a byte each, as most bitmaps have them; in a loop of its own, which is many times as fast. */
function wholeBytes(
  view: DataView,
  of: {
    readonly start: number;
    readonly width: number;
    readonly height: number;
    readonly bytes: number;
    readonly isUpward: boolean;
  },
): Uint8Array {
  const { start, width, height, bytes, isUpward } = of;
  const stride = Math.ceil((width * bytes) / 4) * 4;
  if (start + stride * height > view.byteLength) throw new Error('a bitmap that ends before its pixels do');
  const from = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const pixels = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let at = start + (isUpward ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++, at += bytes, to += 3) {
      pixels[to] = from[at + 2] as number;
      pixels[to + 1] = from[at + 1] as number;
      pixels[to + 2] = from[at] as number;
    }
  }
  return pixels;
}

type Colour = (value: number, into: Uint8Array, at: number) => void;

function plain(view: DataView, start: number, width: number, height: number, bits: number): Uint32Array {
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start + stride * height > view.byteLength) throw new Error('a bitmap that ends before its pixels do');
  const values = new Uint32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = start + y * stride;
      values[y * width + x] =
        bits === 32
          ? view.getUint32(row + x * 4, true)
          : bits === 24
            ? view.getUint16(row + x * 3, true) | (view.getUint8(row + x * 3 + 2) << 16)
            : bits === 16
              ? view.getUint16(row + x * 2, true)
              : (view.getUint8(row + ((x * bits) >> 3)) >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
    }
  return values;
}

/** Run lengths: pixels that are skipped have the first colour. */
function unpacked(bytes: Uint8Array, width: number, height: number, isHalf: boolean): Uint32Array {
  const values = new Uint32Array(width * height);
  let [at, x, y] = [0, 0, 0];
  const put = (value: number) => {
    if (x < width && y < height) values[y * width + x] = value;
    x++;
  };
  const half = (byte: number, i: number) => (isHalf ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
  while (at + 1 < bytes.length && y < height) {
    const [count, value] = [bytes[at] as number, bytes[at + 1] as number];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(half(value, i));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return values;
    else if (value === 2) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = isHalf ? Math.ceil(value / 2) : value;
      if (at + length > bytes.length) break;
      for (let i = 0; i < value; i++) put(half(bytes[at + (isHalf ? i >> 1 : i)] as number, i));
      at += length + (length % 2);
    }
  }
  if (y < height - 1) throw new Error('a bitmap that ends before its pixels do');
  return values;
}

function paletteOf(view: DataView, start: number, bytes: 3 | 4, end: number): Colour {
  const entries = Math.max(0, Math.floor((Math.min(end, view.byteLength) - start) / bytes));
  return (value, into, at) => {
    if (value >= entries) throw new Error('a colour beyond the palette');
    const entry = start + value * bytes;
    for (let i = 0; i < 3; i++) into[at + i] = view.getUint8(entry + 2 - i);
  };
}

function masksIn(view: DataView): [number, number, number] {
  return [54, 58, 62].map((at) => view.getUint32(at, true)) as [number, number, number];
}

function masked(masks: readonly [number, number, number]): Colour {
  const parts = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, most: Math.max(1, (mask >>> shift) >>> 0) };
  });
  return (value, into, at) => {
    for (const [i, { mask, shift, most }] of parts.entries())
      into[at + i] = Math.round((((value & mask) >>> shift) * 255) / most);
  };
}
