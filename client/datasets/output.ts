// The output of the calls about datasets, as documents that programs can rely on.
import * as z from 'zod';
import { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import { Remark } from '#core/kinds/define/remark.ts';
import { SPLITS } from '#core/kinds/split.ts';
import { Scores } from '#core/snapshot/quality/scores.ts';

export const UploadCounts = z.strictObject({
  total: z.int(),
  accepted: z.int(),
  partly: z.int(),
  rejected: z.int(),
  pending: z.int(),
});

/** A refused upload (unit null) or a quarantined item. */
export const RejectedItem = z.strictObject({ key: z.string(), unit: z.string().nullable(), issues: z.array(Issue) });
export type RejectedItem = z.infer<typeof RejectedItem>;

export const StatusOutput = z.strictObject({
  dataset: z.string(),
  kind: z.string().nullable(),
  configId: z.string().nullable(),
  uploads: UploadCounts,
  /** `distinct` is known once a snapshot was made. */
  items: z.strictObject({
    accepted: z.int(),
    rejected: z.int(),
    distinct: z.int().nullable(),
    byIssue: IssueCounts,
    /** The part of `byIssue` that counts accepted items. */
    flagged: IssueCounts,
    /** Accepted items that were changed, by rule. */
    fixed: IssueCounts,
  }),
  /** Remarks on whole uploads: files that are not data, names in a code page, classes with several spellings. */
  remarks: z.array(Remark),
  /** Null if every unit has its verdict. `again`: the units are cleaned again after a change of the configuration. */
  cleaning: z
    .strictObject({
      configId: z.string().nullable(),
      units: z.strictObject({ done: z.int(), total: z.int() }),
      again: z.boolean(),
      secondsLeft: z.int().nullable(),
    })
    .nullable(),
  /** The snapshot that is being made; null if the last one is finished. `usd`: estimated for what is done; null where AWS is not used. */
  indexing: z
    .strictObject({
      snapshotId: z.string(),
      phase: z.enum(['gather', 'decide', 'shards']),
      done: z.int(),
      total: z.int(),
      items: z.int(),
      changedAt: z.string(),
      usd: z.number().nullable(),
    })
    .nullable(),
  /** Scores of the newest snapshot; null for a score that was not judged. */
  scores: Scores.nullable(),
  snapshot: z
    .strictObject({
      snapshotId: z.string(),
      items: z.strictObject({ accepted: z.int(), rejected: z.int(), distinct: z.int() }),
      splits: z.record(z.enum(SPLITS), z.int()),
      byIssue: IssueCounts,
    })
    .nullable(),
  run: z
    .strictObject({
      runId: z.string(),
      status: z.enum(['running', 'succeeded', 'failed', 'stopped']),
      epoch: z.int(),
      epochs: z.int(),
      modelId: z.string().nullable(),
    })
    .nullable(),
  current: z.strictObject({ modelId: z.string(), runId: z.string(), promotedAt: z.string() }).nullable(),
  /** The first few; `--show N` shows more. */
  rejected: z.array(RejectedItem),
});
export type StatusOutput = z.infer<typeof StatusOutput>;

/** `status` without a dataset. */
export const DatasetsOutput = z.strictObject({
  datasets: z.array(
    z.strictObject({ dataset: z.string(), kind: z.string().nullable(), currentModel: z.string().nullable() }),
  ),
  outsideAnyDataset: z.array(RejectedItem),
});
export type DatasetsOutput = z.infer<typeof DatasetsOutput>;
