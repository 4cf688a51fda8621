// Scans one CSV record in bytes: its end, its number of cells, and whether it can be copied unchanged.
import type { Dialect } from '../layout/dialect.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;
/** First and last byte of a no-break space in UTF-8. */
const NBSP_FIRST = 0xc2;
const NBSP_LAST = 0xa0;

/** The quote of a dialect without any. */
export const NO_QUOTE = '\0' as '"';

/** complete: a record. partial: it continues after the bytes. unclosed, trailing: its quotes are broken. */
export type RecordState = 'complete' | 'partial' | 'unclosed' | 'trailing';

/** Reused from record to record. `next`: where the following one starts. `plain`: it means the same when copied as it is. */
export type RecordScan = {
  state: RecordState;
  end: number;
  next: number;
  cells: number;
  lines: number;
  plain: boolean;
};

/**
 * Finds the end of the record at `start`. `last`: no bytes follow. White space around the cells of a column is noted in `spaced`.
 * Fills and returns `scan`.
 */
export type RecordScanner = (bytes: Buffer, start: number, last: boolean, scan: RecordScan) => RecordScan;

export function recordScanner(dialect: Dialect, spaced: Uint8Array): RecordScanner {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const quote = dialect.quote.charCodeAt(0);
  const lineEnd = dialect.lineEnd.charCodeAt(0);
  const backslash = dialect.escaping === 'backslash';
  const plainQuotes = quote === DOUBLE_QUOTE && !backslash;
  const special = new Uint8Array(256);
  for (const byte of [delimiter, quote, DOUBLE_QUOTE, LF, CR]) special[byte] = 1;

  const isBlank = (byte: number | undefined) => (byte === SPACE || byte === TAB) && byte !== delimiter;

  /**
   * Returns -1 if there is none. Most cells are short, so looking at each byte costs less than a search; lines are counted too.
   */
  function closingQuote(bytes: Buffer, from: number, scan: RecordScan): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === lineEnd) scan.lines++;
      else if (byte === quote) {
        if (backslash || bytes[at + 1] !== quote) return at;
        at++;
      } else if (backslash && byte === BACKSLASH && bytes[++at] === lineEnd) scan.lines++;
    }
    return -1;
  }

  return (bytes, start, last, scan) => {
    const length = bytes.length;
    scan.cells = 0;
    scan.lines = 1;
    scan.plain = true;
    let at = start;
    const stop = (state: RecordState, end: number, next: number) => {
      scan.state = state;
      scan.end = end;
      scan.next = next;
      return scan;
    };
    for (;;) {
      const cell = at;
      let open = at;
      while (open < length && isBlank(bytes[open])) open++;
      if (open < length && bytes[open] === quote) {
        const close = closingQuote(bytes, open + 1, scan);
        if (close < 0 || (close === length - 1 && !last)) return stop(last ? 'unclosed' : 'partial', length, length);
        at = close + 1;
        while (at < length && isBlank(bytes[at])) at++;
        if (open !== cell || at !== close + 1 || !plainQuotes) scan.plain = false;
        if (
          (bytes[open + 1] as number) <= SPACE ||
          (bytes[close - 1] as number) <= SPACE ||
          bytes[close - 1] === NBSP_LAST
        )
          spaced[scan.cells] = 1;
        if (at < length && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR)
          return stop('trailing', at, at);
      } else {
        for (;;) {
          while (at < length && special[bytes[at] as number] === 0) at++;
          if (at >= length) break;
          const byte = bytes[at];
          if (byte === delimiter || byte === lineEnd) break;
          if (byte === CR && lineEnd === LF && (at + 1 < length ? bytes[at + 1] === LF : true)) break;
          // A quote or line break inside an unquoted cell; the cell is written again with quotes.
          scan.plain = false;
          at++;
        }
        // A cell that the end of the bytes cuts off cannot be judged.
        if (
          at > cell &&
          (at < length || last) &&
          ((bytes[cell] as number) <= SPACE ||
            (bytes[at - 1] as number) <= SPACE ||
            bytes[cell] === NBSP_FIRST ||
            bytes[at - 1] === NBSP_LAST)
        )
          spaced[scan.cells] = 1;
      }
      scan.cells++;
      if (at >= length) return stop(last ? 'complete' : 'partial', at, at);
      const byte = bytes[at];
      if (byte === delimiter) {
        at++;
        continue;
      }
      if (byte === LF || byte === lineEnd) return stop('complete', at, at + 1);
      if (at + 1 >= length) return stop(last ? 'complete' : 'partial', at, at + 1);
      return stop('complete', at, bytes[at + 1] === LF ? at + 2 : at + 1);
    }
  };
}

/** The texts of a record's cells. */
export function recordCells(bytes: Buffer, start: number, end: number, dialect: Dialect): string[] {
  const text = bytes.toString('utf8', start, end);
  const { delimiter, quote, escaping } = dialect;
  const cells: string[] = [];
  for (let at = 0; ; ) {
    let open = at;
    while (text[open] === ' ' || (text[open] === '\t' && delimiter !== '\t')) open++;
    let cell = '';
    if (text[open] === quote) {
      for (at = open + 1; at < text.length; at++) {
        if (escaping === 'backslash' && text[at] === '\\') cell += text[++at] ?? '';
        else if (text[at] !== quote) cell += text[at];
        else if (escaping === 'doubled' && text[at + 1] === quote) cell += text[++at];
        else break;
      }
      while (at < text.length && text[at] !== delimiter) at++;
    } else {
      const next = text.indexOf(delimiter, at);
      cell = text.slice(at, next < 0 ? text.length : next);
      at = next < 0 ? text.length : next;
    }
    cells.push(cell);
    if (at >= text.length) return cells;
    at++;
  }
}

/** A cell as RFC 4180 quotes it. */
export function quotedCell(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('"', '""')}"`;
}
