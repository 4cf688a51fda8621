// Finds titles and notes above the names of the columns that a spreadsheet saved as CSV fills up with empty cells.
import { isMeasure } from './header-or-row.ts';

const MOST_TITLES = 20;
const LEAST_ROWS = 3;
const MOST_OF = 0.8;

/**
 * Returns the number of records above the names: each fills half of its cells at most, and the names fill more and stand above numbers or
 * dates. 0 where the first record may be the names.
 */
export function titlesAbove(records: readonly (readonly string[])[]): number {
  const width = records[0]?.length ?? 0;
  if (width < 2) return 0;
  const isFilled = (cells: readonly string[]) => filledCells(cells).length * 2 > width;
  const at = records.slice(0, MOST_TITLES + 1).findIndex(isFilled);
  const names = records[at] ?? [];
  const rows = records.slice(at + 1);
  if (at < 1 || rows.length < LEAST_ROWS || rows.filter(isFilled).length < rows.length * MOST_OF) return 0;
  const words = filledCells(names);
  if (words.some((cell) => isMeasure(cell.trim()))) return 0;
  const isNamed = names.some((name, i) => {
    const values = rows.map((row) => (row[i] ?? '').trim()).filter((value) => value !== '');
    return (
      name.trim() !== '' && values.length >= LEAST_ROWS && values.filter(isMeasure).length >= values.length * MOST_OF
    );
  });
  return isNamed ? at : 0;
}

function filledCells(cells: readonly string[]): string[] {
  return cells.filter((cell) => cell.trim() !== '');
}
