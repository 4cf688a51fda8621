// Whether generated rows repeat training rows: exact copies, and how often the nearest real row is a training row rather than a held-out
// one. Both screen for memorised rows; neither proves that there are none.
import { permutation } from '#core/base/random.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { type Cells, pickRows } from './bin-features.ts';

/** The share is then uncertain by 0.008. */
const MOST_ROWS = 4_000;

/** Returns a function for the share of rows that equal a training row in every column. */
export function copiesOf(training: Cells): (rows: Cells) => number {
  const known = new Set(rowKeys(training));
  return (rows) => {
    const keys = rowKeys(rows);
    return keys.filter((key) => known.has(key)).length / Math.max(keys.length, 1);
  };
}

/**
 * Returns the share of rows whose nearest row, among equally many training and held-out rows, is a training row; ties count half. The
 * distance is Gower's (1971): the mean over columns of the difference divided by the range, or 1 for different categories.
 */
export function closestShare(rows: Cells, training: Cells, held: Cells, seed: number): number {
  const count = Math.min(MOST_ROWS, held[0]?.length ?? 0, training[0]?.length ?? 0);
  const half = (cells: Cells, name: string, most: number) =>
    pickRows(cells, permutation(seed, `closeness/${name}`, cells[0]?.length ?? 0).subarray(0, most));
  const encode = encoderOf([training, held]);
  const queries = encode(half(rows, 'rows', MOST_ROWS));
  const [a, b] = [encode(half(training, 'training', count)), encode(half(held, 'held', count))];
  const width = rows.length;
  let sum = 0;
  const asked = queries.length / width;
  for (let row = 0; row < asked; row++) {
    const query = queries.subarray(row * width, (row + 1) * width);
    const [toTraining, toHeld] = [nearest(query, a), nearest(query, b)];
    sum += toTraining < toHeld ? 1 : toTraining === toHeld ? 0.5 : 0;
  }
  return sum / Math.max(asked, 1);
}

function rowKeys(cells: Cells): string[] {
  const rows = cells[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) => JSON.stringify(cells.map((column) => column[row] ?? null)));
}

/**
 * Encodes numbers by their range; categories as integers from 2 on, so that any two differ by more than 1; null as -2.
 */
function encoderOf(tables: readonly Cells[]): (cells: Cells) => Float64Array {
  const width = tables[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => {
    const all = tables.flatMap((cells) => cells[column] as readonly Cell[]);
    const numbers = all.filter((cell) => typeof cell === 'number');
    if (numbers.length > 0) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const number of numbers) [low, high] = [Math.min(low, number), Math.max(high, number)];
      return (cell: Cell) => (typeof cell === 'number' ? (cell - low) / (high - low || 1) : -2);
    }
    const codes = new Map([...new Set(all)].map((cell, place) => [cell, 2 * place + 2]));
    return (cell: Cell) => (cell === null ? -2 : (codes.get(cell) ?? -4));
  });
  return (cells) => {
    const rows = cells[0]?.length ?? 0;
    const out = new Float64Array(rows * width);
    for (const [column, encode] of columns.entries())
      for (let row = 0; row < rows; row++) out[row * width + column] = encode(cells[column]?.[row] as Cell);
    return out;
  };
}

function nearest(query: Float64Array, rows: Float64Array): number {
  const width = query.length;
  let best = Number.POSITIVE_INFINITY;
  for (let start = 0; start < rows.length; start += width) {
    let sum = 0;
    for (let at = 0; at < width && sum < best; at++)
      sum += Math.min(1, Math.abs((query[at] as number) - (rows[start + at] as number)));
    if (sum < best) best = sum;
  }
  return best;
}
