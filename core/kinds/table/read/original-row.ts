// Finds a reported row again in the normalised table.
import { readSync } from 'node:fs';
import type { Dialect } from '../layout/dialect.ts';
import { recordCells } from './csv-record.ts';
import type { Staged } from './normalised-file.ts';
import { LINES_A_MARK } from './plain-csv.ts';

const FIRST_READ = 1024;
const FIRST_READ_OF_LINES = 8 * 1024;
const LONGEST_READ = 512 * 1024;
const QUOTE = 34;
const LF = 10;
const CR = 13;
/** One buffer for all rows, since thousands of rows are read. */
const BYTES = Buffer.allocUnsafeSlow(LONGEST_READ);

/** `place`: offset of the row in the normalised file; unknown for a plain file. */
export type RowPlace = { readonly line: number; readonly place?: number | undefined };
/** The row as text (of JSON the line, of Parquet its cells as JSON) and its cells. */
export type RowAsItCame = { readonly text: string; readonly cells: string[] };

export function rowAsItCame(descriptor: number, row: RowPlace, staged: Staged): RowAsItCame {
  const { delimiter, columns, format, plain, fromPath = [] } = staged;
  const told = fromPath.map(({ value }) => value ?? '');
  const dialect: Dialect = { delimiter, quote: '"', escaping: 'doubled', lineEnd: '\n' };
  if (plain) {
    const record = plainLine(descriptor, row.line, plain.marks);
    return { text: record.toString('utf8'), cells: [...recordCells(record, 0, record.length, dialect), ...told] };
  }
  const record = recordAt(descriptor, row.place ?? 0);
  const [line, at, ...rest] = recordCells(record, 0, record.length, dialect);
  const cells = format === 'json' ? rest.slice(1) : rest;
  const prefix = `${line}${delimiter}${at}${delimiter}`.length;
  const text =
    format === 'csv'
      ? record.toString('utf8', prefix)
      : format === 'json'
        ? (rest[0] ?? '')
        : JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ''])));
  return { text, cells: [...cells, ...told] };
}

/** Without its end; cut where it is longer than is read. */
function recordAt(descriptor: number, place: number): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  for (let size = FIRST_READ; size <= LONGEST_READ; size *= 8) {
    bytes = bytesAt(descriptor, place, size);
    const end = endOfRecord(bytes);
    if (end >= 0) return bytes.subarray(0, end);
    if (bytes.length < size) break;
  }
  return bytes;
}

/** Reads a line of a plain table, counting from the mark before it. */
function plainLine(descriptor: number, line: number, marks: readonly number[]): Buffer {
  let place = marks[Math.floor((line - 1) / LINES_A_MARK)] as number;
  let before = (line - 1) % LINES_A_MARK;
  for (let size = FIRST_READ_OF_LINES; ; size = LONGEST_READ) {
    const bytes = bytesAt(descriptor, place, size);
    let start = 0;
    while (before > 0) {
      const next = bytes.indexOf(LF, start);
      if (next < 0) break;
      start = next + 1;
      before--;
    }
    const end = before > 0 ? -1 : bytes.indexOf(LF, start);
    if (end >= 0) return withoutCarriageReturn(bytes.subarray(start, end));
    const isCut = before === 0 && start === 0 && size === LONGEST_READ;
    if (isCut || bytes.length < size) return bytes.subarray(start);
    place += before > 0 ? bytes.length : start;
  }
}

/** They are overwritten by those of the next call. */
function bytesAt(descriptor: number, place: number, size: number): Buffer {
  return BYTES.subarray(0, readSync(descriptor, BYTES, 0, size, place));
}

function withoutCarriageReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
}

/** Returns -1 if the record continues. */
function endOfRecord(bytes: Buffer): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    else if (bytes[at] === LF && !quoted) return at;
  }
  return -1;
}
