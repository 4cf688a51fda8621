// Tells the flags of accepted items from the reasons of rejected ones, which verdicts count together.
import type { IssueCounts } from '#core/kinds/define/issue.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';

/** Returns the counts whose items were kept under these rules. */
export function flaggedCounts(byIssue: IssueCounts, rules: RulesInForce = {}): IssueCounts {
  const entries = Object.entries(byIssue) as [IssueCode, number][];
  return Object.fromEntries(
    entries.filter(([code]) => (rules[code]?.action ?? ISSUES[code].severity) === 'flag'),
  ) as IssueCounts;
}
