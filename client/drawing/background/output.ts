// The output of background exports, as documents that programs can rely on.
import * as z from 'zod';

export const ExportedDraw = z.strictObject({
  dataset: z.string(),
  exportId: z.string(),
  modelId: z.string(),
  seed: z.int(),
  /** Items in the files. */
  count: z.int(),
  /** Images left out, as they are too near to a training item; null where that was not checked. */
  withheld: z.int().nullable(),
  type: z.string(),
  /** In S3: a URI. */
  manifest: z.string(),
  files: z.array(z.string()),
});
export type ExportedDraw = z.infer<typeof ExportedDraw>;

export const ExportState = z.strictObject({
  exportId: z.string(),
  modelId: z.string(),
  seed: z.int(),
  n: z.int(),
  type: z.string(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  shards: z.strictObject({ done: z.int(), total: z.int() }),
});
export type ExportState = z.infer<typeof ExportState>;

export const ExportList = z.strictObject({ dataset: z.string(), exports: z.array(ExportState) });
export type ExportList = z.infer<typeof ExportList>;
