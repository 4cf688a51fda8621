// A value of a row of Parquet as a cell.
import type { Cell } from './codec.ts';

/** Whole numbers beyond 2^53 are rounded to the nearest double. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}
