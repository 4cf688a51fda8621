// Walks the frames of raw AAC (ADTS, ISO/IEC 13818-7).

const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
const HEADER_BYTES = 7;
const FRAME_SAMPLES = 1024;

/** `end`: behind the last whole frame. `isCut`: the last frame is cut short; otherwise bytes behind `end` are no frames. */
export type AdtsFrames = {
  readonly sampleRate: number;
  readonly samples: number;
  readonly frames: readonly { readonly at: number; readonly bytes: number }[];
  readonly end: number;
  readonly isCut: boolean;
};

/** Returns undefined if there is no whole frame at the beginning. */
export function walkAdts(bytes: Uint8Array): AdtsFrames | undefined {
  const sampleRate = RATES[((bytes[2] ?? 0) >> 2) & 15];
  const frames: { at: number; bytes: number }[] = [];
  let at = 0;
  let blocks = 0;
  let isCut = false;
  while (isHeader(bytes, at)) {
    const byte = (i: number) => bytes[at + i] as number;
    const length = ((byte(3) & 3) << 11) | (byte(4) << 3) | (byte(5) >> 5);
    isCut = at + length > bytes.length;
    if (length < HEADER_BYTES || isCut) break;
    frames.push({ at, bytes: length });
    blocks += (byte(6) & 3) + 1;
    at += length;
  }
  if (sampleRate === undefined || frames.length === 0) return undefined;
  return { sampleRate, samples: blocks * FRAME_SAMPLES, frames, end: at, isCut };
}

function isHeader(bytes: Uint8Array, at: number): boolean {
  return at + HEADER_BYTES <= bytes.length && bytes[at] === 0xff && ((bytes[at + 1] as number) & 0xf6) === 0xf0;
}
