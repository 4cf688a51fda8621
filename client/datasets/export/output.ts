// The output of `exportDataset`, as a document that programs can rely on, and the file that identifies an export.
import * as z from 'zod';
import { SPLITS } from '#core/kinds/split.ts';

export const EXPORT_FORMATS = ['folder', 'parquet', 'csv', 'jsonl', 'webdataset', 'huggingface'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const ExportOutput = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  as: z.enum(EXPORT_FORMATS),
  /** The folder or the zip file. */
  out: z.string(),
  items: z.int(),
  splits: z.record(z.enum(SPLITS), z.int()),
  /** kept: an earlier, interrupted export wrote them, and their checksums match. */
  files: z.strictObject({ written: z.int(), kept: z.int() }),
  /** SHA-256 of the zip file; null for a folder, whose SHA256SUMS has those of its files. */
  sha256: z.string().nullable(),
});
export type ExportOutput = z.infer<typeof ExportOutput>;

/** export.json: the identity of the export in the folder, so that only the same export is continued. */
export const ExportMark = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  as: z.enum(EXPORT_FORMATS),
});
export type ExportMark = z.infer<typeof ExportMark>;
