// What of a table is taken in at most. LIMITS.tableBytes bounds the whole.

export const TABLE_LIMITS = {
  columns: 1_000,
  rows: 50_000_000,
  /** Records that are none, such as those with a cell too many; a file with more of them is no table. */
  brokenRows: 5_000_000,
  /** One record of a CSV or one line of JSONL. */
  recordBytes: 2 ** 20,
  columnNameLength: 256,
  jsonDepth: 64,
  /** Values of a category column. */
  categories: 1_000,
  /** Columns and row rules of a schema together make at most so many checks. */
  rowRules: 100,
  /** Bytes read again where quotes are not closed; a file that needs more has no cells worth guessing at. */
  rereadBytes: 64 * 2 ** 20,
  /** Characters of `given` in an issue. */
  givenLength: 80,
  /** Rejected rows of one file that are kept; the rest is counted. */
  keptRows: 10_000,
  /** Characters of a kept row, and of all of them. */
  keptRowLength: 16 * 1024,
  keptRowsLength: 16 * 2 ** 20,
  /** A document that is one JSON value instead of lines. */
  jsonDocumentBytes: 16 * 2 ** 20,
  /** Cells of a Parquet file, by its own declaration. */
  cells: 500_000_000,
  /** What Parquet declares to unpack to, to its size; small ones are exempt. */
  parquetRatioFloorBytes: 16 * 2 ** 20,
} as const;
