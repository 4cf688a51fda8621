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

/**
 * Returns the cells with those too many joined to the last one; undefined where there is another reading. A comma with a blank behind it is
 * one of a sentence where no delimiter has a blank behind it: then the surplus stands in the last column alone.
 */
export function joinSurplus(
  cells: readonly string[],
  columns: number,
  { delimiter }: Pick<Dialect, 'delimiter'>,
): string[] | undefined {
  const surplus = cells.slice(columns);
  if (surplus.length === 0 || columns < 2 || (delimiter !== ',' && delimiter !== ';')) return undefined;
  const own = cells.slice(0, columns);
  const isWord = (cell: string) => /^ \S/.test(cell);
  if (!surplus.every(isWord) || own.some((cell) => /^\s/.test(cell)) || !/\p{L}/u.test(own.at(-1) ?? ''))
    return undefined;
  return [...own.slice(0, -1), [own.at(-1), ...surplus].join(delimiter)];
}
