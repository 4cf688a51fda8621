// The output of `goldpan datasets`, as documents that programs can rely on.
import * as z from 'zod';

/** The objects below one prefix. */
export const StoredPart = z.strictObject({
  bucket: z.enum(['drop', 'data']),
  prefix: z.string(),
  objects: z.int(),
  bytes: z.int(),
});
export type StoredPart = z.infer<typeof StoredPart>;

export const DatasetRemovedOutput = z.strictObject({
  dataset: z.string(),
  parts: z.array(StoredPart),
  objects: z.int(),
  bytes: z.int(),
  /**
   * Number of uploads that are still being cleaned. Their results, written after the deletion, stay until the command is repeated.
   */
  pendingUploads: z.int(),
  /** Id of the model that serves, which the endpoint can then no longer load; null without one. */
  servingModel: z.string().nullable(),
  /** False if a person declined. */
  removed: z.boolean(),
});
export type DatasetRemovedOutput = z.infer<typeof DatasetRemovedOutput>;
