// The compression methods of zip archives by name: APPNOTE.TXT 6.3.10, section 4.4.5.
import type { EntryRefusal } from './entry.ts';

export const STORED = 0;
export const DEFLATED = 8;

const NAMES: Readonly<Record<number, string>> = {
  1: 'Shrink',
  2: 'Reduce',
  3: 'Reduce',
  4: 'Reduce',
  5: 'Reduce',
  6: 'Implode',
  9: 'Deflate64',
  10: 'PKWARE DCL Implode',
  12: 'bzip2',
  14: 'LZMA',
  16: 'IBM z/OS CMPSC',
  18: 'IBM TERSE',
  19: 'IBM LZ77',
  20: 'Zstandard (old number)',
  93: 'Zstandard',
  94: 'MP3',
  95: 'XZ',
  96: 'JPEG variant',
  97: 'WavPack',
  98: 'PPMd',
  99: 'AES encryption',
};

/** Returns undefined for a supported method. */
export function refusalOfMethod(method: number): EntryRefusal | undefined {
  if (method === STORED || method === DEFLATED) return undefined;
  const given = NAMES[method] ?? `method ${method}`;
  return { code: 'archive.compression', given, allowed: 'Deflate, or stored without compression' };
}
