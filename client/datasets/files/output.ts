// The output of the calls about dropped files, as documents that programs can rely on.
import * as z from 'zod';

/** `configuration`: dataset.yaml. `deleted`: a delete marker hides it. */
export const FILE_STATES = ['accepted', 'partly', 'rejected', 'pending', 'configuration', 'deleted'] as const;

export const DroppedFile = z.strictObject({
  path: z.string(),
  state: z.enum(FILE_STATES),
  bytes: z.int(),
  /** ISO 8601; of a deleted file, when it was deleted. */
  changedAt: z.string(),
  /** Items; 0 while the file is pending. */
  accepted: z.int(),
  rejected: z.int(),
});
export type DroppedFile = z.infer<typeof DroppedFile>;

export const FilesOutput = z.strictObject({
  dataset: z.string(),
  files: z.array(DroppedFile),
  /** Number of all files found, which may be more than the listed ones. */
  total: z.int(),
  bytes: z.int(),
});
export type FilesOutput = z.infer<typeof FilesOutput>;

export const RemovedOutput = z.strictObject({
  dataset: z.string(),
  files: z.array(DroppedFile),
  /** False where a person declined. */
  removed: z.boolean(),
});
export type RemovedOutput = z.infer<typeof RemovedOutput>;

export const RestoredOutput = z.strictObject({ dataset: z.string(), paths: z.array(z.string()) });
export type RestoredOutput = z.infer<typeof RestoredOutput>;

export const ItemOutput = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  itemId: z.string(),
  /** Path within the dataset or the archive; with `:<line>` if the item is a line. */
  path: z.string(),
  split: z.string(),
  label: z.string().nullable(),
  flags: z.array(z.string()),
  /** Codes of the rules that changed the item. */
  fixes: z.array(z.string()),
  /** The written file with the clean item. */
  file: z.string(),
  /** The written file as it was uploaded; null if the item is only a part of it, or if it was replaced or deleted since. */
  original: z.string().nullable(),
  /** Key in the drop bucket. */
  source: z.string(),
});
export type ItemOutput = z.infer<typeof ItemOutput>;
