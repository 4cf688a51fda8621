// snapshots/<ds>/<snapshotId>/quality.json: how good a dataset is and why, for programs. quality.html beside it is for people.
import * as z from 'zod';
import { CountsByName } from '../../base/json/counts-by-name.ts';
import { KINDS } from '../../base/names.ts';
import { Issue, IssueCounts } from '../../kinds/define/issue.ts';
import { SPLITS } from '../../kinds/split.ts';
import type { SnapshotIndex } from '../messages.ts';
import { Evidence, QualityFacts } from './facts.ts';
import { Loss, Scores, scoreOf } from './scores.ts';

export const QUALITY_VERSION = 2;
const LOSSES_OF_A_GROUP = 5;
const count = z.int().min(0);

export const Quality = z.strictObject({
  schemaVersion: z.literal(QUALITY_VERSION),
  dataset: z.string(),
  snapshotId: z.string(),
  configId: z.string(),
  kind: z.enum(KINDS),
  scores: Scores,
  /** Losses of the scores, sorted by the gain of the total if they were removed. */
  losses: z.array(Loss),
  uploads: z.strictObject({ accepted: count, partly: count, rejected: count, pending: count }),
  items: Evidence.shape.items,
  /** Accepted, distinct items without a single finding. */
  clean: count,
  byIssue: IssueCounts,
  byLabel: CountsByName,
  conflictingLabels: count,
  nearDuplicates: count,
  outliers: count,
  splits: z.record(z.enum(SPLITS), count),
  leaks: QualityFacts.shape.leaks,
  classes: z.array(
    z.strictObject({ label: z.string(), items: Evidence.shape.items, scores: Scores, losses: z.array(Loss) }),
  ),
  /** The uploads with the most findings. */
  ofUploads: z.array(
    z.strictObject({ source: z.string(), items: Evidence.shape.items, scores: Scores, losses: z.array(Loss) }),
  ),
  drift: QualityFacts.shape.drift,
  /** The first few rejected items and duplicates. */
  examples: z.array(Issue),
});
export type Quality = z.infer<typeof Quality>;

/** Computes the quality from the facts of an index only, so that the same snapshot always has the same quality. */
export function qualityOf(
  facts: QualityFacts,
  { counts, examples }: Pick<SnapshotIndex, 'counts' | 'examples'>,
): Quality {
  const { dataset, snapshotId, configId, kind, total, clean, classes, uploads, splits, leaks, drift } = facts;
  return {
    schemaVersion: QUALITY_VERSION,
    dataset,
    snapshotId,
    configId,
    kind,
    ...scoreOf(total),
    uploads: facts.uploadCounts,
    items: total.items,
    clean,
    byIssue: counts.byIssue,
    byLabel: counts.byLabel,
    conflictingLabels: total.conflicting,
    nearDuplicates: total.nearDuplicates,
    outliers: total.outliers,
    splits,
    leaks,
    classes: classes.map(({ label, evidence }) => ({ label, ...groupOf(evidence) })),
    ofUploads: uploads
      .filter(({ state }) => state !== 'pending')
      .map(({ source, evidence }) => ({ source, ...groupOf(evidence) })),
    drift,
    examples,
  };
}

function groupOf(evidence: Evidence) {
  const { scores, losses } = scoreOf(evidence);
  return { items: evidence.items, scores, losses: losses.slice(0, LOSSES_OF_A_GROUP) };
}
