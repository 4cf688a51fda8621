// Detects a CSV that every reader understands in the same way; it is read directly, without the strict form.
import { isUtf8 } from 'node:buffer';
import { type Dialect, isSeparatorLine } from '../layout/dialect.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { recordCells } from './csv-record.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
/** First and last byte of a no-break space in UTF-8. */
const NBSP_FIRST = 0xc2;
const NBSP_LAST = 0xa0;
/** The offset of one in so many lines is stored, so that any line can be found. */
export const LINES_A_MARK = 64;

export type PlainCsv = {
  readonly header: readonly string[];
  readonly rows: number;
  /** Lines end with a carriage return and a line feed, all of them. */
  readonly crlf: boolean;
  /** By column: whether some cell has surrounding white space. */
  readonly spaced: readonly boolean[];
  /** Offsets of line 1 and of each LINES_A_MARK-th line after it. */
  readonly marks: readonly number[];
};

/**
 * `read` fills a buffer from an offset and returns the number of bytes. `start`: offset of the text in bytes. Returns undefined if a record
 * is not one line with as many cells as the header, has unnecessary quotes, or contains an invalid byte: then the full reading reports it.
 */
export function scanPlainCsv(
  read: (into: Buffer, at: number) => number,
  start: number,
  dialect: Dialect,
): PlainCsv | undefined {
  if (dialect.quote !== '"' || dialect.escaping !== 'doubled' || dialect.lineEnd !== '\n') return undefined;
  const spaced = new Uint8Array(TABLE_LIMITS.columns + 1);
  const scanLines = lineScanner(dialect.delimiter.charCodeAt(0), spaced);
  const buffer = Buffer.allocUnsafe(2 * TABLE_LIMITS.recordBytes + 2);
  const marks: number[] = [];
  const table = { header: [] as string[], columns: 0, rows: 0, lines: 0, crlf: false };
  for (let at = start, kept = 0, last = false; !last; ) {
    const count = read(buffer.subarray(kept, buffer.length - 2), at + kept);
    let length = kept + count;
    last = count === 0;
    if (last && length > 0) {
      // The last line may lack its end.
      if (buffer[length - 1] === CR) return undefined;
      if (table.crlf) buffer[length++] = CR;
      buffer[length++] = LF;
    }
    const end = buffer.subarray(0, length).lastIndexOf(LF) + 1;
    const lines = buffer.subarray(0, end);
    if (length - end >= TABLE_LIMITS.recordBytes || !isUtf8(lines) || lines.includes(0)) return undefined;
    let from = 0;
    if (table.columns === 0 && end > 0) {
      from = lines.indexOf(LF) + 1;
      table.crlf = lines[from - 2] === CR;
      const header = lines.subarray(0, from - (table.crlf ? 2 : 1));
      table.columns = scanLines(lines, { from: 0, end: from, columns: 0, crlf: table.crlf, base: at, lines: 0 }, marks);
      // In a table of one column an empty line is ambiguous.
      if (table.columns < 2 || table.columns > TABLE_LIMITS.columns || isSeparatorLine(header)) return undefined;
      table.header = recordCells(header, 0, header.length, dialect);
      table.lines = 1;
      spaced.fill(0);
    }
    const { columns, crlf } = table;
    const found = scanLines(lines, { from, end, columns, crlf, base: at, lines: table.lines }, marks);
    if (found < 0) return undefined;
    table.rows += found;
    table.lines += found;
    if (table.rows > TABLE_LIMITS.rows) return undefined;
    buffer.copyWithin(0, end, length);
    kept = length - end;
    at += end;
  }
  const { header, columns, rows, crlf } = table;
  if (columns === 0) return undefined;
  return { header, rows, crlf, spaced: header.map((_, i) => spaced[i] === 1), marks };
}

type Stretch = {
  /** Whole lines of a buffer. */
  readonly from: number;
  readonly end: number;
  /** Zero for the first line, whose cells are counted. */
  readonly columns: number;
  readonly crlf: boolean;
  /** Offset of the buffer in the file, and number of the lines before it. */
  readonly base: number;
  readonly lines: number;
};

/** Gives a function that gives the number of lines, of the first line that of its cells; -1 where one is not plain. */
function lineScanner(delimiter: number, spaced: Uint8Array) {
  const special = new Uint8Array(256);
  for (const byte of [delimiter, QUOTE, LF, CR]) special[byte] = 1;
  return (bytes: Buffer, { from, end, columns, crlf, base, lines }: Stretch, marks: number[]): number => {
    let line = lines;
    let lineStart = from;
    let cells = 0;
    let filled = 0;
    for (let at = from; at < end; ) {
      const cell = at;
      let first = bytes[at] as number;
      let last: number;
      if (first === QUOTE) {
        first = bytes[++at] as number;
        for (;;) {
          const byte = bytes[at] as number;
          if (byte === QUOTE) {
            if (bytes[at + 1] !== QUOTE) break;
            at++;
          } else if (byte === LF || byte === CR) return -1;
          at++;
        }
        last = bytes[at - 1] as number;
        if (first <= SPACE || last <= SPACE || last === NBSP_LAST) spaced[cells] = 1;
        at++;
      } else {
        while (special[bytes[at] as number] === 0) at++;
        last = bytes[at - 1] as number;
        if (at > cell && (first <= SPACE || last <= SPACE || first === NBSP_FIRST || last === NBSP_LAST))
          spaced[cells] = 1;
      }
      cells++;
      if (at > cell) filled++;
      const byte = bytes[at++];
      if (byte === delimiter) continue;
      if (byte === CR ? !crlf || bytes[at++] !== LF : byte !== LF || crlf) return -1;
      if (columns === 0) {
        marks.push(base);
        return cells;
      }
      // The full reading decides about a row that contains only delimiters.
      if (filled === 0 || cells !== columns || at - lineStart > TABLE_LIMITS.recordBytes) return -1;
      if (line % LINES_A_MARK === 0) marks.push(base + lineStart);
      cells = 0;
      filled = 0;
      line++;
      lineStart = at;
    }
    return line - lines;
  };
}
