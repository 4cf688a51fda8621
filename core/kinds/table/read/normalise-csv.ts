// Reads a CSV once, in any dialect and however broken, and writes it in one strict form: each record preceded by its line number. An
// invalid record is reported with its line and does not affect the others.
import { isUtf8 } from 'node:buffer';
import type { Issue } from '../../define/issue.ts';
import { type Dialect, isSeparatorLine } from '../layout/dialect.ts';
import type { CsvLayout } from '../layout/layout.ts';
import { isBlank, isRule, isSeparatorsOnly, joinSurplus, swallowsRows } from '../layout/record-shapes.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { NO_QUOTE, quotedCell, type RecordScan, recordCells, recordScanner } from './csv-record.ts';
import { writeDigits } from './write-digits.ts';

const LF = 10;
const BLOCK_BYTES = 2 ** 20;
const TAB = '\t';
const ROW_NAME = 'row_name';
const FROM_THE_FIRST = { preamble: 0, isNamed: true, hasRowNames: false, emptyTail: 0, labelRows: 0 } as const;

/** An invalid record; `row` is its text, shortened. */
export type BrokenRow = { readonly line: number; readonly issues: readonly [Issue, ...Issue[]]; readonly row: string };
export type CsvSink = {
  /** Names as they stand there. Returning an issue ends the reading. */
  readonly header: (names: readonly string[]) => Issue | undefined;
  readonly write: (block: Uint8Array) => void;
  readonly broken: (row: BrokenRow) => void;
  /** A row that has as many cells as the header only since cells were added or joined. */
  readonly mended: (line: number) => void;
};
export type CsvStageOptions = {
  readonly path: string;
  readonly dialect: Dialect;
  /** Cells that are missing at the end of a record are empty, and those too many are joined where that is the only reading. */
  readonly mendRagged: boolean;
  /** Positions are record numbers; the first record after the header is 1. */
  readonly countRecords?: boolean;
  /** The position of the table among the records; by default it starts with the first. */
  readonly layout?: Omit<CsvLayout, 'dialect' | 'hasLoneReturns'>;
};
export type CsvStage = {
  /** An issue ends the reading: the whole file is refused. */
  readonly push: (chunk: Uint8Array) => Issue | undefined;
  readonly end: () => Issue | undefined;
  readonly rows: () => number;
  /** Columns that have white space around a cell. */
  readonly spaced: Uint8Array;
};

/** Takes chunks of UTF-8 and writes `line,place,cells...`; `place` is the offset of that line in the output. */
export function csvStage(options: CsvStageOptions, sink: CsvSink): CsvStage {
  const { path, dialect, mendRagged, countRecords = false, layout = FROM_THE_FIRST } = options;
  const spaced = new Uint8Array(TABLE_LIMITS.columns + 2);
  const scanRecord = recordScanner(dialect, spaced);
  const scanUnquoted = recordScanner({ ...dialect, quote: NO_QUOTE }, spaced);
  const scan: RecordScan = { state: 'complete', end: 0, next: 0, cells: 0, lines: 1, plain: true };
  const delimiter = dialect.delimiter.charCodeAt(0);
  const lineEnd = dialect.lineEnd.charCodeAt(0);
  const out = Buffer.allocUnsafe(BLOCK_BYTES + 3 * TABLE_LIMITS.recordBytes);
  let used = 0;
  let flushed = 0;
  let carry: Buffer = Buffer.alloc(0);
  let line = countRecords ? 0 : 1;
  let columns = 0;
  /** Number of cells including the empty columns at the end. */
  let full = 0;
  let rows = 0;
  let brokenRows = 0;
  let reread = 0;
  let skipping = false;
  let above = layout.preamble;
  let labels = layout.labelRows;

  const place = (at: number) => ({ path, line: at });
  function broken(code: Issue['code'], bytes: Buffer, given: string, allowed?: string): void {
    brokenRows++;
    sink.broken({
      line,
      issues: [{ code, place: place(line), given, ...(allowed !== undefined && { allowed }) }],
      row: bytes.toString('utf8', 0, Math.min(bytes.length, TABLE_LIMITS.keptRowLength)),
    });
  }

  function emit(bytes: Buffer, start: number, cells: readonly string[]): void {
    const at = flushed + used;
    used = writeDigits(out, used, line);
    out[used++] = delimiter;
    used = writeDigits(out, used, at);
    out[used++] = delimiter;
    if (cells === AS_THEY_ARE) used += bytes.copy(out, used, start, scan.end);
    else used += out.write(cells.map(quotedCell).join(dialect.delimiter), used, 'utf8');
    const written = cells === AS_THEY_ARE ? scan.cells : cells.length;
    if (written < columns) used += out.write(dialect.delimiter.repeat(columns - written), used, 'latin1');
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

  /** The cells of the record just scanned. */
  const cellsIn = (bytes: Buffer, start: number, isQuoted = true) =>
    recordCells(bytes, start, scan.end, isQuoted ? dialect : { ...dialect, quote: NO_QUOTE });

  function nameColumns(cells: readonly string[]): Issue | undefined {
    spaced.fill(0);
    const named = layout.hasRowNames ? [ROW_NAME, ...cells] : cells;
    const tail = named.length - layout.emptyTail;
    const isCut = layout.emptyTail > 0 && named.slice(Math.max(1, tail)).every((cell) => cell.trim() === '');
    const names = isCut ? named.slice(0, Math.max(1, tail)) : named;
    columns = names.length;
    full = Math.max(named.length, columns + layout.emptyTail);
    if (columns <= TABLE_LIMITS.columns) return sink.header(names);
    const most = `at most ${TABLE_LIMITS.columns}`;
    return { code: 'table.too-large', place: place(line), given: `${columns} columns`, allowed: most };
  }

  /** Writes a row or records its issues. `isQuoted`: cells have quotes, which are not part of the values. */
  function takeRow(bytes: Buffer, start: number, record: Buffer, isQuoted: boolean): void {
    if (!countRecords && scan.cells <= full && isSeparatorsOnly(record, delimiter)) return;
    if (rows === 0 && !countRecords && isRule(record, delimiter)) return;
    const isWide = scan.cells > columns && scan.cells <= full;
    const wide = isWide ? cellsIn(bytes, start, isQuoted) : [];
    if (labels > 0) {
      labels--;
      broken('table.label-row', record, 'a row of units or descriptions', 'a row of data');
    } else if (isQuoted && !countRecords && scan.lines > 1 && swallowsRows(record, dialect, columns))
      cutAtLineEnd(bytes, start);
    else if (scan.cells === columns || (mendRagged && scan.cells < columns)) {
      if (scan.cells < columns) sink.mended(line);
      emit(bytes, start, scan.plain ? AS_THEY_ARE : cellsIn(bytes, start, isQuoted));
    } else if (isWide && wide.slice(columns).every((cell) => cell.trim() === ''))
      emit(bytes, start, wide.slice(0, columns));
    else takeRagged(bytes, start, record, isQuoted);
  }

  /** A row with too many cells, or with too few where these are not filled. */
  function takeRagged(bytes: Buffer, start: number, record: Buffer, isQuoted: boolean): void {
    const isLong = scan.cells > columns;
    const joined = joinSurplus(isLong ? cellsIn(bytes, start, isQuoted) : [], columns, dialect);
    if (joined && mendRagged) {
      sink.mended(line);
      emit(bytes, start, joined);
      return;
    }
    const quotes = isLong ? `; quotes around a cell that holds ${JSON.stringify(dialect.delimiter)}` : '';
    const rule = joined ? '; or rules: { table.ragged-row: { action: fix } } in dataset.yaml, which joins them' : '';
    broken('table.ragged-row', record, `${scan.cells} cells`, `${columns} cells${quotes}${rule}`);
  }

  /** Only the first line is broken; the lines below it are rows of their own. */
  function cutAtLineEnd(bytes: Buffer, start: number): void {
    const next = bytes.indexOf(lineEnd, start);
    scan.end = next;
    scan.next = next + 1;
    scan.lines = 1;
    broken('table.quote', bytes.subarray(start, next), 'a quote that is not closed: the lines below it are rows');
  }

  function settle(bytes: Buffer, start: number, suspect: boolean, isQuoted = true): Issue | undefined {
    const record = bytes.subarray(start, scan.end);
    // If records are counted, an empty line is a row with one empty cell.
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
      if (above > 0) {
        above--;
        return undefined;
      }
      if (layout.isNamed) return nameColumns(cellsIn(bytes, start, isQuoted));
      const issue = nameColumns(Array.from({ length: scan.cells }, (_, i) => `column_${i + 1}`));
      if (issue) return issue;
      takeRow(bytes, start, record, isQuoted);
    } else takeRow(bytes, start, record, isQuoted);
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
      // Tools that write tabs put no quotes around cells, so that one in a cell is a part of it.
      let isQuoted = true;
      if (scan.state === 'trailing' && dialect.delimiter === TAB) {
        scanUnquoted(bytes, at, last, scan);
        scan.plain = false;
        isQuoted = false;
      }
      if (scan.state === 'complete') {
        const refused = settle(bytes, at, suspect, isQuoted);
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

/** Cells that can be copied as they are. */
const AS_THEY_ARE: readonly string[] = [];
