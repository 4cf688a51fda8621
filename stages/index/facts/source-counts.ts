// Counts the rejected items of each upload from the verdicts.
import type { InventoryDetails } from '#core/ingest/inventory.ts';
import { addCounts, countIssues, type IssueCounts, subtractCounts } from '#core/kinds/define/issue.ts';
import type { Joining } from '../items/join-sidecars.ts';

/** byIssue: counts of rejected and of flagged items. */
export type SourceCounts = { rejected: number; byIssue: IssueCounts };

export function sourceCounts(
  { verdicts, refusals }: InventoryDetails,
  { bySource }: Pick<Joining, 'bySource'>,
): Map<string, SourceCounts> {
  const counts = new Map<string, SourceCounts>();
  const add = (source: string, rejected: number, byIssue: IssueCounts, released?: IssueCounts) => {
    const sum = counts.get(source) ?? { rejected: 0, byIssue: {} };
    sum.rejected += rejected;
    addCounts(sum.byIssue, byIssue);
    if (released) subtractCounts(sum.byIssue, released);
    counts.set(source, sum);
  };
  for (const { source, issues } of refusals) add(source.key, 1, countIssues(issues.slice(0, 1)));
  // The unit of a waiver is sorted after the unit that rejected its items.
  for (const { sourceKey, items, byIssue, released } of verdicts)
    add(sourceKey, released ? -items.accepted : items.rejected, byIssue, released);
  for (const [source, { rejected, byIssue }] of bySource) add(source, rejected, byIssue);
  return counts;
}
