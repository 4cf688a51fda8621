// Converts a sheet to a table: finds the non-empty columns and the row with the names, and lists what was left out.
import type { Remark } from '../../../define/remark.ts';
import type { Sheet, SheetRow } from './sheet.ts';

/** Number of rows that are searched for the column names. */
const TITLE_ROWS = 20;
const MOST_NAMED = 5;
/** Rows of one cell that may stand below a table of at least so many columns and rows, such as its source. */
const MOST_NOTES = 20;
const LEAST_COLUMNS = 3;
const LEAST_ROWS = 5;
const TOTAL = /^(grand )?(total|totals|totale|sum|summe|gesamt|gesamtsumme|insgesamt|somme|suma)\b/i;

export type SheetTable = {
  /** Places of the columns that hold something. */
  readonly columns: readonly number[];
  /** Rows before the one with the names. */
  readonly titles: number;
  /** Rows that are not empty, without notes below the table. */
  readonly count: number;
  readonly remarks: readonly Remark[];
};

/** Reads the sheet once. */
export async function surveySheet({ name, others, rows }: Sheet, path: string): Promise<SheetTable> {
  const filled: number[] = [];
  const first: number[] = [];
  let hidden = 0;
  let unstored = 0;
  let count = 0;
  /** Rows of one cell: those before a wider row, and those since the last one. */
  let thin = 0;
  let run = 0;
  let lastWide = '';
  for await (const row of rows()) {
    unstored += row.unstored ?? 0;
    const places = filledPlaces(row);
    if (places.length === 0) continue;
    if (count < TITLE_ROWS) first.push(places.length);
    if (row.hidden) hidden++;
    if (places.length === 1) run++;
    else {
      thin += run;
      run = 0;
      lastWide = row.cells[places[0] as number] ?? '';
    }
    for (const place of places) filled[place] = (filled[place] ?? 0) + 1;
    count++;
  }
  const widest = Math.max(0, ...first);
  // A title stands alone, or nearly so, above a row of many names.
  const titles = Math.max(
    0,
    first.findIndex((cells) => cells > 1 && cells * 2 > widest),
  );
  // Where no row of the table has one cell alone, those behind it are no rows of it.
  const isOwn = thin > first.slice(0, titles).filter((cells) => cells === 1).length;
  const isTable = widest >= LEAST_COLUMNS && count - titles - run > LEAST_ROWS;
  const notes = isTable && !isOwn && run <= MOST_NOTES ? run : 0;
  const used = Object.keys(filled).map(Number);
  const empty = used.length > 0 ? (used.at(-1) as number) + 1 - used.length : 0;
  const remark = (items: number, given: string): Remark => ({ code: 'table.sheet', items, given, examples: [path] });
  return {
    columns: used,
    titles,
    count: count - notes,
    remarks: [
      ...(others.length > 0 ? [remark(1, `the sheet "${name}" is read, not ${listOf(others)}`)] : []),
      ...(titles > 0 ? [remark(titles, 'rows above the names of the columns are left out')] : []),
      ...(notes > 0 ? [remark(notes, 'rows of one cell below the table are left out')] : []),
      ...(TOTAL.test(lastWide.trim())
        ? [remark(1, `the last row may be a total, and is read: "${lastWide.trim().slice(0, 30)}"`)]
        : []),
      ...(empty > 0 ? [remark(empty, 'empty columns are left out')] : []),
      ...(hidden > 0 ? [remark(hidden, 'hidden rows are read, too')] : []),
      ...(unstored > 0
        ? [remark(unstored, 'formulas without a stored value are empty: save the workbook in Excel or LibreOffice')]
        : []),
    ],
  };
}

/** The row with the names, then the others; empty rows are left out. */
export async function* tableRows(
  { rows }: Sheet,
  { columns, titles, count }: SheetTable,
): AsyncGenerator<(string | null)[]> {
  let place = 0;
  for await (const row of rows()) {
    if (filledPlaces(row).length === 0) continue;
    if (place++ < titles) continue;
    if (place > count) return;
    yield columns.map((place) => row.cells[place] ?? null);
  }
}

function filledPlaces({ cells }: SheetRow): number[] {
  return cells.flatMap((cell, place) => (cell === null || cell.trim() === '' ? [] : [place]));
}

function listOf(names: readonly string[]): string {
  const listed = names.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 60)}"`);
  return [...listed, ...(names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : [])].join(', ');
}
