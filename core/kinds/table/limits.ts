// Limits on the content of one table. LIMITS.tableBytes limits its size.

export const TABLE_LIMITS = {
  columns: 1_000,
  rows: 50_000_000,
  /** Invalid records, for example with an extra cell; a file with more of them is not a table. */
  brokenRows: 5_000_000,
  /** Bytes of one CSV record or one line of JSONL. */
  recordBytes: 2 ** 20,
  columnNameLength: 256,
  jsonDepth: 64,
  /** Values of a category column. */
  categories: 1_000,
  /** Maximum number of checks that the columns and row rules of a schema make together. */
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
  /** Ratio of the declared unpacked size of a Parquet file to its size; small files are exempt. */
  parquetRatioFloorBytes: 16 * 2 ** 20,
} as const;
