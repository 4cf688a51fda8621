// Documents of an index that is made by many machines, under work/<ds>/<id>/: what is to be gathered, and what each batch of parts gave.
import * as z from 'zod';
import { CountsByName } from '../base/json/counts-by-name.ts';
import { RolledPart } from '../ingest/rollup-messages.ts';
import { EffectiveConfig } from '../kinds/config.ts';
import { IssueCounts } from '../kinds/define/issue.ts';
import { SPLITS } from '../kinds/split.ts';
import { SnapshotSchema } from '../kinds/table/schema/snapshot-schema.ts';
import { AssembleRequest } from './messages.ts';
import { Drift, Measure } from './quality/facts.ts';

const version = z.literal(1);
const count = z.int().min(0);

/** plan.json: what all batches have in common. */
export const GatherPlan = z.strictObject({
  schemaVersion: version,
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  config: EffectiveConfig,
  schema: SnapshotSchema.nullable(),
  /** Facts from the folders of all units; see stages/index/items/folder-facts.ts. */
  folders: z.strictObject({
    spellings: z.array(z.tuple([z.string(), z.string()])),
    splits: z.array(z.enum(SPLITS)),
  }),
  sidecars: z.array(
    z.strictObject({
      sourceKey: z.string(),
      path: z.string(),
      key: z.string(),
      sha256: z.string(),
      alone: z.boolean(),
    }),
  ),
  items: count,
  batches: count,
});
export type GatherPlan = z.infer<typeof GatherPlan>;

/** batches/<n>.json: the parts of one batch. firstItem: the number of its first item; upload: the number of its upload. */
export const GatherBatch = z.strictObject({
  schemaVersion: version,
  parts: z.array(
    z.strictObject({
      position: count,
      firstItem: count,
      upload: count,
      sourceKey: z.string(),
      unit: z.string(),
      key: z.string(),
      sha256: z.string(),
      items: count,
      rolled: RolledPart.optional(),
    }),
  ),
});
export type GatherBatch = z.infer<typeof GatherBatch>;

export const GatherRequest = z.strictObject({ dataset: z.string(), snapshotId: z.string(), batch: count });
export type GatherRequest = z.infer<typeof GatherRequest>;

/** The answer of gather to a snapshot: everything that the next steps need. */
export const GatherPlanned = z.strictObject({
  request: AssembleRequest,
  snapshotId: z.string(),
  batches: count,
  /** Address of the settings of Spark's program: s3://bucket/key. */
  settings: z.string(),
});
export type GatherPlanned = z.infer<typeof GatherPlanned>;

const Tally = z.strictObject({ accepted: count, flagged: IssueCounts, mended: IssueCounts, missing: count });
const named = <T extends z.ZodType>(value: T) => z.array(z.tuple([z.string(), value]));

/** An item that is shown as an example; see stages/index/items/items-table.ts. */
export const ShownRow = z.object({
  item: z.int(),
  part: z.int(),
  row: z.int(),
  path: z.string(),
  line: z.int().nullable(),
  label: z.string().nullable(),
  source: z.string(),
});
export type ShownRow = z.infer<typeof ShownRow>;

/** tallies/<n>.json: written after features/<n>.parquet, whose SHA-256 and number of rows it holds. */
export const GatherTally = z.strictObject({
  schemaVersion: version,
  snapshotId: z.string(),
  batch: count,
  features: z.strictObject({ sha256: z.string(), rows: count }),
  total: Tally,
  bySource: named(Tally),
  byLabel: named(Tally),
  /** The first items of each code that flags. */
  examples: named(z.array(count)),
  shown: z.array(ShownRow),
  columns: z.array(z.strictObject({ missing: count, values: named(count) })),
  /** Issues of what sidecars say, by upload. */
  joined: named(z.strictObject({ rejected: count, byIssue: CountsByName })),
});
export type GatherTally = z.infer<typeof GatherTally>;

const marks = z.tuple([count, count, count, count, count, count]);
const pair = z.tuple([count, count]);

/** decided/decided.json: what Spark found, written after all its other files. Marks: distinct, exact, near, conflicting, outliers, unlabelled. */
export const Decided = z.strictObject({
  schemaVersion: version,
  snapshotId: z.string(),
  rows: count,
  clean: count,
  marksOfUploads: z.array(z.tuple([count, marks])),
  marksOfLabels: named(marks),
  copies: z.array(pair),
  nearPairs: z.array(z.strictObject({ item: count, best: count, likeness: z.number() })),
  outliers: z.array(z.strictObject({ item: count, measure: z.string(), deviation: z.number() })),
  conflicts: z.array(z.array(count)),
  shown: z.array(ShownRow),
  measures: z.array(Measure),
  drift: z.array(Drift.omit({ source: true }).extend({ upload: count })),
  shards: z.array(z.strictObject({ name: z.string(), split: z.enum(SPLITS), items: count.positive() })),
  partsOfShards: z.array(z.array(count)),
  byLabel: z.array(z.strictObject({ label: z.string(), split: z.enum(SPLITS), items: count })),
  leaks: z.array(z.strictObject({ split: z.enum(SPLITS), items: count })),
  decisionsDigest: z.string(),
});
export type Decided = z.infer<typeof Decided>;
