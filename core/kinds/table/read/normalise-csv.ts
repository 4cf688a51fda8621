// Reads the bytes of a CSV once, whatever its dialect and however broken, and writes it again in one strict form: each
// record with its line before it. What cannot be a record is told with its line, and harms no other.
import { isUtf8 } from 'node:buffer';
import type { Issue } from '../../define/issue.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { cellsOf, quotedCell, type RecordScan, recordScanner } from './csv-record.ts';
import { type Dialect, isSeparatorLine } from './dialect.ts';

const LF = 10;
const BLOCK_BYTES = 2 ** 20;

/** A record that is none: `row` is its text, cut. */
export type BrokenRow = { readonly line: number; readonly issues: readonly [Issue, ...Issue[]]; readonly row: string };
export type CsvSink = {
  /** Names as they stand there. Returning an issue ends the reading. */
  readonly header: (names: readonly string[]) => Issue | undefined;
  readonly write: (block: Uint8Array) => void;
  readonly broken: (row: BrokenRow) => void;
};
export type CsvStageOptions = {
  readonly path: string;
  readonly dialect: Dialect;
  /** Cells that are missing at the end of a record are empty. */
  readonly padShort: boolean;
  /** Places are told by record, the first after the header being 1. */
  readonly countRecords?: boolean;
};
export type CsvStage = {
  /** An issue ends the reading: the whole file is refused. */
  readonly push: (chunk: Uint8Array) => Issue | undefined;
  readonly end: () => Issue | undefined;
  readonly rows: () => number;
  /** Columns that have white space around a cell. */
  readonly spaced: Uint8Array;
};

/** Chunks of UTF-8 in; out go `line,place,cells...`, `place` being where that line starts in what was written. */
export function csvStage({ path, dialect, padShort, countRecords = false }: CsvStageOptions, sink: CsvSink): CsvStage {
  const spaced = new Uint8Array(TABLE_LIMITS.columns + 2);
  const scanRecord = recordScanner(dialect, spaced);
  const scan: RecordScan = { state: 'complete', end: 0, next: 0, cells: 0, lines: 1, plain: true };
  const delimiter = dialect.delimiter.charCodeAt(0);
  const lineEnd = dialect.lineEnd.charCodeAt(0);
  const out = Buffer.allocUnsafe(BLOCK_BYTES + 3 * TABLE_LIMITS.recordBytes);
  let used = 0;
  let flushed = 0;
  let carry: Buffer = Buffer.alloc(0);
  let line = countRecords ? 0 : 1;
  let columns = 0;
  let rows = 0;
  let brokenRows = 0;
  let reread = 0;
  let skipping = false;

  const place = (at: number) => ({ path, line: at });
  function broken(code: Issue['code'], bytes: Buffer, given: string, allowed?: string): void {
    brokenRows++;
    sink.broken({
      line,
      issues: [{ code, place: place(line), given, ...(allowed !== undefined && { allowed }) }],
      row: bytes.toString('utf8', 0, Math.min(bytes.length, TABLE_LIMITS.keptRowLength)),
    });
  }

  function emit(bytes: Buffer, start: number): void {
    const at = flushed + used;
    used = writeDigits(out, used, line);
    out[used++] = delimiter;
    used = writeDigits(out, used, at);
    out[used++] = delimiter;
    if (scan.plain) used += bytes.copy(out, used, start, scan.end);
    else
      used += out.write(cellsOf(bytes, start, scan.end, dialect).map(quotedCell).join(dialect.delimiter), used, 'utf8');
    if (scan.cells < columns) used += out.write(dialect.delimiter.repeat(columns - scan.cells), used, 'latin1');
    out[used++] = LF;
    rows++;
    if (used >= BLOCK_BYTES) flush();
  }

  function flush(): void {
    if (used === 0) return;
    sink.write(out.subarray(0, used));
    flushed += used;
    used = 0;
  }

  function settle(bytes: Buffer, start: number, suspect: boolean): Issue | undefined {
    const record = bytes.subarray(start, scan.end);
    // Where records are counted, a line without anything is a row whose only cell is empty.
    if (scan.cells === 1 && !countRecords && isBlank(record)) return undefined;
    if (record.length > TABLE_LIMITS.recordBytes) {
      if (columns === 0) return tooLong(record.length);
      broken(
        'table.too-large',
        record,
        `a record of ${record.length} bytes`,
        `at most ${TABLE_LIMITS.recordBytes} bytes`,
      );
    } else if (suspect && (!isUtf8(record) || record.includes(0))) {
      if (columns === 0) return { code: 'table.encoding', place: place(line), given: 'bytes that are no text' };
      broken('table.encoding', record, 'bytes that are no text', 'UTF-8, or the encoding named in dataset.yaml');
    } else if (columns === 0) {
      if (line === 1 && isSeparatorLine(record)) return undefined;
      columns = scan.cells;
      if (columns > TABLE_LIMITS.columns)
        return {
          code: 'table.too-large',
          place: place(line),
          given: `${columns} columns`,
          allowed: `at most ${TABLE_LIMITS.columns}`,
        };
      spaced.fill(0);
      return sink.header(cellsOf(bytes, start, scan.end, dialect));
    } else if (scan.cells !== columns && !(padShort && scan.cells < columns))
      broken('table.ragged-row', record, `${scan.cells} cells`, `${columns} cells`);
    else emit(bytes, start);
    return undefined;
  }

  function run(bytes: Buffer, last: boolean): Issue | undefined {
    const whole = last ? bytes : bytes.subarray(0, bytes.lastIndexOf(lineEnd) + 1);
    const suspect = !isUtf8(whole) || whole.includes(0);
    let at = 0;
    while (at < bytes.length) {
      if (skipping) {
        const next = bytes.indexOf(lineEnd, at);
        if (next < 0) break;
        skipping = false;
        line++;
        at = next + 1;
        continue;
      }
      if (bytes[at] === lineEnd && !countRecords) {
        line++;
        at++;
        continue;
      }
      scanRecord(bytes, at, last, scan);
      const tried = Math.min(scan.next, bytes.length) - at;
      const giveUp = scan.state === 'partial' && tried > TABLE_LIMITS.recordBytes;
      if (scan.state === 'partial' && !giveUp) break;
      if (scan.state === 'complete') {
        const refused = settle(bytes, at, suspect);
        if (refused) return refused;
        if (rows > TABLE_LIMITS.rows || brokenRows > TABLE_LIMITS.brokenRows) return tooMany();
        line += countRecords ? 1 : scan.lines;
        at = scan.next;
        continue;
      }
      reread += tried;
      if (reread > TABLE_LIMITS.rereadBytes)
        return { code: 'table.corrupt', place: place(line), given: 'quotes that are not closed, over and over' };
      const next = bytes.indexOf(lineEnd, at);
      const end = next < 0 ? bytes.length : next;
      if (columns === 0 && (end - at > TABLE_LIMITS.recordBytes || next < 0)) return tooLong(end - at);
      if (end - at > TABLE_LIMITS.recordBytes)
        broken(
          'table.too-large',
          bytes.subarray(at, end),
          'a record that does not end',
          `at most ${TABLE_LIMITS.recordBytes} bytes`,
        );
      else
        broken(
          'table.quote',
          bytes.subarray(at, end),
          scan.state === 'trailing' ? 'text after a closing quote' : 'a quote that is not closed',
        );
      if (next < 0 && !last) skipping = true;
      else line++;
      at = end + 1;
    }
    carry = at < bytes.length && !skipping ? bytes.subarray(at) : Buffer.alloc(0);
    return undefined;
  }

  function tooMany(): Issue {
    const [given, most] =
      rows > TABLE_LIMITS.rows
        ? ['more rows', TABLE_LIMITS.rows]
        : ['more records that are none', TABLE_LIMITS.brokenRows];
    return { code: 'table.too-large', place: { path }, given, allowed: `at most ${most}` };
  }

  function tooLong(length: number): Issue {
    return {
      code: 'table.too-large',
      place: place(line),
      given: `a first line of ${length} bytes`,
      allowed: `at most ${TABLE_LIMITS.recordBytes} bytes`,
    };
  }

  return {
    push: (chunk) =>
      run(
        carry.length > 0
          ? Buffer.concat([carry, chunk])
          : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
        false,
      ),
    end() {
      const refused = run(carry, true);
      flush();
      return refused ?? (columns === 0 ? { code: 'table.empty', place: { path } } : undefined);
    },
    rows: () => rows,
    spaced,
  };
}

function isBlank(record: Buffer): boolean {
  return record.every((byte) => byte === 32 || byte === 9);
}

/** A whole number from 0 on, in decimal digits; where the bytes go on. */
function writeDigits(out: Buffer, at: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  for (let place = at + digits - 1, rest = value; place >= at; place--) {
    const tens = Math.floor(rest / 10);
    out[place] = 48 + rest - tens * 10;
    rest = tens;
  }
  return at + digits;
}
