// Issues and rejected items in lines, as several commands print them.
import type { RejectedItem, StatusOutput } from '#client/datasets/output.ts';
import { count, plural } from '#core/base/format.ts';
import { type Issue, type IssueCounts, subtractCounts } from '#core/kinds/define/issue.ts';
import { describeIssue, ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { table } from '../../terminal/format.ts';

const NOTHING_TO_DO = 'No action needed: ';
/** A longer list of what is allowed is printed once. */
const LONGEST_REPEATED = 40;

/** One line for each code, the most frequent first: those of rejected items, then those of items that were kept. */
export function printIssues(byIssue: IssueCounts, flagged: IssueCounts = {}): string[] {
  return [...printCounts(subtractCounts({ ...byIssue }, flagged)), ...printFlagged(flagged)];
}

/** Nothing else names a remedy for items that were kept. */
function printFlagged(flagged: IssueCounts): string[] {
  return printCounts(
    flagged,
    ({ sentence, remedy }) => `${sentence} ${remedy}`,
    'Kept and flagged, not among the rejected:',
  );
}

function printCounts(
  counts: IssueCounts,
  say: (issue: (typeof ISSUES)[IssueCode]) => string = ({ sentence }) => sentence,
  ...title: string[]
): string[] {
  const entries = (Object.entries(counts) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return [];
  const rows = entries.map(([code, times]) => [count(times), code, say(ISSUES[code])]);
  return ['', ...title, table(rows, [0])];
}

/** One line for each rule that changed accepted items, the most frequent first. */
export function printFixed(fixed: StatusOutput['items']['fixed']): string[] {
  const entries = (Object.entries(fixed) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return [];
  const rows = entries.map(([code, times]) => [count(times), code, whatWasDone(code)]);
  return ['', 'Accepted items that were changed:', table(rows, [0])];
}

/** One line for each remark on whole uploads. */
export function printRemarks(remarks: StatusOutput['remarks']): string[] {
  if (remarks.length === 0) return [];
  const lines = remarks.map(({ code, items, given, examples }) => {
    const rest = items > examples.length ? `, and ${count(items - examples.length)} more` : '';
    const { sentence, remedy } = ISSUES[code];
    const facts = given === undefined ? '' : ` (${given})`;
    return `  ${code}: ${sentence}${facts} ${remedy}\n    ${examples.map((name) => JSON.stringify(name)).join(', ')}${rest}`;
  });
  return ['', 'Noticed on the whole:', ...lines];
}

/** `The clip has several channels: they are mixed down to mono.` */
function whatWasDone(code: IssueCode): string {
  const { sentence, remedy } = ISSUES[code];
  const done = remedy.startsWith(NOTHING_TO_DO) ? remedy.slice(NOTHING_TO_DO.length) : undefined;
  return done === undefined ? sentence : `${sentence.replace(/\.$/, '')}: ${done}`;
}

/** Returns a function that describes one issue after another. A long list of what is allowed is only in the first of those with it. */
export function openDescriptions(): (issue: Issue) => string {
  const said = new Set<string>();
  return (issue) => {
    const { code, allowed = '' } = issue;
    const list = `${code} ${allowed}`;
    const isRepeated = allowed.length > LONGEST_REPEATED && said.has(list);
    said.add(list);
    return `${code}: ${describeIssue(isRepeated ? { ...issue, allowed: 'as above' } : issue)}`;
  };
}

/** Prints each item with its code and reason, and the command that shows the rest. */
export function printRejected(rejected: readonly RejectedItem[], total: number, command: string): string[] {
  const describe = openDescriptions();
  const lines = rejected.map(({ key, issues }) => issues.map((issue) => `  ${key}: ${describe(issue)}`));
  if (lines.length === 0) return [];
  const rest = total - lines.length;
  const more = rest > 0 ? [`  and ${plural(rest, 'more', 'more')}: ${command} --show ${total}`] : [];
  return ['', 'Rejected uploads and items in quarantine:', ...lines.flat(), ...more];
}
