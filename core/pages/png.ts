// Writes PNG (W3C PNG, third edition): 8 bits, grey or RGB, no filter. Small pictures need no image library.
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const GREY = 0;
const RGB = 2;
const BIT_DEPTH = 8;
const COMPRESSION_LEVEL = 6;
/**
 * Keyword, flags for "not compressed", no language, no translated keyword: the header of an XMP packet in an iTXt chunk.
 */
const XMP_HEADER = 'XML:com.adobe.xmp\0\0\0\0\0';

/** uint8 [height, width, channels] */
export type PngPixels = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
};

/** `xmp` is an XMP packet as text. */
export function encodePng({ width, height, channels, pixels }: PngPixels, xmp?: string): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = BIT_DEPTH;
  header[9] = channels === 1 ? GREY : RGB;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(xmp === undefined ? [] : [chunk('iTXt', Buffer.from(XMP_HEADER + xmp))]),
    chunk('IDAT', deflateSync(withFilterBytes(pixels, width * channels), { level: COMPRESSION_LEVEL })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Prepends each line with its filter number; 0 means no filter. */
function withFilterBytes(pixels: Uint8Array, lineBytes: number): Uint8Array {
  const lines = pixels.length / lineBytes;
  const out = new Uint8Array(pixels.length + lines);
  for (let line = 0; line < lines; line++) {
    out.set(pixels.subarray(line * lineBytes, (line + 1) * lineBytes), line * (lineBytes + 1) + 1);
  }
  return out;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}
