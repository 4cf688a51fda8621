// How many rows of a part are stored together: readers hold one such group as values.

const MOST_ROWS = 32_768;
const CELLS = 2 ** 22;
/** The rows of a vector of DuckDB, which groups are made of. */
const VECTOR_ROWS = 2_048;

/** The rows of a row group of a table with that many columns, those that every part has included. */
export function rowsOfGroup(columns: number): number {
  const rows = Math.floor(CELLS / columns / VECTOR_ROWS) * VECTOR_ROWS;
  return Math.max(VECTOR_ROWS, Math.min(MOST_ROWS, rows));
}
