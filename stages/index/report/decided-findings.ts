// What Spark found, as the quality facts need it.
import type { Decided } from '#core/snapshot/distributed.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';
import { type FindingCounts, type Findings, NO_MARKS } from '../facts/findings.ts';
import { largestDrifts } from '../facts/measured.ts';

/** `parts`: those of the snapshot, in their order, which numbers the uploads. */
export function decidedFindings(decided: Decided, parts: readonly Pick<SourcePart, 'sourceKey'>[]): Findings {
  const uploads = [...new Set(parts.map(({ sourceKey }) => sourceKey))];
  const total = { ...NO_MARKS };
  const byUpload = new Map(
    decided.marksOfUploads.map(([upload, marks]) => [uploads[upload] as string, marksOf(marks)] as const),
  );
  for (const marks of byUpload.values())
    for (const name of Object.keys(total) as (keyof FindingCounts)[]) total[name] += marks[name];
  const { shards, partsOfShards, byLabel, decisionsDigest } = decided;
  const splits = { train: 0, validation: 0, test: 0 };
  for (const { split, items } of shards) splits[split] += items;
  const leaks = { train: 0, validation: 0 };
  // Test items are excluded only if a group of another split contains the same content, which is a leak as well.
  for (const { split, items } of decided.leaks) leaks[split === 'train' ? 'train' : 'validation'] += items;
  return {
    total,
    byUpload,
    byLabel: new Map(decided.marksOfLabels.map(([label, marks]) => [label, marksOf(marks)])),
    clean: decided.clean,
    copies: decided.copies,
    nearPairs: decided.nearPairs,
    outliers: decided.outliers,
    conflicts: decided.conflicts,
    measures: decided.measures,
    drift: largestDrifts(
      decided.drift.map(({ upload, ...drift }) => ({ source: uploads[upload] as string, ...drift })),
    ),
    settled: { shards, partsOfShards, byLabel, leaks, splits, decisionsDigest },
    otherIssues: {},
    rows: decided.rows,
  };
}

function marksOf([
  distinct,
  exact,
  near,
  conflicting,
  outliers,
  unlabelled,
]: Decided['marksOfUploads'][number][1]): FindingCounts {
  return { distinct, exact, near, conflicting, outliers, unlabelled };
}
