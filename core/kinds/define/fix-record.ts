// Records that a rule changed an item: the rule and short hashes of the values before and after, never the values.
import { canonicalJson, sha256 } from '../../base/hash.ts';
import type { IssueCode } from '../issues.ts';
import type { IssueCounts } from './issue.ts';

const SHORT = 16;

/** Returns one entry of a part's column `fixes`. `note`: the extent of the change, for people. */
export function fixRecord(
  rule: IssueCode,
  before: Uint8Array | string,
  after: Uint8Array | string,
  note?: string,
): string {
  const hashes = { before: sha256(before).slice(0, SHORT), after: sha256(after).slice(0, SHORT) };
  return canonicalJson({ rule, ...hashes, ...(note !== undefined && { note }) });
}

/** The rule of one entry. */
export function ruleOfFix(record: string): IssueCode {
  return (JSON.parse(record) as { rule: IssueCode }).rule;
}

/** The note of one entry. */
export function noteOfFix(record: string): string | undefined {
  return (JSON.parse(record) as { note?: string }).note;
}

/** Counts the rules that changed one item, each rule once. */
export function countFixes(fixes: readonly string[]): IssueCounts {
  return Object.fromEntries([...new Set(fixes.map(ruleOfFix))].map((rule) => [rule, 1]));
}
