// Cells as bins of at most 255 values and one for null, derived from a set of reference rows.
import { firstFrom } from '#core/kinds/table/codec/code-field.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import type { Features } from './booster.ts';

const NULL_BIN = 255;
const MOST_BINS = 255;

/** Columns of cells; all have as many rows. */
export type Cells = readonly (readonly Cell[])[];

export type Binning = (cells: Cells) => Features;

/**
 * Returns the bins: numbers are cut at quantiles of all given rows, texts are numbered by frequency, and the rarest share the last bin.
 */
export function binningOf(cells: Cells): Binning {
  const bins = cells.map(binColumn);
  const isCategory = cells.map((column) => column.some((cell) => typeof cell === 'string'));
  return (given) => ({
    rows: given[0]?.length ?? 0,
    columns: given.map((column, at) => Uint8Array.from(column, (cell) => (bins[at] as (cell: Cell) => number)(cell))),
    isCategory,
  });
}

/** Concatenates the columns of several tables. */
export function stacked(...tables: readonly Cells[]): Cell[][] {
  return (tables[0] as Cells).map((_, column) => tables.flatMap((table) => table[column] as readonly Cell[]));
}

export function pickRows(cells: Cells, rows: ArrayLike<number>): Cell[][] {
  return cells.map((column) => Array.from(rows, (row) => column[row] as Cell));
}

function binColumn(column: readonly Cell[]): (cell: Cell) => number {
  const present = column.filter((cell) => cell !== null);
  if (typeof present[0] !== 'number') {
    const counts = new Map<Cell, number>();
    for (const cell of present) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    const order = [...counts].sort((a, b) => b[1] - a[1]).map(([cell]) => cell);
    const places = new Map(order.map((cell, place) => [cell, Math.min(place, MOST_BINS - 1)]));
    return (cell) => (cell === null ? NULL_BIN : (places.get(cell) ?? MOST_BINS - 1));
  }
  const sorted = Float64Array.from(present as number[]).sort();
  const distinct = [...new Set(sorted)];
  const bounds =
    distinct.length <= MOST_BINS
      ? distinct
      : [
          ...new Set(
            Array.from(
              { length: MOST_BINS },
              (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / MOST_BINS) - 1] as number,
            ),
          ),
        ];
  return (cell) => (typeof cell === 'number' ? firstFrom(bounds, cell) : NULL_BIN);
}
