// The section `table` of dataset.yaml.
import * as z from 'zod';
import { ENCODINGS } from '../reading/encodings.ts';

export const TableConfig = z.strictObject({
  /** Version of the schema in force; null: the first version, which is inferred from the first upload. */
  schema: z.int().positive().nullable().default(null),
  /** Column whose values name a row: a repeated value is a duplicate. */
  key: z.string().min(1).nullable().default(null),
  delimiter: z.union([z.literal('auto'), z.string().length(1)]).default('auto'),
  /** Whether the first line contains the column names; if absent, it is decided by comparing it with the rows below. */
  header: z.boolean().optional(),
  encoding: z.enum(ENCODINGS).default('auto'),
  /** Name of the sheet of a workbook; by default the first visible sheet. */
  sheet: z.string().min(1).optional(),
});
export type TableConfig = z.infer<typeof TableConfig>;

export const FIRST_SCHEMA_VERSION = 1;

export function schemaVersionOf({ schema }: TableConfig): number {
  return schema ?? FIRST_SCHEMA_VERSION;
}
