// Computes quality facts from the index alone, for snapshots without facts.json: counts, but no examples.

import type { IssueCounts } from '../../kinds/define/issue.ts';
import type { Severity } from '../../kinds/define/issue-kind.ts';
import { ISSUES, type IssueCode } from '../../kinds/issues.ts';
import type { Split } from '../../kinds/split.ts';
import type { SnapshotIndex } from '../messages.ts';
import { COUNTED_APART, type Evidence, type QualityFacts } from './facts.ts';

/**
 * Derives facts from an index. Each issue is counted under the usual action of its code; how many items of a class were rejected is not
 * known.
 */
export function factsOfIndex(index: SnapshotIndex, splits: Readonly<Record<Split, number>>): QualityFacts {
  const { dataset, snapshotId, configId, config, counts } = index;
  const { items, byIssue, byLabel, uploads } = counts;
  const labelled = config.labels !== 'none';
  const total: Evidence = {
    items,
    rejected: ofSeverity(byIssue, 'reject'),
    flagged: ofSeverity(byIssue, 'flag'),
    mended: ofSeverity(byIssue, 'fix'),
    exactDuplicates: items.accepted - items.distinct,
    nearDuplicates: counts.nearDuplicates,
    conflicting: counts.conflictingLabels,
    outliers: counts.outliers,
    unlabelled: labelled ? items.distinct - sumOf(byLabel) : null,
    cells: null,
    freshness: null,
  };
  return {
    schemaVersion: 1,
    dataset,
    snapshotId,
    configId,
    kind: config.kind,
    total,
    clean: Math.max(0, items.distinct - counts.nearDuplicates - counts.outliers - sumOf(total.flagged)),
    classes: [],
    uploadCounts: uploads,
    uploads: [],
    splits,
    leaks: counts.leaks,
    measures: [],
    columns: [],
    drift: [],
    rejected: Object.entries(total.rejected).map(([code, count]) => ({
      code: code as IssueCode,
      items: count,
      examples: [],
    })),
    flagged: [],
    duplicatePairs: [],
    conflicts: [],
    outliers: [],
  };
}

function ofSeverity(byIssue: IssueCounts, severity: Severity): IssueCounts {
  const apart: readonly string[] = COUNTED_APART;
  const entries = Object.entries(byIssue) as [IssueCode, number][];
  return Object.fromEntries(entries.filter(([code]) => ISSUES[code].severity === severity && !apart.includes(code)));
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
