// Walks the frames of an MPEG audio stream: where they are, which of them are damaged, and how many bytes between them belong to no frame.
import { isSideSound, mpegHeader, sideEnd } from './mpeg-header.ts';

/** Maximum distance of the first frame from the start, behind tags, zeros or junk. */
const MOST_JUNK_BYTES = 128 * 1024;
/** Frames in a row that random bytes do not make. */
const CHAIN = 3;
const LEAST_FREE_BYTES = 24;
const MOST_FREE_BYTES = 8192;
const INFO = /^(Xing|Info)/;
/**
 * Encoders that write the number of samples added at the start and the end, 12 bits each, at this offset behind their name.
 */
const ENCODERS = /^(LAME|Lavc|Lavf|L3\.9)/;
const ADDED_AT = 21;

/** Bytes of a frame. isDamaged: its side information cannot be right. gap: frames that seem to be missing before it. */
export type MpegFrame = {
  readonly at: number;
  readonly bytes: number;
  readonly isDamaged: boolean;
  readonly gap: number;
};
export type MpegStream = {
  readonly layer: 1 | 2 | 3;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Samples of one frame and channel. */
  readonly samples: number;
  readonly frames: readonly MpegFrame[];
  readonly isFree: boolean;
};

/** Returns the start of the stream: the first frame that is followed by others of its kind, or that ends the file. */
export function firstMpegFrame(bytes: Uint8Array, from = 0): number | undefined {
  const last = Math.min(bytes.length, from + MOST_JUNK_BYTES);
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at < last; at = bytes.indexOf(0xff, at + 1))
    // Headers of the free format do not tell its length, so it counts only where a stream is expected to begin.
    if (isChain(bytes, at, CHAIN) || (at === from && freeBytes(bytes, at) !== undefined)) return at;
  return undefined;
}

/** Returns undefined if there is no stream. Frames of another kind than the first are ignored. */
export function walkMpeg(bytes: Uint8Array, from = 0): MpegStream | undefined {
  const start = firstMpegFrame(bytes, from);
  const first = start === undefined ? undefined : mpegHeader(bytes, start);
  if (start === undefined || !first) return undefined;
  const { key, layer, sampleRate, channels, samples } = first;
  const isFree = first.bytes === 0;
  const free = isFree ? freeBytes(bytes, start) : undefined;
  const frames: MpegFrame[] = [];
  let lostBytes = 0;
  let total = 0;
  let borrowable = 0;
  for (let at = start; at < bytes.length; ) {
    const header = mpegHeader(bytes, at, free);
    const isNext =
      header?.key === key &&
      header.bytes > 0 &&
      header.isFree === isFree &&
      (lostBytes === 0 || isChain(bytes, at, 2, free));
    if (!isNext) {
      const next = skippedTag(bytes, at) ?? Math.max(at + 1, nextSync(bytes, at + 1));
      if (skippedTag(bytes, at) === undefined) lostBytes += next - at;
      at = next;
      continue;
    }
    if (at + header.bytes > bytes.length) break;
    const mean = frames.length === 0 ? header.bytes : total / frames.length;
    const gap = lostBytes >= mean / 2 ? Math.max(1, Math.round(lostBytes / mean)) : 0;
    // After a gap, the bits that a frame needs from earlier frames are missing.
    if (gap > 0) borrowable = 0;
    const isSound =
      layer !== 3 ||
      isSideSound(bytes, at, header, gap > 0 ? 511 : Math.max(borrowable, frames.length === 0 ? 511 : 0));
    frames.push({ at, bytes: header.bytes, isDamaged: !isSound, gap });
    borrowable = Math.min(511, borrowable + header.bytes - sideEnd(header));
    total += header.bytes;
    lostBytes = 0;
    at += header.bytes;
  }
  // Bytes behind the last frame count as a gap before another frame.
  const mean = total / Math.max(1, frames.length);
  if (frames.length > 0 && lostBytes > 2 * mean)
    frames.push({ at: bytes.length, bytes: 0, isDamaged: false, gap: Math.round(lostBytes / mean) });
  return { layer, sampleRate, channels, samples, frames, isFree };
}

/**
 * Returns the samples for each channel that the first frame declares for the whole stream, if an encoder wrote them, without the samples it
 * added.
 */
export function declaredSamples(bytes: Uint8Array, at: number): number | undefined {
  const header = mpegHeader(bytes, at);
  if (header?.layer !== 3) return undefined;
  const place = at + sideEnd({ ...header, hasCrc: false });
  if (place + 12 > bytes.length || !INFO.test(String.fromCharCode(...bytes.subarray(place, place + 4))))
    return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint32(place + 4);
  if ((flags & 1) === 0) return undefined;
  const all = view.getUint32(place + 8) * header.samples;
  const encoder = place + 8 + 4 * (1 + ((flags >> 1) & 1) + ((flags >> 3) & 1)) + 100 * ((flags >> 2) & 1);
  if (encoder + ADDED_AT + 3 > bytes.length) return all;
  const added = view.getUint32(encoder + ADDED_AT - 1) & 0xffffff;
  return ENCODERS.test(String.fromCharCode(...bytes.subarray(encoder, encoder + 4)))
    ? Math.max(0, all - (added >> 12) - (added & 0xfff))
    : all;
}

/** `free`: bytes of an unpadded frame of the free format, if that is known. */
function isChain(bytes: Uint8Array, start: number, count: number, free?: number): boolean {
  const first = mpegHeader(bytes, start, free);
  if (!first || first.bytes === 0) return false;
  let at = start;
  for (let i = 0; i < count; i++) {
    const header = mpegHeader(bytes, at, free);
    if (header?.key !== first.key || header.isFree !== first.isFree || header.bytes === 0)
      return i > 0 && at >= bytes.length;
    at += header.bytes;
    // A frame with nothing after it only counts if it is the whole file; text in UTF-16 begins like a frame.
    if (at >= bytes.length) return i > 0 || at === bytes.length;
  }
  return true;
}

/**
 * Returns the bytes of an unpadded frame of the free format, which its header does not tell: the distance to the next header of its kind
 * from which the chain goes on. Returns undefined if no frame of the free format is at `start`.
 */
function freeBytes(bytes: Uint8Array, start: number): number | undefined {
  const first = mpegHeader(bytes, start);
  if (!first?.isFree) return undefined;
  const last = Math.min(bytes.length, start + MOST_FREE_BYTES);
  for (let at = bytes.indexOf(0xff, start + LEAST_FREE_BYTES); at >= 0 && at < last; at = bytes.indexOf(0xff, at + 1)) {
    const next = mpegHeader(bytes, at);
    if (next?.key !== first.key || !next.isFree) continue;
    const length = at - start - first.padding;
    if (isChain(bytes, start, CHAIN + 1, length)) return length;
  }
  return undefined;
}

function nextSync(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(0xff, from);
  return at < 0 ? bytes.length : at;
}

/** Tags stand at the end, and in the middle of files that were joined. */
function skippedTag(bytes: Uint8Array, at: number): number | undefined {
  const name = String.fromCharCode(...bytes.subarray(at, at + 8));
  if (name.startsWith('TAG')) return Math.min(bytes.length, at + 128);
  if (name.startsWith('ID3')) return Math.min(bytes.length, at + id3Bytes(bytes, at));
  if (name === 'APETAGEX' && at + 32 <= bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Math.min(bytes.length, at + 32 + view.getUint32(at + 12, true));
  }
  return name === 'LYRICSBE' || name.startsWith('3DI') ? bytes.length : undefined;
}

/** Returns the length of an ID3v2 tag with its header, stored as seven bits a byte; 0 if there is none. */
export function id3Bytes(bytes: Uint8Array, at: number): number {
  if (at + 10 > bytes.length || String.fromCharCode(...bytes.subarray(at, at + 3)) !== 'ID3') return 0;
  let size = 0;
  for (let i = at + 6; i < at + 10; i++) size = size * 128 + ((bytes[i] as number) & 0x7f);
  return 10 + size + (((bytes[at + 5] as number) & 0x10) !== 0 ? 10 : 0);
}
