// Messages of the way in: from a dropped object to the verdict on each of its units.
import * as z from 'zod';
import { FirstVersion } from '../base/json/schema-version.ts';
import { KINDS } from '../base/names.ts';
import { Change } from '../kinds/define/change.ts';
import { Folders } from '../kinds/define/folder-counts.ts';
import { Issue, IssueCounts } from '../kinds/define/issue.ts';
import { Remark } from '../kinds/define/remark.ts';
import { UnitWaiver } from '../kinds/waiver.ts';
import { NAME_ENCODINGS } from './archive/name-encoding.ts';

/** State of an outcome whose message needs a call of its own: in a shared call it would delay the others. */
export const DEFERRED = 'deferred';

/** EventBridge's "Object Created" / "Object Deleted" as S3 sends it; MiniStack leaves out the version id. */
export const ObjectEvent = z.object({
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().min(1),
      size: z.int().min(0).optional(),
      etag: z.string().optional(),
      'version-id': z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});
export type ObjectEvent = z.infer<typeof ObjectEvent>;

/** The test message that S3 sends when notifications of a bucket are set. */
export const StorageTest = z.object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') });

/** One version of an object in the drop bucket. */
export const Source = z.strictObject({ key: z.string(), versionId: z.string(), size: z.int(), etag: z.string() });
export type Source = z.infer<typeof Source>;

/** The lines of one file: a unit contains the documents that begin in them. */
const lines = z.strictObject({ first: z.int().positive(), count: z.int().positive().nullable() }).optional();

/** The part of the object that a unit covers: all of it, lines of a text, or files of an archive in its order. */
const Slice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('object'), lines }),
  z.strictObject({ type: z.literal('zip'), firstEntry: z.int().min(0), entryCount: z.int().positive(), lines }),
  z.strictObject({
    type: z.literal('range'),
    firstByte: z.int().min(0),
    byteCount: z.int().positive(),
    firstLine: z.int().positive(),
    encoding: z.enum(['utf-16le', 'utf-16be']).nullable(),
  }),
  z.strictObject({
    type: z.literal('tar'),
    gzip: z.boolean(),
    firstEntry: z.int().min(0),
    entryCount: z.int().positive(),
    /** Indices of entries that are skipped because a later entry has the same name. */
    skipped: z.array(z.int().min(0)).optional(),
    /** Encoding of names that are not UTF-8. */
    nameEncoding: z.enum(NAME_ENCODINGS).optional(),
    lines,
  }),
]);

/** remarks: on the whole upload, with its first unit. */
export const UnitPlan = z.strictObject({ unit: z.string(), slice: Slice, remarks: z.array(Remark).optional() });

/** uploads/<ds>/<uploadId>.json */
export const Upload = z.strictObject({
  schemaVersion: FirstVersion,
  dataset: z.string(),
  uploadId: z.string(),
  kind: z.enum(KINDS),
  source: Source,
  units: z.array(UnitPlan).min(1),
});
export type Upload = z.infer<typeof Upload>;

/** refused/<ds>/<uploadId>.json: the whole upload is refused. */
export const UploadRefusal = z.strictObject({
  schemaVersion: FirstVersion,
  dataset: z.string(),
  uploadId: z.string(),
  source: Source,
  issues: z.array(Issue).min(1),
});
export type UploadRefusal = z.infer<typeof UploadRefusal>;

/** The queue message to a cleaning function. */
export const UnitMessage = z.strictObject({
  dataset: z.string(),
  uploadId: z.string(),
  configId: z.string(),
  unit: z.string(),
  source: Source,
  slice: Slice,
  remarks: z.array(Remark).optional(),
  /** Set if the unit is cleaned again for these items only. */
  waiver: UnitWaiver.optional(),
  /** Ids of waivers that were given to the unit under earlier configurations. */
  waivers: z.array(z.string()).optional(),
});
export type UnitMessage = z.infer<typeof UnitMessage>;

/** verdicts/.../<unit>.json, written last and once: the commit marker of a unit. */
export const Verdict = z.object({
  dataset: z.string(),
  configId: z.string(),
  uploadId: z.string(),
  unit: z.string(),
  sourceKey: z.string(),
  /** Absent when no item was accepted. */
  part: z.object({ key: z.string(), sha256: z.string(), items: z.int().positive() }).nullable(),
  /**
   * The entries of a sidecar in the unit, as an array. `alone`: the sidecar was dropped separately, not in an archive.
   */
  sidecar: z.object({ path: z.string(), key: z.string(), sha256: z.string(), alone: z.boolean() }).optional(),
  /** Sidecars of the unit whose entries have captions, the one above among them if it has. */
  captions: z.array(z.object({ path: z.string(), key: z.string(), sha256: z.string(), alone: z.boolean() })).optional(),
  /** Key of the JSONL file with the rejected items. Verdicts of older releases do not have it. */
  quarantine: z.string().optional(),
  items: z.object({ accepted: z.int().min(0), rejected: z.int().min(0) }),
  byIssue: IssueCounts,
  /**
   * Set for a unit cleaned again under a waiver: the issues for which its accepted items were rejected before. `byIssue` then counts only
   * those items.
   */
  released: IssueCounts.optional(),
  /** Accepted items that were changed, by rule. Verdicts of older releases lack it. */
  fixed: IssueCounts.optional(),
  /**
   * Number of accepted items in each folder, and in each class folder next to folders named after splits, if labels are folders; of
   * entries of a sidecar by label, if labels are those of a sidecar.
   */
  folders: Folders.optional(),
  /** Remarks about the whole upload; stored with its first unit. */
  remarks: z.array(Remark).optional(),
  /** Tables only: the version of the schema that the rows were checked against. */
  schemaVersion: z.int().positive().optional(),
  /**
   * The changes that rules made to accepted items, the most frequent first. Verdicts of older releases do not have it.
   */
  changes: z.array(Change).optional(),
  /** The first few issues, for people. Their items are all in quarantine. */
  examples: z.array(Issue).max(5),
});
export type Verdict = z.infer<typeof Verdict>;

/** One line of quarantine/.../<unit>.<hash>.jsonl. */
export const QuarantinedItem = z.strictObject({
  path: z.string(),
  issues: z.array(Issue).min(1),
  /** The row or document itself, where the item is one of many in its file. */
  row: z.string().optional(),
  /** SHA-256 of the item's bytes, stored under that name next to the file. Missing if the limit was reached. */
  bytesSha256: z.string().optional(),
});
export type QuarantinedItem = z.infer<typeof QuarantinedItem>;
