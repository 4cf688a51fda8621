// Finds columns that are determined by other columns in every training row; they are computed instead of modelled.
import type { ColumnType } from '../schema/column-types.ts';
import { isTemporal } from '../schema/column-types.ts';
import type { Cell, ColumnSource } from './codec.ts';
import { isOrdered, numberField } from './fit-column.ts';
import { formulaOf } from './formulas.ts';

/** Rows for each value of the column that decides, on average, and rows without the commonest value of the one that follows. */
const ROWS_A_KEY = 10;
const ROWS_OF_EVIDENCE = 20;
/** Most pairs are refused by these rows. */
const FIRST_LOOK = 500;

type Column = { readonly type: ColumnType; readonly cells: readonly Cell[]; readonly source: ColumnSource };

/** Replaces the source of each column that follows from another one. Columns that others are made from stay coded. */
export function withRelations(columns: readonly Column[]): ColumnSource[] {
  const sources = columns.map(({ source }) => source);
  const leading = new Set<number>();
  for (const [place, column] of columns.entries()) {
    if (leading.has(place) || column.source.from !== 'coded') continue;
    const formula = formulaOf(columns, place, (other) => sources[other]?.from === 'coded');
    if (formula?.from === 'formula') {
      sources[place] = formula;
      leading.add(formula.left).add(formula.right);
      continue;
    }
    for (const [other, leader] of columns.entries()) {
      if (other === place || sources[other]?.from !== 'coded') continue;
      const found = lookupOf(leader, column, other) ?? offsetOf(leader, column, other);
      if (!found) continue;
      sources[place] = found;
      leading.add(other);
      break;
    }
  }
  return sources;
}

function lookupOf(leader: Column, follower: Column, column: number): ColumnSource | undefined {
  if (!hasFewValues(leader.source) || !hasFewValues(follower.source)) return undefined;
  const { cells } = leader;
  const found = new Map<Cell, Cell>();
  const look = (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      const key = cells[row] as Cell;
      const value = follower.cells[row] as Cell;
      const before = found.get(key);
      if (before === undefined) found.set(key, value);
      else if (before !== value) return false;
    }
    return true;
  };
  const first = Math.min(FIRST_LOOK, cells.length);
  if (!look(0, first) || !look(first, cells.length) || found.size * ROWS_A_KEY > cells.length) return undefined;
  const counts = new Map<Cell, number>();
  for (const cell of follower.cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  if (cells.length - Math.max(...counts.values()) < ROWS_OF_EVIDENCE) return undefined;
  return { from: 'lookup', column, entries: [...found].map(([key, value]) => ({ key, value })) };
}

/** Returns `b` if a <= b in every row, for two dates or two columns of numbers in the same range. */
function offsetOf(a: Column, b: Column, column: number): ColumnSource | undefined {
  // A difference of decimals is rounded, and their sum would leave the grid.
  if (a.type !== b.type || !isOrdered(a.type) || a.type === 'number' || !isWide(b)) return undefined;
  const step = Math.max(1, Math.floor(a.cells.length / FIRST_LOOK));
  for (let row = 0; row < a.cells.length; row += step) if (!isAtMost(a.cells[row], b.cells[row])) return undefined;
  if (!a.cells.every((cell, row) => isAtMost(cell, b.cells[row])) || !overlap(a.cells, b.cells)) return undefined;
  const differences = b.cells.map((cell, row) => (cell === null ? null : (cell as number) - (a.cells[row] as number)));
  return { from: 'offset', column, fields: [numberField(differences)] };
}

function isAtMost(a: Cell | undefined, b: Cell | undefined): boolean {
  return typeof a === 'number' && (b === null || (b as number) >= a);
}

/** Returns whether the lower quartile of b is below the upper quartile of a. */
function overlap(a: readonly Cell[], b: readonly Cell[]): boolean {
  const at = (cells: readonly Cell[], share: number) => {
    const sorted = Float64Array.from(cells.filter((cell) => cell !== null) as number[]).sort();
    return sorted[Math.floor(share * (sorted.length - 1))] as number;
  };
  return at(b, 0.25) < at(a, 0.75);
}

/** Numbers with few values are learned exactly, and keep their spikes; days in order must stay so however few they are. */
function isWide({ type, source }: Column): boolean {
  if (isTemporal(type)) return true;
  return source.from === 'coded' && source.fields[0]?.coding === 'bins' && source.fields[0].spikes.length === 0;
}

function hasFewValues(source: ColumnSource): boolean {
  return source.from === 'coded' && source.fields.length === 1 && source.fields[0]?.coding === 'values';
}
