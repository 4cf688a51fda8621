// Classifies a record by its shape: a row, an empty record, or several rows joined by a broken quote.
import type { Dialect } from './dialect.ts';

/** A cell of fewer lines may be one that quotes a row. */
const SWALLOWED_LINES = 2;
/** Control-Z. */
const END_OF_FILE = 0x1a;
const [BAR, DASH] = [0x7c, 0x2d];
const RULE_BYTES: ReadonlySet<number> = new Set(Buffer.from('|-: \t\r'));

/** Whether it is the line of dashes below the names of a table of Markdown. `delimiter`: its character code. */
export function isRule(record: Uint8Array, delimiter: number): boolean {
  return delimiter === BAR && record.includes(DASH) && record.every((byte) => RULE_BYTES.has(byte));
}

/** Returns whether a row contains only separators, as at the end of an exported spreadsheet. */
export function isSeparatorsOnly(record: Buffer, delimiter: number): boolean {
  return record[0] === delimiter && record.every((byte) => byte === delimiter);
}

/**
 * Returns whether each complete line inside a record has the separators of a row, as after a quote that is never closed.
 */
export function swallowsRows(record: Buffer, { delimiter, lineEnd, quote }: Dialect, columns: number): boolean {
  if (columns < 2) return false;
  const [first = '', ...lines] = record.toString('utf8').split(lineEnd);
  const inner = lines.slice(0, -1);
  const isRow = (line: string) => {
    const cells = line.split(delimiter);
    return cells.length === columns && cells[0]?.trim() !== '';
  };
  return inner.length >= SWALLOWED_LINES && isRow(first) && inner.every((line) => isRow(line) && !line.includes(quote));
}

/** Blanks, and the sign that ends files of DOS. */
export function isBlank(record: Buffer): boolean {
  return record.every((byte) => byte === 32 || byte === 9 || byte === END_OF_FILE);
}
