// The plainest PNGs, 8 bits a channel and nothing special, read here: a small picture costs the general decoder twenty
// times as much to set up as to decode. What is in the least unusual or wrong is left to it.
import { crc32, inflateSync } from 'node:zlib';
import type { ImageConfig } from '#core/config.ts';

const SIGNATURE_BYTES = 8;
const CHUNK_FRAME_BYTES = 12;
const HEADER_BYTES = 13;
const COLOUR_TYPES: Readonly<Record<number, number>> = { 0: 1, 2: 3 };
/** Chunks that say nothing about the pixels. */
const WITHOUT_EFFECT = new Set(['pHYs', 'tIME', 'tEXt', 'zTXt']);

/** Raw uint8 [height, width, channels]; undefined unless the file is whole, plain and of the configured shape already. */
export function decodePlainPng(bytes: Uint8Array, config: ImageConfig): Uint8Array | undefined {
  const packed = packedPixels(bytes, config);
  if (!packed) return undefined;
  const { width, height, channels } = config;
  const rowBytes = width * channels;
  try {
    const filtered = inflateSync(packed, { maxOutputLength: (rowBytes + 1) * height });
    return filtered.length === (rowBytes + 1) * height ? unfilter(filtered, rowBytes, height, channels) : undefined;
  } catch {
    return undefined;
  }
}

function packedPixels(bytes: Uint8Array, config: ImageConfig): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_FRAME_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const start = at + 8;
    const end = start + length;
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return undefined;
    const name = String.fromCharCode(...bytes.subarray(at + 4, start));
    if (at === SIGNATURE_BYTES) {
      if (name !== 'IHDR' || length !== HEADER_BYTES || !isPlain(view, start, config)) return undefined;
    } else if (name === 'IDAT') data.push(bytes.subarray(start, end));
    else if (name === 'IEND') return data.length === 1 ? data[0] : Buffer.concat(data);
    else if (!WITHOUT_EFFECT.has(name)) return undefined;
    at = end + 4;
  }
  return undefined;
}

/** 8 bits, the configured size and channels, not interlaced. */
function isPlain(view: DataView, start: number, { width, height, channels }: ImageConfig): boolean {
  const [depth, colour, compression, filter, interlace] = Array.from({ length: 5 }, (_, i) =>
    view.getUint8(start + 8 + i),
  );
  return (
    view.getUint32(start) === width &&
    view.getUint32(start + 4) === height &&
    depth === 8 &&
    COLOUR_TYPES[colour as number] === channels &&
    compression === 0 &&
    filter === 0 &&
    interlace === 0
  );
}

/** PNG specification (third edition), section 9: each row is stored as its difference from its neighbours. */
function unfilter(filtered: Uint8Array, rowBytes: number, height: number, step: number): Uint8Array | undefined {
  const out = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const filter = filtered[from] as number;
    if (filter > 4) return undefined;
    for (let x = 0, at = y * rowBytes; x < rowBytes; x++, at++) {
      const left = x >= step ? (out[at - step] as number) : 0;
      const up = y > 0 ? (out[at - rowBytes] as number) : 0;
      const corner = x >= step && y > 0 ? (out[at - rowBytes - step] as number) : 0;
      out[at] = (filtered[from + 1 + x] as number) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >>> 1;
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
