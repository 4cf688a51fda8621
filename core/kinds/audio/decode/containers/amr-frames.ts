// Walks the frames of AMR voice memos (RFC 4867, section 5): each is a byte with its mode, then so many bytes as the mode has.

/** The signatures, and the bytes of a frame by its mode, with the first byte; 0: no frame has this mode. */
const TYPES = [
  { mark: '#!AMR-WB\n', sampleRate: 16_000, sizes: [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1] },
  { mark: '#!AMR\n', sampleRate: 8000, sizes: [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1] },
] as const;
const FRAMES_A_SECOND = 50;
/** Bits of the first byte that are zero in every file. */
const ZERO_BITS = 0x83;

/** `end`: behind the last whole frame. `isCut`: the last frame is cut short; otherwise bytes behind `end` are no frames. */
export type AmrFrames = {
  readonly sampleRate: number;
  readonly frames: number;
  readonly end: number;
  readonly isCut: boolean;
};

/** Returns undefined if the bytes do not begin as AMR of one channel. */
export function walkAmr(bytes: Uint8Array): AmrFrames | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 9));
  const type = TYPES.find(({ mark }) => head.startsWith(mark));
  if (!type) return undefined;
  let at: number = type.mark.length;
  let frames = 0;
  for (; at < bytes.length; frames++) {
    const first = bytes[at] as number;
    const size = (first & ZERO_BITS) === 0 ? (type.sizes[(first >> 3) & 15] ?? 0) : 0;
    if (size === 0) return { sampleRate: type.sampleRate, frames, end: at, isCut: false };
    if (at + size > bytes.length) return { sampleRate: type.sampleRate, frames, end: at, isCut: true };
    at += size;
  }
  return { sampleRate: type.sampleRate, frames, end: at, isCut: false };
}

export function amrSeconds(frames: number): number {
  return frames / FRAMES_A_SECOND;
}
