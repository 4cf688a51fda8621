// Cuts a large file of lines at line ends, so that no call has to hold all of it.
import { SNIFFED_BYTES, UNMARKED_UTF_16 } from '../../base/first-bytes.ts';
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { TextConfig } from './config.ts';
import type { TextDataset } from './definition.ts';

/** From here on a text of lines is cut into units where lines end: a word list has 300,000 lines a MiB. */
const RANGED_BYTES = 64 * 2 ** 10;
const MOST_BYTES = LIMITS.tableBytes;
const READ_BYTES = 8 * 2 ** 20;
const NEWLINE = 0x0a;

export type TwoByteEncoding = 'utf-16le' | 'utf-16be';
/**
 * `encoding`: set if the byte order mark at the beginning of the file determines it. A line longer than a range is a range of its own.
 */
export type TextRange = {
  readonly firstByte: number;
  readonly byteCount: number;
  readonly firstLine: number;
  readonly encoding: TwoByteEncoding | null;
};
export type RangeLimits = { readonly bytes?: number; readonly lines?: number; readonly readBytes?: number };

/** Returns whether documents are lines, from the settings and the first bytes: a CSV record may span several lines. */
export function hasLineDocuments({ unit }: Pick<TextConfig, 'unit'>, start: Uint8Array): boolean {
  return (
    unit === 'line' || (unit === 'column' && /^\ufeff?\s*\{/.test(new TextDecoder().decode(start.subarray(0, 4096))))
  );
}

/**
 * Returns where to cut a large file whose documents are lines; undefined if it is not cut. `type`: the format that its first bytes show.
 */
export async function textRanges(
  { text }: TextDataset,
  { size, type }: { readonly size: number; readonly type: string },
  readRange: ReadRange,
): Promise<TextRange[] | undefined> {
  if (size <= RANGED_BYTES || size > MOST_BYTES || type === UNMARKED_UTF_16) return undefined;
  const start = await readRange(0, SNIFFED_BYTES - 1);
  return hasLineDocuments(text, start) ? planTextRanges(size, readRange) : undefined;
}

/** Reads the file once from end to end. Ranges follow each other without a gap, and each begins with a line. */
export async function planTextRanges(
  size: number,
  readRange: ReadRange,
  {
    bytes: mostBytes = LIMITS.textUnitBytes,
    lines: mostLines = LIMITS.textUnitDocuments,
    readBytes = READ_BYTES,
  }: RangeLimits = {},
): Promise<TextRange[]> {
  const ranges: TextRange[] = [];
  let encoding: TwoByteEncoding | null = null;
  let start = 0;
  let firstLine = 1;
  /** The end of the last complete line of the range, and the number of lines up to it. */
  let end = 0;
  let lines = 0;
  const close = () => {
    ranges.push({ firstByte: start, byteCount: end - start, firstLine, encoding });
    start = end;
    firstLine += lines;
    lines = 0;
  };
  for (let offset = 0; offset < size; offset += readBytes) {
    const piece = await readRange(offset, Math.min(size, offset + readBytes) - 1);
    if (offset === 0) encoding = markedEncoding(piece);
    const ends = lineEnds(piece, encoding);
    for (let at = ends(0); at >= 0; at = ends(at)) {
      const lineEnd = offset + at;
      if (lines > 0 && (lineEnd - start > mostBytes || lines >= mostLines)) close();
      end = lineEnd;
      lines++;
    }
  }
  // The last line needs no line end.
  if (end < size) {
    if (lines > 0 && (size - start > mostBytes || lines >= mostLines)) close();
    end = size;
  }
  if (end > start) close();
  return ranges;
}

/** Returns a function that finds the offset after the next line end at or after a given offset; -1 if there is none. */
function lineEnds(piece: Uint8Array, encoding: TwoByteEncoding | null): (from: number) => number {
  return (from) => {
    for (let at = piece.indexOf(NEWLINE, from); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) {
      if (encoding === null) return at + 1;
      if (encoding === 'utf-16le' && at % 2 === 0 && piece[at + 1] === 0) return at + 2;
      if (encoding === 'utf-16be' && at % 2 === 1 && piece[at - 1] === 0) return at + 1;
    }
    return -1;
  };
}

function markedEncoding([first, second]: Uint8Array): TwoByteEncoding | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}
