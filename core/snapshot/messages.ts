// Messages of assemble and the gate: from parts to a sealed snapshot.

import * as z from 'zod';
import { CountsByName } from '../base/json/counts-by-name.ts';
import { FirstVersion } from '../base/json/schema-version.ts';
import { KINDS } from '../base/names.ts';
import { RolledPart } from '../ingest/rollup-messages.ts';
import { SnapshotConfig } from '../kinds/config.ts';
import { Issue, IssueCounts } from '../kinds/define/issue.ts';
import { SPLITS } from '../kinds/split.ts';
import { SnapshotSchema } from '../kinds/table/schema/snapshot-schema.ts';
import { TrainConfig, TrainOverrides } from '../kinds/train-config.ts';
import { Augmentation } from '../model/augmentation.ts';
import { DATASET_NAME } from '../store/keys.ts';

/**
 * The request that starts assemble. `train` overrides settings of dataset.yaml for this run. `force`: the person who overrides the gate.
 * `report`: only a snapshot is made, and no model is trained. `since`: the snapshot of the last run; its items are not new.
 */
export const AssembleRequest = z.strictObject({
  dataset: z.string().regex(DATASET_NAME),
  trigger: z.enum(['manual', 'automatic', 'report']),
  since: z.string().optional(),
  train: TrainOverrides.default({}),
  force: z.string().nullable().default(null),
  attempt: z.int().min(1).default(1),
});
export type AssembleRequest = z.infer<typeof AssembleRequest>;

export const ShardRequest = z.strictObject({ dataset: z.string(), snapshotId: z.string(), shard: z.string() });
export type ShardRequest = z.infer<typeof ShardRequest>;

/** Aligns one unit of photos to the template of the snapshot; `unit` null: fits that template. */
export const AlignRequest = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  unit: z.int().min(0).nullable().default(null),
});
export type AlignRequest = z.infer<typeof AlignRequest>;

/**
 * Output of index. `sealed`: the same snapshot already exists. `shards`: number of shards to write, listed at keys.shardList. `tooLarge`:
 * nothing was done, because there are too many items for a function; a container has to do it. `toAlign`: nothing was done, because the
 * photos must be aligned first, in the units of `align`; then index is called again.
 */
export const Indexed = z.strictObject({
  request: AssembleRequest,
  snapshotId: z.string(),
  sealed: z.boolean(),
  tooLarge: z.boolean(),
  /** If it is too large: whether Spark can index it. */
  forSpark: z.boolean().default(false),
  toAlign: z.boolean().default(false),
  align: z.array(AlignRequest).default([]),
  shards: z.int().min(0),
});
export type Indexed = z.infer<typeof Indexed>;

/** Input of the index container; it writes its output, an Indexed, to keys.indexed(dataset, snapshotId). */
export const IndexJob = Indexed.pick({ request: true, snapshotId: true });
export type IndexJob = z.infer<typeof IndexJob>;

/** Input of seal, after every shard was written. */
export const SealRequest = Indexed.pick({ request: true, snapshotId: true });
export type SealRequest = z.infer<typeof SealRequest>;

/**
 * One file of a shard. pixels: uint8 [items, height, width, channels]. samples: int16 [items, samples]. labels: class indices, int32
 * [items]; -1 means no label. rows: Parquet of `shape[0]` rows and `shape[1]` columns.
 */
export const ShardData = z.strictObject({
  holds: z.enum(['pixels', 'samples', 'labels', 'rows']),
  file: z.string(),
  type: z.enum(['uint8', 'int16', 'int32', 'parquet']),
  shape: z.array(z.int().min(0)).min(1),
  sha256: z.string(),
});
export type ShardData = z.infer<typeof ShardData>;

/** `name`: for example `train-00000`. */
export const ShardFile = z.strictObject({
  name: z.string(),
  split: z.enum(SPLITS),
  items: z.int().positive(),
  files: z.array(ShardData).min(1),
});
export type ShardFile = z.infer<typeof ShardFile>;

/** snapshots/<ds>/<snapshotId>/shards/<name>.json: written when the files of the shard are. */
export const ShardReceipt = ShardFile.extend({ schemaVersion: FirstVersion });
export type ShardReceipt = z.infer<typeof ShardReceipt>;

/** Parquet with one row for each item: its lineage and the decisions about it. */
const ItemsFile = z.strictObject({ file: z.string(), sha256: z.string(), rows: z.int().min(0) });

/** Sidecars whose entries have captions of items: objects of the data bucket, as `sidecar` of a verdict. */
const CaptionFiles = z.array(
  z.strictObject({ sourceKey: z.string(), path: z.string(), key: z.string(), sha256: z.string(), alone: z.boolean() }),
);

/**
 * snapshots/<ds>/<snapshotId>/index.json: the results of index, read by seal. Rows of items.parquet refer to `parts` by position.
 */
export const SnapshotIndex = z.strictObject({
  schemaVersion: FirstVersion,
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: SnapshotConfig,
  schema: SnapshotSchema.nullable(),
  labels: z.array(z.string()),
  augmentation: Augmentation,
  parts: z.array(
    z.strictObject({ key: z.string(), sha256: z.string(), items: z.int(), rolled: RolledPart.optional() }),
  ),
  shards: z.array(z.strictObject({ name: z.string(), split: z.enum(SPLITS), items: z.int().positive() })),
  /** Older versions wrote the one file that they had without a list. */
  items: z.preprocess((items) => (Array.isArray(items) ? items : [items]), z.array(ItemsFile)),
  /** A checksum of all decisions about items; see DIGEST_SQL. Missing in documents of older versions. */
  decisionsDigest: z.string().optional(),
  /**
   * With subject alignment: the files with the cropped pixels of the items, which are numbered through all parts in units of `unitItems`.
   */
  aligned: z
    .strictObject({
      unitItems: z.int().positive(),
      units: z.array(z.strictObject({ file: z.string(), sha256: z.string(), items: z.int().positive() })),
    })
    .optional(),
  captions: CaptionFiles.optional(),
  counts: z.strictObject({
    uploads: z.strictObject({ accepted: z.int(), partly: z.int(), rejected: z.int(), pending: z.int() }),
    items: z.strictObject({ accepted: z.int(), rejected: z.int(), distinct: z.int() }),
    byIssue: IssueCounts,
    byLabel: CountsByName,
    /** Distinct items that were dropped under more than one label; the label of the item kept counts. */
    conflictingLabels: z.int(),
    /**
     * Number of items that are nearly equal to another one. The rule item.near-duplicate decides whether they are left out or marked.
     */
    nearDuplicates: z.int(),
    outliers: z.int(),
    /** Items left out of a split because something almost equal is in one that measures. */
    leaks: z.strictObject({ train: z.int(), validation: z.int() }),
  }),
  /** The first few duplicates, for people. */
  examples: z.array(Issue),
});
export type SnapshotIndex = z.infer<typeof SnapshotIndex>;

const WrittenManifest = z.strictObject({
  schemaVersion: z.literal(3),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  kind: z.enum(KINDS),
  config: SnapshotConfig,
  schema: SnapshotSchema.nullable(),
  labels: z.array(z.string()),
  augmentation: Augmentation,
  splits: z.record(z.enum(SPLITS), z.int()),
  leaks: SnapshotIndex.shape.counts.shape.leaks,
  shards: z.array(ShardFile),
  /** One row for each item: its source, its fixes, and why it was kept or left out. */
  items: z.array(ItemsFile),
  /** Equal for equal decisions about all items; null where the snapshot was indexed before there was one. */
  decisionsDigest: z.string().nullable(),
  captions: CaptionFiles.optional(),
});
export type Manifest = z.infer<typeof WrittenManifest>;

/**
 * snapshots/<ds>/<snapshotId>/manifest.json, written last. Version 2, which has one file of items and no digest, is read as well.
 */
export const Manifest: z.ZodType<Manifest, unknown> = z.preprocess(upgradedManifest, WrittenManifest);

function upgradedManifest(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value) || value.schemaVersion !== 2)
    return value;
  const { items, ...rest } = value as Record<string, unknown>;
  return { ...rest, schemaVersion: 3, items: [items], decisionsDigest: null };
}

/** The manifest of a snapshot of that kind. */
export type ManifestOf<K extends SnapshotConfig['kind']> = Manifest & {
  readonly config: Extract<SnapshotConfig, { kind: K }>;
};

export const Shortfall = z.strictObject({ what: z.string(), have: z.number(), need: z.number(), advice: z.string() });
export type Shortfall = z.infer<typeof Shortfall>;

/** refused: not even `force` helps. blocked: an automatic run does not start. not-asked: for a report, no run is wanted. */
export const GateDecision = z.strictObject({
  outcome: z.enum(['passed', 'blocked', 'refused', 'not-asked']),
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
  /** The person who overrode the gate, if it was overridden. */
  forcedBy: z.string().optional(),
});
export type TrainingJob = z.infer<typeof TrainingJob>;

/** Output of assemble. `job` is null if the gate did not pass. `executionName`: name of the training execution. */
export const Sealed = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  gate: GateDecision,
  job: TrainingJob.nullable(),
  executionName: z.string().nullable(),
});
export type Sealed = z.infer<typeof Sealed>;
