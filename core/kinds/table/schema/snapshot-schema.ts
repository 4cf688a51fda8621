// The schema that every row of a snapshot was checked against.
import * as z from 'zod';
import { COLUMN_TYPES } from './column-types.ts';

/** `in`: the name that the column has in Parquet. */
export const SnapshotSchema = z.strictObject({
  version: z.int().positive(),
  columns: z.array(z.strictObject({ name: z.string(), in: z.string(), type: z.enum(COLUMN_TYPES) })),
});
export type SnapshotSchema = z.infer<typeof SnapshotSchema>;
