// The documents needed to write the shards of a snapshot, under work/<ds>/<id>/. Index writes them, so that the call for a shard reads its
// own plan instead of the list of all parts.
import * as z from 'zod';
import { RolledPart } from '../ingest/rollup-messages.ts';
import { SPLITS } from '../kinds/split.ts';
import { SnapshotIndex } from './messages.ts';

/** snapshot.json: the settings that all shards share. */
export const SharedPlan = SnapshotIndex.pick({
  dataset: true,
  snapshotId: true,
  config: true,
  schema: true,
  labels: true,
  aligned: true,
}).extend({ schemaVersion: z.literal(1) });
export type SharedPlan = z.infer<typeof SharedPlan>;

/**
 * A part with items in the shard. `position`: its position among all parts. `firstItem`: the number of its first item among all items.
 */
const PlannedPart = z.strictObject({
  position: z.int().min(0),
  firstItem: z.int().min(0),
  key: z.string(),
  sha256: z.string(),
  items: z.int(),
  rolled: RolledPart.optional(),
  /** ETag of a large part when index read it. */
  etag: z.string().optional(),
});

/** shards/<name>.json: one shard. Its rows are consecutive in `file`. */
export const ShardPlan = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string(),
  split: z.enum(SPLITS),
  items: z.int().positive(),
  rows: z.strictObject({ file: z.string(), first: z.int().min(0) }),
  parts: z.array(PlannedPart),
});
export type ShardPlan = z.infer<typeof ShardPlan>;

/** failed/<name>.json: the reason why a shard could not be written, reported by seal. */
export const ShardFailure = z.strictObject({ schemaVersion: z.literal(1), message: z.string() });
