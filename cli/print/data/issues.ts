// Issues and rejected items in lines, as several commands print them.
import type { RejectedItem, StatusOutput } from '#client/datasets/output.ts';
import { count, plural } from '#core/base/format.ts';
import { describeIssue, ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { table } from '../../terminal/format.ts';

/** One line a code, the most frequent first. */
export function printIssues(byIssue: StatusOutput['items']['byIssue']): string[] {
  const entries = (Object.entries(byIssue) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return [];
  const rows = entries.map(([code, times]) => [count(times), code, ISSUES[code].sentence]);
  return ['', table(rows, [0])];
}

/** Each with its code and its reason, and the command that shows the rest. */
export function printRejected(rejected: readonly RejectedItem[], total: number, command: string): string[] {
  const lines = rejected.map(({ key, issues }) =>
    issues.map((issue) => `  ${key}: ${issue.code}: ${describeIssue(issue)}`),
  );
  if (lines.length === 0) return [];
  const rest = total - lines.length;
  const more = rest > 0 ? [`  and ${plural(rest, 'more', 'more')}: ${command} --show ${total}`] : [];
  return ['', 'Rejected uploads and items in quarantine:', ...lines.flat(), ...more];
}
