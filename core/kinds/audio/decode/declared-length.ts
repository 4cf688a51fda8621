// Reads the length that compressed audio declares, to detect truncated files and files that would not fit in memory.

const FLAC_FACTS = 18;
const XING = /Xing|Info/;
const XING_SEARCHED = 4096;
const XING_HAS_FRAMES = 1;
const XING_HAS_BYTES = 2;
/** Tags at the end are not counted in. */
const MISSING_SHARE = 0.02;

/** Frames (one sample a channel), rate and channels as FLAC declares them; undefined where unknown. */
export type FlacFacts = { readonly sampleRate: number; readonly channels: number; readonly frames: number };

export function flacFacts(bytes: Uint8Array): FlacFacts | undefined {
  if (bytes.length < FLAC_FACTS + 8 || ((bytes[4] as number) & 0x7f) !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = view.getBigUint64(FLAC_FACTS);
  return {
    sampleRate: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 7n) + 1,
    frames: Number(packed & 0xfffffffffn),
  };
}

/** Returns the evidence that the end is missing, for people; undefined if there is none. */
export function mp3Truncation(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, XING_SEARCHED)).toString('latin1');
  const at = XING.exec(start)?.index;
  if (at === undefined || at + 16 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint32(at + 4);
  if ((flags & XING_HAS_BYTES) === 0) return undefined;
  const declared = view.getUint32(at + ((flags & XING_HAS_FRAMES) === 0 ? 8 : 12));
  return bytes.length < declared * (1 - MISSING_SHARE) ? `${bytes.length} of ${declared} bytes` : undefined;
}
