// The facts that index collects about a dataset. Scores, quality.json and the page are computed from them, without reading the data again.
import * as z from 'zod';
import { KINDS } from '../../base/names.ts';
import { Change } from '../../kinds/define/change.ts';
import { Issue, IssueCounts } from '../../kinds/define/issue.ts';
import { SPLITS } from '../../kinds/split.ts';
import { COLUMN_TYPES } from '../../kinds/table/schema/schema.ts';

const count = z.int().min(0);

export const FACTS_FILE = 'facts.json';

/** Issues that have a count of their own in `Evidence`, so that `flagged` and `rejected` leave them out. */
export const COUNTED_APART = [
  'item.duplicate',
  'item.near-duplicate',
  'item.outlier',
  'item.no-label',
  'table.stale',
] as const satisfies readonly Issue['code'][];

/** Counts from which scores are computed, for the whole dataset, one class or one upload. An item counts once for each code. */
export const Evidence = z.strictObject({
  /** `rejected` includes uploads refused as a whole (one item each), not duplicates. distinct: accepted, exact duplicates counted once. */
  items: z.strictObject({ accepted: count, rejected: count, distinct: count }),
  /** Rejected items by code. Of a class: those whose label is known. */
  rejected: IssueCounts,
  /** Accepted items by code of a flag. */
  flagged: IssueCounts,
  /** Number of accepted items by the code of the fix. */
  mended: IssueCounts,
  /** Accepted items beyond the first of equal ones; accepted = distinct + exactDuplicates. */
  exactDuplicates: count,
  /** Distinct items that are almost a better one. */
  nearDuplicates: count,
  /** Distinct items that were dropped under more than one label, or whose near duplicates were. */
  conflicting: count,
  outliers: count,
  /** Distinct items; null where the dataset has no labels. */
  unlabelled: count.nullable(),
  /** Tables: cells of accepted rows. */
  cells: z.strictObject({ total: count, missing: count }).nullable(),
  /**
   * Tables whose schema sets a maximum age of rows: the number of rows judged, accepted or rejected. Null if no row was judged.
   */
  freshness: z.strictObject({ judged: count, stale: count }).nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

/**
 * An item to show. `part`: the file with its clean content. `bytesKey`: the quarantined file. `row`: the original row or document.
 */
export const ShownItem = z.strictObject({
  path: z.string(),
  line: z.int().nullable(),
  label: z.string().nullable(),
  /** Key in the drop bucket. */
  source: z.string(),
  part: z.strictObject({ key: z.string(), row: count }).nullable(),
  bytesKey: z.string().nullable(),
  row: z.string().nullable(),
});
export type ShownItem = z.infer<typeof ShownItem>;

/**
 * `counts[i]` is the number of values from `from + i * width` to the next limit; width = (to - from) / counts.length.
 */
export const Histogram = z.strictObject({ from: z.number(), to: z.number(), counts: z.array(count).min(1) });
export type Histogram = z.infer<typeof Histogram>;

export const Quantiles = z.strictObject({
  min: z.number(),
  p05: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
});

/** A measure of every distinct item: `sharpness`, `length`, ...; of tables a numeric column that holds no personal data. */
export const Measure = z.strictObject({ name: z.string(), items: count, histogram: Histogram, quantiles: Quantiles });
export type Measure = z.infer<typeof Measure>;

/** A column of a table. `categories`: the most frequent values; empty where `personal`, or where nearly each row has its own. */
export const ColumnFacts = z.strictObject({
  name: z.string(),
  type: z.enum(COLUMN_TYPES),
  /** Whether the column's name or its values suggest personal data. Its cells are never shown. */
  personal: z.boolean(),
  rows: count,
  missing: count,
  distinct: count.nullable(),
  categories: z.array(z.strictObject({ value: z.string(), items: count })),
});
export type ColumnFacts = z.infer<typeof ColumnFacts>;

/**
 * `file` and `row`: position of the item's cropped pixels in the snapshot. score: similarity to the template, -1 to 1.
 */
export const ShownSubject = z.strictObject({ item: ShownItem, score: z.number(), file: z.string(), row: count });
export type ShownSubject = z.infer<typeof ShownSubject>;

/** Subject alignment. low: distinct items whose score is below `least`; they are left out if `leftOut`. */
export const SubjectFacts = z.strictObject({
  items: count,
  low: count,
  least: z.number().nullable(),
  leftOut: z.boolean(),
  scores: z.strictObject({ histogram: Histogram, quantiles: Quantiles }),
  best: z.array(ShownSubject),
  worst: z.array(ShownSubject),
  lowest: z.array(ShownSubject),
});
export type SubjectFacts = z.infer<typeof SubjectFacts>;

/**
 * The distance of an upload from the earlier uploads in one measure. ks: 0 to 1. jensen-shannon: 0 to 1 (base 2). l-infinity: of the shares
 * of categories.
 */
export const Drift = z.strictObject({
  source: z.string(),
  measure: z.string(),
  statistic: z.enum(['ks', 'jensen-shannon', 'l-infinity']),
  value: z.number().min(0).max(1),
  items: count,
});
export type Drift = z.infer<typeof Drift>;

/**
 * snapshots/<ds>/<snapshotId>/facts.json: written by index, read by seal. Equal parts give equal bytes, except for their keys.
 */
export const QualityFacts = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  kind: z.enum(KINDS),
  total: Evidence,
  /** Number of accepted, distinct items without flags and without near duplicates. */
  clean: count,
  /** Evidence for each label, in the order of the manifest; empty without labels. */
  classes: z.array(z.strictObject({ label: z.string(), evidence: Evidence, splits: z.record(z.enum(SPLITS), count) })),
  uploadCounts: z.strictObject({ accepted: count, partly: count, rejected: count, pending: count }),
  /** The uploads in the order in which drift compares them. */
  uploads: z.array(
    z.strictObject({
      source: z.string(),
      state: z.enum(['accepted', 'partly', 'rejected', 'pending']),
      evidence: Evidence,
    }),
  ),
  splits: z.record(z.enum(SPLITS), count),
  /** Items left out of a split because something almost equal is in one that measures. */
  leaks: z.strictObject({ train: count, validation: count }),
  measures: z.array(Measure),
  /** Tables only. */
  columns: z.array(ColumnFacts),
  drift: z.array(Drift),
  /** With subject alignment only. */
  subjects: SubjectFacts.optional(),
  /** The most frequent code first. `items` of them were rejected; a refused upload has no content to show. */
  rejected: z.array(
    z.strictObject({
      code: Issue.shape.code,
      items: count,
      examples: z.array(z.strictObject({ item: ShownItem, issues: z.array(Issue) })),
    }),
  ),
  flagged: z.array(z.strictObject({ code: Issue.shape.code, items: count, examples: z.array(ShownItem) })),
  /**
   * The changes that rules made to accepted items, by rule and column, the most frequent first. Examples contain no personal data. Facts of
   * older releases do not have it.
   */
  changes: z.array(Change).optional(),
  /** likeness: 1 of equal ones. kept: the one that stays in the snapshot. */
  duplicatePairs: z.array(z.strictObject({ kept: ShownItem, other: ShownItem, likeness: z.number().min(0).max(1) })),
  /** The same or almost the same content under several labels. */
  conflicts: z.array(z.strictObject({ items: z.array(ShownItem).min(1), labels: z.array(z.string()).min(2) })),
  outliers: z.array(z.strictObject({ item: ShownItem, measure: z.string(), deviation: z.number() })),
});
export type QualityFacts = z.infer<typeof QualityFacts>;
