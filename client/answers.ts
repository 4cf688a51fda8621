// The documents that --json prints, one schema a verb. Programs may rely on them.
import * as z from 'zod';
import { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import { SPLITS } from '#core/kinds/split.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { Output, Prior } from '#core/model/messages/endpoint-api.ts';
import { EpochMetrics, RunOutcome, TestMetrics } from '#core/model/messages/run.ts';
import { GateDecision } from '#core/snapshot/messages.ts';
import { Scores } from '#core/snapshot/quality/scores.ts';

const UploadCounts = z.strictObject({
  total: z.int(),
  accepted: z.int(),
  partly: z.int(),
  rejected: z.int(),
  pending: z.int(),
});

/** A refused upload (unit null) or a quarantined item. */
export const RejectedItem = z.strictObject({ key: z.string(), unit: z.string().nullable(), issues: z.array(Issue) });
export type RejectedItem = z.infer<typeof RejectedItem>;

export const StatusAnswer = z.strictObject({
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
  }),
  /** Null where every unit has its verdict. `again`: after a change of the configuration. */
  cleaning: z
    .strictObject({
      configId: z.string().nullable(),
      units: z.strictObject({ done: z.int(), total: z.int() }),
      again: z.boolean(),
      secondsLeft: z.int().nullable(),
    })
    .nullable(),
  /** Of the newest snapshot; a score is null where it is not judged. */
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
  /** The first few; `--show N` gives more. */
  rejected: z.array(RejectedItem),
});
export type StatusAnswer = z.infer<typeof StatusAnswer>;

/** `status` without a dataset. */
export const DatasetsAnswer = z.strictObject({
  datasets: z.array(
    z.strictObject({ dataset: z.string(), kind: z.string().nullable(), currentModel: z.string().nullable() }),
  ),
  outsideAnyDataset: z.array(RejectedItem),
});
export type DatasetsAnswer = z.infer<typeof DatasetsAnswer>;

/** The dataset after the drop, and what became of what was dropped. */
export const PutAnswer = StatusAnswer.extend({
  put: z.strictObject({
    uploaded: z.array(z.string()),
    unchanged: z.array(z.string()),
    uploads: UploadCounts,
    items: z.strictObject({ accepted: z.int(), rejected: z.int() }),
    byIssue: IssueCounts,
    seconds: z.number(),
  }),
});
export type PutAnswer = z.infer<typeof PutAnswer>;

/** `runId` is null when the gate let no run start. */
export const RunAnswer = z.strictObject({
  dataset: z.string(),
  runId: z.string().nullable(),
  snapshotId: z.string().nullable(),
  attempt: z.int().nullable(),
  status: z.enum(['refused', 'started', 'running', 'succeeded', 'failed', 'stopped']),
  reason: z.string().nullable(),
  gate: GateDecision.nullable(),
  /** What a person should know of a run that goes on all the same: a divergence that was mended, latents without use. */
  warnings: z.array(z.string()),
  modelId: z.string().nullable(),
  promoted: z.boolean().nullable(),
  epochs: z.array(EpochMetrics),
  metrics: TestMetrics.nullable(),
  cost: RunOutcome.shape.cost.nullable(),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

export const RunsAnswer = z.strictObject({
  dataset: z.string(),
  runs: z.array(
    z.strictObject({
      runId: z.string(),
      status: z.enum(['running', 'succeeded', 'failed', 'stopped']),
      attempt: z.int(),
      epoch: z.int(),
      epochs: z.int(),
      modelId: z.string().nullable(),
      /** The test split's figure by which models are compared, lower is better. */
      result: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
    }),
  ),
});
export type RunsAnswer = z.infer<typeof RunsAnswer>;

export const StopAnswer = z.strictObject({ dataset: z.string(), runId: z.string(), requested: z.literal(true) });
export type StopAnswer = z.infer<typeof StopAnswer>;

export const ModelsAnswer = z.strictObject({
  dataset: z.string(),
  current: z.string().nullable(),
  models: z.array(
    z.strictObject({
      modelId: z.string(),
      runId: z.string(),
      family: z.string(),
      latentDim: z.int(),
      trainItems: z.int(),
      metrics: TestMetrics,
      current: z.boolean(),
    }),
  ),
});
export type ModelsAnswer = z.infer<typeof ModelsAnswer>;

export const ModelAnswer = z.strictObject({ current: z.boolean(), card: ModelCard });
export type ModelAnswer = z.infer<typeof ModelAnswer>;

export const SampleAnswer = z.strictObject({
  modelId: z.string(),
  seed: z.int(),
  count: z.int(),
  /** What latent vectors were drawn from, and what a pixel is. */
  prior: Prior,
  output: Output,
  files: z.array(z.string()),
});
export type SampleAnswer = z.infer<typeof SampleAnswer>;

export const LocalAnswer = z.strictObject({
  status: z.enum(['up', 'down']),
  endpoint: z.string().nullable(),
  outputs: z.record(z.string(), z.string()),
  emulator: z.enum(['started', 'running', 'stopped', 'not ours']),
  worker: z.enum(['running', 'stopped']),
});
export type LocalAnswer = z.infer<typeof LocalAnswer>;

export const WorkerAnswer = z.strictObject({
  jobs: z.array(z.strictObject({ runId: z.string(), status: z.string() })),
});
export type WorkerAnswer = z.infer<typeof WorkerAnswer>;

/** Printed in place of any of these when a command failed. */
export const ErrorAnswer = z.strictObject({
  error: z.strictObject({ message: z.string(), next: z.string().nullable(), exitCode: z.int() }),
});
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;
