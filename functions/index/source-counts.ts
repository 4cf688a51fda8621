// What the verdicts tell of each upload's rejected items.
import type { CensusDetails } from '#core/census.ts';
import { addCounts, countIssues, type IssueCode, type IssueCounts, subtractCounts } from '#core/issues.ts';
import { FACT_LIMITS, type QualityFacts } from '#core/quality/facts.ts';
import type { Joining } from './join-sidecars.ts';

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

/** The most frequent code first, with the examples that verdicts hold. */
export function rejectedExamples(
  { verdicts, refusals }: CensusDetails,
  byIssue: IssueCounts,
): QualityFacts['rejected'] {
  const examples = new Map<IssueCode, QualityFacts['rejected'][number]['examples']>();
  const told = [
    ...refusals.map(({ source, issues }) => ({ source: source.key, issues: issues.slice(0, 1) })),
    ...verdicts.map(({ sourceKey, examples: issues }) => ({ source: sourceKey, issues })),
  ];
  for (const { source, issues } of told)
    for (const issue of issues) {
      const known = examples.get(issue.code) ?? [];
      if (known.length === FACT_LIMITS.examplesOfACode) continue;
      const { path = source, line = null } = issue.place;
      const item = { path, line, label: null, source, part: null, bytesKey: null, row: null };
      examples.set(issue.code, [...known, { item, issues: [issue] }]);
    }
  return (Object.entries(byIssue) as [IssueCode, number][])
    .map(([code, items]) => ({ code, items, examples: examples.get(code) ?? [] }))
    .sort((a, b) => b.items - a.items || (a.code < b.code ? -1 : 1));
}
