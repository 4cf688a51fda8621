// Classifies the warnings of a decoder: missing or wrong pixels, or only a careless writer.

/** libjpeg, libpng and libwebp, in their words. */
const PIXELS_LOST =
  /premature end|end of (file|data|stream|input)|truncat|bad huffman|huffman table|corrupt(ed)? (data|image)|unexpected end|not enough data|instead of RST|inconsistent progression|bogus|crc error|crc mismatch|invalid (distance|code|block|stored|bit)|inflate|zlib|checksum|too short|too little|read error|unable to (read|decode)|decode error|unsupported/i;
/**
 * Bytes before a marker are harmless in front of the pixels; behind the first pixels they are data that could not be decoded.
 */
const STRAY_BYTES = /extraneous bytes before marker 0x([0-9a-f]{2})/gi;
const IN_PICTURE = new Set([0xd9, 0xda]);

/** Returns whether an image that was decoded with these warnings is complete. */
export function isHarmless(warnings: string): boolean {
  if (PIXELS_LOST.test(warnings)) return false;
  return [...warnings.matchAll(STRAY_BYTES)].every(([, marker]) => !IN_PICTURE.has(Number.parseInt(marker ?? '0', 16)));
}
