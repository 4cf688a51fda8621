// The output of the calls about schemas, as documents that programs can rely on.
import * as z from 'zod';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';

export const SchemaOutput = z.strictObject({
  dataset: z.string(),
  version: z.int(),
  /** Null if the dataset has no configuration yet. */
  inForce: z.int().nullable(),
  versions: z.array(z.int()),
  schema: TableSchema,
  /** The schema as it is edited, with suggestions as comments. */
  yaml: z.string(),
});
export type SchemaOutput = z.infer<typeof SchemaOutput>;

export const SchemaEditedOutput = SchemaOutput.extend({ file: z.string() });
export type SchemaEditedOutput = z.infer<typeof SchemaEditedOutput>;

export const SchemaAcceptedOutput = z.strictObject({
  dataset: z.string(),
  version: z.int(),
  /** The version in force until now. */
  before: z.int().nullable(),
  /** Values are cut where they are long. */
  changes: z.array(
    z.strictObject({
      change: z.enum(['added', 'removed', 'changed']),
      key: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  /** False if nothing differed, or with --dry-run. */
  accepted: z.boolean(),
  /** Uploads cleaned again; null where the call did not wait. */
  cleaned: z.int().nullable(),
});
export type SchemaAcceptedOutput = z.infer<typeof SchemaAcceptedOutput>;
