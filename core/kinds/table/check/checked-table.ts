// A checked table in the database, with the checks that were applied.
import type { TableDataset } from '../definition.ts';
import type { Staged } from '../read/normalised-file.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { Check } from './checks.ts';
import type { Database } from './database.ts';
import type { Masks } from './masks.ts';
import type { TypedColumn } from './typed.ts';

export type TableCheck = {
  readonly staged: Staged;
  readonly database: Database;
  readonly folder: string;
  readonly config: TableDataset;
  readonly schema: TableSchema;
  readonly now: string;
  readonly source: string;
  readonly lines: readonly number[] | null;
  readonly previewRows: number;
};
/**
 * The table `checked` in the database: line, place, one value for each column, the masks, and `before`: hashes of the rows that are fixed.
 * After marking, `hits` lists the different masks with the number of `rows` of each.
 */
export type CheckedTable = {
  readonly database: Database;
  readonly typed: readonly TypedColumn[];
  readonly checks: readonly Check[];
  readonly masks: Masks;
  /** SQL: the row is rejected. */
  readonly rejected: string;
};
