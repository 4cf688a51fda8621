// Numbers that are a sum, a difference, a product or a ratio of two other columns in every training row.
import { type ColumnType, isNumeric } from '../schema/column-types.ts';
import type { Cell, ColumnSource, Grid } from './codec.ts';
import { onGrid } from './fit-numbers.ts';

export const ARITHMETIC = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
} as const;
export type ArithmeticSign = keyof typeof ARITHMETIC;

type Column = { readonly type: ColumnType; readonly cells: readonly Cell[]; readonly source: ColumnSource };

/** More columns of numbers would take too long to compare. */
const MOST_COLUMNS = 60;
/** Most formulas are refused by these rows. */
const FIRST_LOOK = 24;
/** Rows with another result than zero and one, and with different numbers on both sides. */
const ROWS_OF_EVIDENCE = 20;
/** Relative error of a column without a grid. */
const ROUNDING = 1e-9;

/** Returns the result on the grid of the column; null if a number is missing or the result is undefined. */
export function computed(operation: ArithmeticSign, a: Cell | undefined, b: Cell | undefined, grid: Grid): Cell {
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  const result = ARITHMETIC[operation](a, b);
  return Number.isFinite(result) ? onGrid(result, grid) : null;
}

/** Finds the formula of a column with many numbers in terms of other coded columns; undefined if there is none. */
export function formulaOf(
  columns: readonly Column[],
  place: number,
  isFree: (column: number) => boolean,
): ColumnSource | undefined {
  const { source, cells } = columns[place] as Column;
  if (source.from !== 'coded' || source.fields[0]?.coding !== 'bins' || source.fields.length > 1) return undefined;
  const { grid } = source.fields[0];
  const numbers = columns.flatMap(({ type }, at) => (isNumeric(type) && at !== place && isFree(at) ? [at] : []));
  if (numbers.length > MOST_COLUMNS) return undefined;
  const step = Math.max(1, Math.floor(cells.length / FIRST_LOOK));
  for (const left of numbers) {
    for (const right of numbers) {
      for (const operation of Object.keys(ARITHMETIC) as ArithmeticSign[]) {
        const isTwice = (operation === '+' || operation === '*') && right < left;
        if (isTwice || left === right) continue;
        const [a, b] = [columns[left]?.cells ?? [], columns[right]?.cells ?? []];
        const holds = (row: number) => isEqual(computed(operation, a[row], b[row], grid), cells[row] as Cell, grid);
        let isPossible = true;
        for (let row = 0; row < cells.length && isPossible; row += step) isPossible = holds(row);
        if (!isPossible || !cells.every((_, row) => holds(row))) continue;
        const told = cells.filter((cell, row) => cell !== null && cell !== a[row] && cell !== b[row] && cell !== 0);
        if (told.length >= ROWS_OF_EVIDENCE) return { from: 'formula', operation, left, right, grid };
      }
    }
  }
  return undefined;
}

function isEqual(a: Cell, b: Cell, grid: Grid): boolean {
  if (a === null || b === null || grid !== null) return a === b;
  return Math.abs((a as number) - (b as number)) <= ROUNDING * Math.max(1, Math.abs(b as number));
}
