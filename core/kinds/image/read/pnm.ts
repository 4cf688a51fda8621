// Decodes portable bitmaps, greymaps and pixmaps (PBM, PGM, PPM), in text and in binary: netpbm's own pages.
import { LIMITS } from '../../../base/limits.ts';
import type { RawImage } from '../measure.ts';

const WHITE = new Set([0x20, 0x09, 0x0a, 0x0d, 0x0b, 0x0c]);
const COMMENT = 0x23;
const LINE_FEED = 0x0a;

/** Decodes to grey or RGB. Throws if the file is damaged. */
export function decodePnm(bytes: Uint8Array): RawImage {
  const form = (bytes[1] ?? 0) - 0x30;
  const isBits = form === 1 || form === 4;
  const channels = form === 3 || form === 6 ? 3 : 1;
  const reader = { at: 2 };
  const [width, height] = [number(bytes, reader), number(bytes, reader)];
  const most = isBits ? 1 : number(bytes, reader);
  if (!(width * height > 0 && width * height <= LIMITS.imagePixels && most >= 1 && most <= 65_535))
    throw new Error(`${width} x ${height} pixels up to ${most}`);
  const count = width * height * channels;
  const pixels = new Uint8Array(count);
  const shade = (value: number) => (isBits ? 255 * (1 - value) : Math.round((Math.min(value, most) * 255) / most));
  if (form <= 3) {
    for (let i = 0; i < count; i++) pixels[i] = shade(isBits ? digit(bytes, reader) : number(bytes, reader));
    return { pixels, width, height, channels };
  }
  const start = reader.at + 1;
  const size = most > 255 ? 2 : 1;
  const stride = isBits ? Math.ceil(width / 8) : width * channels * size;
  if (start + stride * height > bytes.length) throw new Error('a file that ends before its pixels do');
  if (most === 255) return { pixels: bytes.slice(start, start + count), width, height, channels };
  for (let i = 0; i < count; i++) {
    const at = start + i * size;
    const value = isBits
      ? ((bytes[start + Math.floor(i / width) * stride + ((i % width) >> 3)] as number) >> (7 - ((i % width) & 7))) & 1
      : size === 2
        ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
        : (bytes[at] as number);
    pixels[i] = shade(value);
  }
  return { pixels, width, height, channels };
}

/** Past white space and comments. */
function next(bytes: Uint8Array, reader: { at: number }): number {
  while (reader.at < bytes.length) {
    const byte = bytes[reader.at] as number;
    if (byte === COMMENT) {
      const end = bytes.indexOf(LINE_FEED, reader.at);
      reader.at = end < 0 ? bytes.length : end;
    } else if (WHITE.has(byte)) reader.at++;
    else return byte;
  }
  throw new Error('a file that ends before its pixels do');
}

function number(bytes: Uint8Array, reader: { at: number }): number {
  next(bytes, reader);
  let value = 0;
  const start = reader.at;
  for (; reader.at < bytes.length; reader.at++) {
    const digit = (bytes[reader.at] as number) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = Math.min(2 ** 31, value * 10 + digit);
  }
  if (reader.at === start) throw new Error('a number is missing');
  return value;
}

/** The digits of a bitmap need no space between them. */
function digit(bytes: Uint8Array, reader: { at: number }): number {
  const value = next(bytes, reader) - 0x30;
  reader.at++;
  return value;
}
