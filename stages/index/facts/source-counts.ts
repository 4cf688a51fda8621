// What the verdicts tell of each upload's rejected items.
import type { CensusDetails } from '#core/ingest/inventory.ts';
import { addCounts, countIssues, type IssueCounts, subtractCounts } from '#core/kinds/define/issue.ts';
import type { Joining } from '../items/join-sidecars.ts';

/** byIssue: of rejected items and of those that were kept and marked. */
export type SourceCounts = { rejected: number; byIssue: IssueCounts };

export function sourceCounts({ verdicts, refusals }: CensusDetails, { bySource }: Joining): Map<string, SourceCounts> {
  const counts = new Map<string, SourceCounts>();
  const add = (source: string, rejected: number, byIssue: IssueCounts, released?: IssueCounts) => {
    const sum = counts.get(source) ?? { rejected: 0, byIssue: {} };
    sum.rejected += rejected;
    addCounts(sum.byIssue, byIssue);
    if (released) subtractCounts(sum.byIssue, released);
    counts.set(source, sum);
  };
  for (const { source, issues } of refusals) add(source.key, 1, countIssues(issues.slice(0, 1)));
  // A unit cleaned once more comes after the one that rejected its items, as their names are in order.
  for (const { sourceKey, items, byIssue, released } of verdicts)
    add(sourceKey, released ? -items.accepted : items.rejected, byIssue, released);
  for (const [source, { rejected, byIssue }] of bySource) add(source, rejected, byIssue);
  return counts;
}
