// Messages of assemble and the gate: from parts to a sealed snapshot.
import * as z from 'zod';
import { EffectiveConfig, TrainConfig } from '../config.ts';
import { Issue, IssueCounts } from '../issues.ts';
import { SPLITS } from '../split.ts';

/** Starts assemble. `train` overrides settings of dataset.yaml for this run; `force` names who overrides the gate. */
export const AssembleRequest = z.strictObject({
  dataset: z.string(),
  trigger: z.enum(['manual', 'automatic']),
  train: TrainConfig.partial().default({}),
  force: z.string().nullable().default(null),
  attempt: z.int().min(1).default(1),
});
export type AssembleRequest = z.infer<typeof AssembleRequest>;

export const ShardRequest = z.strictObject({ dataset: z.string(), snapshotId: z.string(), shard: z.string() });
export type ShardRequest = z.infer<typeof ShardRequest>;

/** What index hands on. `sealed`: the same snapshot exists already; `shards` is then empty. */
export const Indexed = z.strictObject({
  request: AssembleRequest,
  snapshotId: z.string(),
  sealed: z.boolean(),
  shards: z.array(ShardRequest),
});
export type Indexed = z.infer<typeof Indexed>;

export const ShardFile = z.strictObject({
  /** `train-00000`: the pixels lie in `<name>.npy`, uint8 [items, height, width, channels]; the class indices in `<name>-labels.npy`, int32 [items], -1 = none. */
  name: z.string(),
  split: z.enum(SPLITS),
  items: z.int().positive(),
  pixelsSha256: z.string(),
  labelsSha256: z.string(),
});
export type ShardFile = z.infer<typeof ShardFile>;

/** snapshots/<ds>/<snapshotId>/index.json: what index found, read by shard and seal. */
export const SnapshotIndex = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: EffectiveConfig,
  labels: z.array(z.string()),
  parts: z.array(z.strictObject({ key: z.string(), sha256: z.string(), items: z.int() })),
  shards: z.array(z.strictObject({ name: z.string(), split: z.enum(SPLITS), items: z.int().positive() })),
  counts: z.strictObject({
    uploads: z.strictObject({ accepted: z.int(), partly: z.int(), rejected: z.int(), pending: z.int() }),
    items: z.strictObject({ accepted: z.int(), rejected: z.int(), distinct: z.int() }),
    byIssue: IssueCounts,
    byLabel: z.record(z.string(), z.int()),
  }),
});
export type SnapshotIndex = z.infer<typeof SnapshotIndex>;

/** snapshots/<ds>/<snapshotId>/manifest.json, written last. items.parquet beside it has one row an item, with its lineage. */
export const Manifest = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: EffectiveConfig,
  labels: z.array(z.string()),
  splits: z.record(z.enum(SPLITS), z.int()),
  shards: z.array(ShardFile),
});
export type Manifest = z.infer<typeof Manifest>;

/** snapshots/<ds>/<snapshotId>/quality.json */
export const Quality = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  uploads: SnapshotIndex.shape.counts.shape.uploads,
  items: SnapshotIndex.shape.counts.shape.items,
  byIssue: IssueCounts,
  byLabel: z.record(z.string(), z.int()),
  splits: z.record(z.enum(SPLITS), z.int()),
  examples: z.array(Issue).optional(),
});
export type Quality = z.infer<typeof Quality>;

export const Shortfall = z.strictObject({ what: z.string(), have: z.number(), need: z.number(), advice: z.string() });
export type Shortfall = z.infer<typeof Shortfall>;

/** refused: not even `force` helps. blocked: an automatic run does not start. */
export const GateDecision = z.strictObject({
  outcome: z.enum(['passed', 'blocked', 'refused']),
  missing: z.array(Shortfall),
  forcedBy: z.string().nullable(),
});
export type GateDecision = z.infer<typeof GateDecision>;

/** The training job: one message, whatever computes it. */
export const TrainingJob = z.strictObject({
  runId: z.string(),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  attempt: z.int().min(1),
  train: TrainConfig,
});
export type TrainingJob = z.infer<typeof TrainingJob>;

/** What assemble ends with. `job` is null when the gate did not pass. `executionName` names the training execution. */
export const Sealed = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  gate: GateDecision,
  job: TrainingJob.nullable(),
  executionName: z.string().nullable(),
});
export type Sealed = z.infer<typeof Sealed>;
