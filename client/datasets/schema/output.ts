// The documents that --json prints of the verbs about schemas.
import * as z from 'zod';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';

export const SchemaAnswer = z.strictObject({
  dataset: z.string(),
  version: z.int(),
  /** Null where the dataset has no configuration yet. */
  inForce: z.int().nullable(),
  versions: z.array(z.int()),
  schema: TableSchema,
  /** The same as people edit it, with what is suggested as comments. */
  yaml: z.string(),
});
export type SchemaAnswer = z.infer<typeof SchemaAnswer>;

export const SchemaEditedAnswer = SchemaAnswer.extend({ file: z.string() });

export const SchemaAcceptedAnswer = z.strictObject({
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
  /** False where nothing differed, or with --dry-run. */
  accepted: z.boolean(),
  /** Uploads cleaned again; null where nobody waited. */
  cleaned: z.int().nullable(),
});
export type SchemaAcceptedAnswer = z.infer<typeof SchemaAcceptedAnswer>;
