// Rejected items counted by code, by upload and by file.

import { count } from '#core/base/format.ts';
import { addCounts, countIssues, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { table } from '../../../cli/terminal/format.ts';
import type { QuarantineAnswer } from '../quality-answers.ts';
import type { Held } from './held-items.ts';

const SHOWN = 10;

/** The most rejected first; a file counts as one where several of its items were rejected. */
export function openTallies() {
  const byIssue: IssueCounts = {};
  const uploads = new Map<string, QuarantineAnswer['uploads'][number]>();
  const files = new Map<string, QuarantineAnswer['files'][number]>();
  const add = <T extends { rejected: number; byIssue: IssueCounts }>(into: Map<string, T>, name: string, fresh: T) => {
    const tally = into.get(name) ?? fresh;
    into.set(name, tally);
    return tally;
  };
  return {
    add({ key, path, issues }: Held) {
      const counts = countIssues(issues);
      addCounts(byIssue, counts);
      const upload = add(uploads, key, { key, rejected: 0, byIssue: {} });
      const file = add(files, `${key}\n${path}`, { key, path, rejected: 0, byIssue: {} });
      for (const tally of [upload, file]) {
        tally.rejected++;
        addCounts(tally.byIssue, counts);
      }
    },
    done() {
      const worst = <T extends { rejected: number }>(all: Iterable<T>) =>
        [...all].sort((a, b) => b.rejected - a.rejected);
      const several = worst(files.values()).filter(({ rejected }) => rejected > 1);
      return { byIssue, uploads: worst(uploads.values()), files: several };
    },
  };
}

/** The worst few. */
export function printTallies(
  title: string,
  rows: readonly { key: string; rejected: number; byIssue: IssueCounts }[],
): string[] {
  if (rows.length === 0) return [];
  const lines = rows.slice(0, SHOWN).map(({ key, rejected, byIssue }) => {
    const codes = (Object.entries(byIssue) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
    return [`  ${count(rejected)}`, key, codes.map(([code, times]) => `${code} ${count(times)}`).join(', ')];
  });
  const rest = rows.length - lines.length;
  return ['', title, table(lines, [0]), ...(rest > 0 ? [`  and ${count(rest)} more`] : [])];
}
