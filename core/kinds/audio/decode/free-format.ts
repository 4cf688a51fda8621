// Rewrites MPEG audio in the free format, which decoders do not read, as frames of the highest bit rate, with the same sound.
import type { MpegStream } from './mpeg-frames.ts';
import { type MpegHeader, mainData, mpegHeader, sideEnd } from './mpeg-header.ts';

/** 320 kbit/s in MPEG-1, 160 in MPEG-2 and 2.5. */
const HIGHEST_RATE = 14;
/** The longest that a frame can borrow from earlier ones. */
const MOST_BORROWED = 511;
const INFO = /^(Xing|Info)/;

/**
 * Returns the same frames with a bit rate in their headers. Each has its own main data behind its side information instead of in earlier
 * frames. Returns undefined where a frame has no room for that, and for layers I and II, whose bits depend on the rate in the header.
 */
export function withBitRate(bytes: Uint8Array, { layer, frames }: MpegStream): Uint8Array | undefined {
  if (layer !== 3 || frames[0] === undefined) return undefined;
  const blankBytes = frameOf(bytes, frames[0].at).length;
  const written: Uint8Array[] = [];
  /** The main data of the latest frames. */
  let latest: Uint8Array = new Uint8Array(0);
  for (const { at, bytes: length, isDamaged, gap } of frames) {
    const header = mpegHeader(bytes, at, length);
    // Bytes that are no frame stay a gap of the same length.
    for (let i = 0; i < gap; i++) written.push(new Uint8Array(blankBytes));
    if (gap > 0) latest = new Uint8Array(0);
    if (!header || length === 0) continue;
    const own = bytes.subarray(at + sideEnd(header), at + length);
    const { borrowed, bytes: needed } = mainData(bytes, at, header);
    const all = joined(latest, own);
    latest = all.subarray(Math.max(0, all.length - MOST_BORROWED));
    const from = all.length - own.length - borrowed;
    if (isDamaged || from < 0) {
      written.push(new Uint8Array(blankBytes));
      continue;
    }
    const isInfo = written.length === 0 && INFO.test(String.fromCharCode(...own.subarray(0, 4)));
    const frame = frameOf(bytes, at);
    const place = sideEnd({ ...header, hasCrc: false });
    const main = isInfo ? own : all.subarray(from, from + needed);
    if (place + main.length > frame.length) return undefined;
    frame.set(main, place);
    written.push(frame);
  }
  return joined(...written);
}

/** Returns a frame with the header and side information of the one at `at`, which borrows nothing, without a checksum and main data. */
function frameOf(bytes: Uint8Array, at: number): Uint8Array {
  const header = Uint8Array.from(bytes.subarray(at, at + 4));
  header[1] = (header[1] as number) | 1;
  header[2] = ((header[2] as number) & 0x0d) | (HIGHEST_RATE << 4);
  const { bytes: length, isMpeg1 } = mpegHeader(header, 0) as MpegHeader;
  const own = mpegHeader(bytes, at) as MpegHeader;
  const frame = new Uint8Array(length);
  const end = sideEnd(own);
  frame.set(header);
  frame.set(bytes.subarray(at + end - (sideEnd({ ...own, hasCrc: false }) - 4), at + end), 4);
  frame[4] = 0;
  if (isMpeg1) frame[5] = (frame[5] as number) & 0x7f;
  return frame;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
