// Messages of assemble and the gate: from parts to a sealed snapshot.
import * as z from 'zod';
import { ImageDataset } from '../config.ts';
import { Issue, IssueCounts } from '../issues.ts';
import { DATASET_NAME } from '../keys.ts';
import { SPLITS } from '../split.ts';
import { TrainConfig, TrainOverrides } from '../train-config.ts';

/** Starts assemble. `train` overrides settings of dataset.yaml for this run; `force` names who overrides the gate. */
export const AssembleRequest = z.strictObject({
  dataset: z.string().regex(DATASET_NAME),
  trigger: z.enum(['manual', 'automatic']),
  train: TrainOverrides.default({}),
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

/** What seal is asked to do, when every shard is written. */
export const SealRequest = Indexed.pick({ request: true, snapshotId: true });
export type SealRequest = z.infer<typeof SealRequest>;

/** Models are made of images so far. What of the configuration decides a snapshot's bytes; the gate and the training settings are read where they act. */
export const SnapshotConfig = ImageDataset.omit({ gate: true, train: true }).strip();
export type SnapshotConfig = z.infer<typeof SnapshotConfig>;

export const ShardFile = z.strictObject({
  /** `train-00000`: the pixels lie in `<name>.npy`, uint8 [items, height, width, channels]; the class indices in `<name>-labels.npy`, int32 [items], -1 = none. */
  name: z.string(),
  split: z.enum(SPLITS),
  items: z.int().positive(),
  pixelsSha256: z.string(),
  labelsSha256: z.string(),
});
export type ShardFile = z.infer<typeof ShardFile>;

/** snapshots/<ds>/<snapshotId>/index.json: what index found, read by shard and seal. Rows of items.parquet name `parts` by place. */
export const SnapshotIndex = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: SnapshotConfig,
  labels: z.array(z.string()),
  parts: z.array(z.strictObject({ key: z.string(), sha256: z.string(), items: z.int() })),
  shards: z.array(z.strictObject({ name: z.string(), split: z.enum(SPLITS), items: z.int().positive() })),
  counts: z.strictObject({
    uploads: z.strictObject({ accepted: z.int(), partly: z.int(), rejected: z.int(), pending: z.int() }),
    items: z.strictObject({ accepted: z.int(), rejected: z.int(), distinct: z.int() }),
    byIssue: IssueCounts,
    byLabel: z.record(z.string(), z.int()),
    /** Distinct items that were dropped under more than one label; the label of the item kept counts. */
    conflictingLabels: z.int(),
  }),
  /** The first few duplicates, for people. */
  examples: z.array(Issue),
});
export type SnapshotIndex = z.infer<typeof SnapshotIndex>;

/** snapshots/<ds>/<snapshotId>/manifest.json, written last. items.parquet beside it has one row an item, with its lineage. */
export const Manifest = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: SnapshotConfig,
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
  conflictingLabels: z.int(),
  splits: z.record(z.enum(SPLITS), z.int()),
  examples: z.array(Issue),
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
