// Limits on the first bytes of a file, from which its type is detected.

/** So many bytes are looked at. */
export const SNIFFED_BYTES = 4096;

/** The encoding that the byte order mark of a text tells; UTF-8 without one. */
export function encodingByMark(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** The type of what is text only where a configuration says in which encoding. */
export const UNMARKED_UTF_16 = 'what looks like text in UTF-16 without a byte order mark';
