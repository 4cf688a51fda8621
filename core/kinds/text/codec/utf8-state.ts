// Which byte may follow in UTF-8 (RFC 3629, section 4), so that drawn bytes are always whole characters.

/** Bytes that the character still needs, and the range of the next one. */
export type Utf8State = { readonly needed: number; readonly least: number; readonly most: number };

export const BETWEEN_CHARACTERS: Utf8State = { needed: 0, least: 0, most: 0xf4 };
const [CONTINUATION_LEAST, CONTINUATION_MOST] = [0x80, 0xbf];

/** Bytes after a first byte; undefined for a byte that begins no character. */
export function bytesAfter(first: number): number | undefined {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  return first >= 0xf0 && first <= 0xf4 ? 3 : undefined;
}

export function mayFollow({ needed, least, most }: Utf8State, byte: number): boolean {
  return needed === 0 ? bytesAfter(byte) !== undefined : byte >= least && byte <= most;
}

/** The state after a byte that may follow. */
export function afterByte({ needed }: Utf8State, byte: number): Utf8State {
  const left = needed === 0 ? (bytesAfter(byte) ?? 0) : needed - 1;
  if (left === 0) return BETWEEN_CHARACTERS;
  // The limits of the second byte exclude overlong forms, surrogates and code points above U+10FFFF.
  const least = needed > 0 ? CONTINUATION_LEAST : byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : CONTINUATION_LEAST;
  const most = needed > 0 ? CONTINUATION_MOST : byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : CONTINUATION_MOST;
  return { needed: left, least, most };
}
