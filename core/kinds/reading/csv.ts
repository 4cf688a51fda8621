// Reads the records of a CSV text (RFC 4180), each with the number of its first line. A broken record does not affect the others.

const LONGEST_RECORD = 2 ** 20;
const MOST_FIELDS = 4096;
const DELIMITERS = [',', ';', '\t', '|'];
const LINE_END = /\r?\n|\r/y;

export type CsvRecord = { readonly line: number } & (
  | { readonly ok: true; readonly fields: readonly string[]; readonly raw: string }
  | { readonly ok: false; readonly reason: string; readonly raw: string }
);

/** Returns the delimiter with which the first line contains the column; undefined if there is none. */
export function delimiterFor(text: string, column: string): string | undefined {
  return DELIMITERS.find((delimiter) => {
    const { value: header } = readCsv(text, delimiter).next();
    return header?.ok === true && header.fields.includes(column);
  });
}

/**
 * Reads the records. Empty lines are skipped. After a broken record, reading continues on the line after its first line.
 */
export function* readCsv(text: string, delimiter: string): Generator<CsvRecord, undefined> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const record = readRecord(text, at, delimiter);
    const raw = text.slice(at, record.end);
    if (record.reason !== undefined) yield { line, ok: false, reason: record.reason, raw };
    else if (raw.trim() !== '') yield { line, ok: true, fields: record.fields, raw };
    const next = afterLineEnd(text, record.end);
    line += countLines(text, at, next);
    at = next;
  }
  return undefined;
}

type Parsed = { readonly fields: string[]; readonly end: number; readonly reason?: string };

function readRecord(text: string, start: number, delimiter: string): Parsed {
  const fields: string[] = [];
  let at = start;
  const broken = (reason: string): Parsed => ({ fields, end: endOfLine(text, start), reason });
  for (;;) {
    if (fields.length === MOST_FIELDS) return broken(`more than ${MOST_FIELDS} fields`);
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1, start + LONGEST_RECORD);
      if (close < 0) return broken('a quote that is not closed');
      fields.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
      if (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r')
        return broken('text after a closing quote');
    } else {
      const end = endOfField(text, at, delimiter);
      fields.push(text.slice(at, end));
      at = end;
    }
    if (at - start > LONGEST_RECORD) return broken(`more than ${LONGEST_RECORD} characters`);
    if (text[at] !== delimiter) return { fields, end: at };
    at++;
  }
}

/** Returns the position of the closing quote, or -1 if there is none before `limit`. */
function closingQuote(text: string, from: number, limit: number): number {
  for (let at = from; at < text.length && at < limit; at++) {
    if (text.charCodeAt(at) !== 0x22) continue;
    if (text.charCodeAt(at + 1) !== 0x22) return at;
    at++;
  }
  return -1;
}

function endOfField(text: string, from: number, delimiter: string): number {
  const mark = delimiter.charCodeAt(0);
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === mark || unit === 0x0a || unit === 0x0d) break;
  }
  return at;
}

function endOfLine(text: string, from: number): number {
  return endOfField(text, from, '\n');
}

function afterLineEnd(text: string, at: number): number {
  LINE_END.lastIndex = at;
  return LINE_END.test(text) ? LINE_END.lastIndex : at;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a || (unit === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines++;
  }
  return lines;
}
