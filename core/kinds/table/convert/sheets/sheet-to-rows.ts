// Converts a sheet to a table: finds the non-empty columns and the row with the names, and lists what was left out.
import type { Remark } from '../../../define/remark.ts';
import type { Sheet, SheetRow } from './sheet.ts';

/** Number of rows that are searched for the column names. */
const TITLE_ROWS = 20;
const MOST_NAMED = 5;

export type SheetTable = {
  /** Places of the columns that hold something. */
  readonly columns: readonly number[];
  /** Rows before the one with the names. */
  readonly titles: number;
  readonly remarks: readonly Remark[];
};

/** Reads the sheet once. */
export async function surveySheet({ name, others, rows }: Sheet, path: string): Promise<SheetTable> {
  const filled: number[] = [];
  const first: number[] = [];
  let hidden = 0;
  let unstored = 0;
  let count = 0;
  for await (const row of rows()) {
    unstored += row.unstored ?? 0;
    const places = filledPlaces(row);
    if (places.length === 0) continue;
    if (count < TITLE_ROWS) first.push(places.length);
    if (row.hidden) hidden++;
    for (const place of places) filled[place] = (filled[place] ?? 0) + 1;
    count++;
  }
  const widest = Math.max(0, ...first);
  // A title stands alone, or nearly so, above a row of many names.
  const titles = Math.max(
    0,
    first.findIndex((cells) => cells > 1 && cells * 2 > widest),
  );
  const used = Object.keys(filled).map(Number);
  const empty = used.length > 0 ? (used.at(-1) as number) + 1 - used.length : 0;
  const remark = (items: number, given: string): Remark => ({ code: 'table.sheet', items, given, examples: [path] });
  return {
    columns: used,
    titles,
    remarks: [
      ...(others.length > 0 ? [remark(1, `the sheet "${name}" is read, not ${listOf(others)}`)] : []),
      ...(titles > 0 ? [remark(titles, 'rows above the names of the columns are left out')] : []),
      ...(empty > 0 ? [remark(empty, 'empty columns are left out')] : []),
      ...(hidden > 0 ? [remark(hidden, 'hidden rows are read, too')] : []),
      ...(unstored > 0
        ? [remark(unstored, 'formulas without a stored value are empty: save the workbook in Excel or LibreOffice')]
        : []),
    ],
  };
}

/** The row with the names, then the others; empty rows are left out. */
export async function* tableRows({ rows }: Sheet, { columns, titles }: SheetTable): AsyncGenerator<(string | null)[]> {
  let skipped = 0;
  for await (const row of rows()) {
    if (filledPlaces(row).length === 0) continue;
    if (skipped < titles) skipped++;
    else yield columns.map((place) => row.cells[place] ?? null);
  }
}

function filledPlaces({ cells }: SheetRow): number[] {
  return cells.flatMap((cell, place) => (cell === null || cell.trim() === '' ? [] : [place]));
}

function listOf(names: readonly string[]): string {
  const listed = names.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 60)}"`);
  return [...listed, ...(names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : [])].join(', ');
}
