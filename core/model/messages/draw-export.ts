// A background export: more items than one call draws, in shards that are drawn at once.
import * as z from 'zod';
import { FirstVersion } from '#core/base/json/schema-version.ts';
import { MODEL_ID, SEED } from './endpoint-api.ts';

/** As in core/store/keys.ts. */
const DATASET_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Bytes of the pixels of a shard at most. */
export const SHARD_PIXEL_BYTES = 48 * 2 ** 20;
/** Draws between the first rows of two pieces under conditions: of those, more are drawn than returned. */
export const CONDITION_STRIDE = 2 ** 24;
/** Media type of the shards and the ending of their names. */
export const EXPORT_TYPES = {
  'application/zip': 'zip',
  'application/x-npy': 'npy',
  'text/csv': 'csv',
  'application/x-ndjson': 'jsonl',
  'application/vnd.apache.parquet': 'parquet',
  'text/plain': 'txt',
} as const;
export type ExportType = keyof typeof EXPORT_TYPES;

/** Everything that decides the content of an export; its id is the hash of this. */
export const ExportRequest = z.strictObject({
  dataset: z.string().regex(DATASET_NAME),
  modelId: z.string().regex(MODEL_ID),
  seed: SEED,
  n: z.int().min(1),
  type: z.enum(Object.keys(EXPORT_TYPES) as [ExportType, ...ExportType[]]),
  /** Further members of the request to `sample`. */
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

/** exports/<ds>/<exportId>/plan.json */
export const ExportPlan = ExportRequest.extend({
  schemaVersion: FirstVersion,
  exportId: z.string(),
  shardItems: z.int().positive(),
  shards: z.int().positive(),
});
export type ExportPlan = z.infer<typeof ExportPlan>;

/** exports/<ds>/<exportId>/receipts/<shard>.json: written when the file of the shard is. */
export const ExportReceipt = z.strictObject({
  schemaVersion: FirstVersion,
  shard: z.string(),
  /** Items drawn before the first one. */
  first: z.int().min(0),
  items: z.int().min(0),
  /** Images left out, as they are too near to a training item; null where that was not checked. */
  withheld: z.int().min(0).nullable(),
  file: z.string(),
  bytes: z.int(),
  sha256: z.string(),
});
export type ExportReceipt = z.infer<typeof ExportReceipt>;

/** exports/<ds>/<exportId>/failure.json: why the export ended. */
export const ExportFailure = z.strictObject({ schemaVersion: FirstVersion, code: z.string(), detail: z.string() });
export type ExportFailure = z.infer<typeof ExportFailure>;

/** exports/<ds>/<exportId>/manifest.json, written last: every file with its hash, and that no person made what is in them. */
export const ExportManifest = ExportRequest.extend({
  schemaVersion: FirstVersion,
  exportId: z.string(),
  machineGenerated: z.literal(true),
  digitalSourceType: z.string(),
  items: z.int(),
  withheld: z.int().nullable(),
  files: z.array(ExportReceipt.omit({ schemaVersion: true })),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

const Place = z.strictObject({ dataset: z.string().regex(DATASET_NAME), exportId: z.string().regex(/^[0-9a-f]{16}$/) });
/** The steps of the state machine: plan, then every shard, then finish. */
export const DrawStep = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('plan'), request: ExportRequest }),
  Place.extend({ step: z.literal('shard'), shard: z.string().regex(/^\d{5}$/) }),
  Place.extend({ step: z.literal('finish') }),
]);
export type DrawStep = z.infer<typeof DrawStep>;
/** The answer of `plan` and `finish`. */
export const DrawnExport = Place.extend({ shards: z.int() });
export type DrawnExport = z.infer<typeof DrawnExport>;
