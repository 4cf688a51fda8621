// A table whose rows have been checked, in the database, and what it was checked by.
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
 * The table `checked` in the database: line, place, a value a column, the masks, `before`: a hash of rows to be mended.
 * Once all is marked, `hits`: the masks that there are, and how many `rows` have them.
 */
export type CheckedTable = {
  readonly database: Database;
  readonly typed: readonly TypedColumn[];
  readonly checks: readonly Check[];
  readonly masks: Masks;
  /** SQL: the row is rejected. */
  readonly rejected: string;
};
