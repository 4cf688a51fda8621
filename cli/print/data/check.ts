// Prints the output of `check`.

import { flaggedCounts } from '#client/datasets/flagged-counts.ts';
import { count, plural } from '#core/base/format.ts';
import type { CheckOutput } from '../../local/check-output.ts';
import { itemsText } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { openDescriptions, printFixed, printIssues, printRemarks } from './issues.ts';
import { printChanges, printPreview } from './preview.ts';

/** With more files than this, accepted ones are only counted, and only this many of the others are shown. */
const SHOWN_FILES = 20;

/** Totals and reasons first, then file by file. */
export function printChecked({ kind, config, items, files, remarks }: CheckOutput, style: Style): string {
  const bad = files.filter(({ verdict }) => verdict !== 'accepted');
  const flagged = files.filter((file) => file.verdict === 'accepted' && file.flagged.length > 0);
  const listed = files.length > SHOWN_FILES ? [...bad, ...flagged] : files;
  const rest = listed.length - SHOWN_FILES;
  const describe = openDescriptions();
  return [
    `${itemsText(kind, items.accepted)} accepted, ${count(items.rejected)} rejected, in ${plural(files.length, 'file')}.`,
    ...printIssues(items.byIssue, flaggedCounts(items.byIssue, config?.rules)),
    ...printFixed(items.fixed),
    ...printRemarks(remarks),
    ...(listed.length > 0 ? [''] : []),
    ...listed.slice(0, SHOWN_FILES).flatMap((verdict) => printFile(verdict, describe, style)),
    ...(rest > 0 ? [`and ${plural(rest, 'more file', 'more files')} with issues: --json lists them all`] : []),
  ].join('\n');
}

function printFile(
  verdict: CheckOutput['files'][number],
  describe: ReturnType<typeof openDescriptions>,
  style: Style,
): string[] {
  const { file, accepted, rejected, issues, flagged, changes, preview } = verdict;
  const word = (verdict.verdict === 'accepted' ? style.good : style.bad)(verdict.verdict.padEnd(8));
  const counts = accepted + rejected > 1 ? `  ${count(accepted)} accepted, ${count(rejected)} rejected` : '';
  const rest = rejected - issues.length;
  return [
    `${word}  ${file}${counts}`,
    ...issues.map((issue) => `  ${describe(issue)}`),
    ...(issues.length > 0 && rest > 0 ? [`  and ${plural(rest, 'more', 'more')}: --show ${rejected}`] : []),
    ...flagged.map(({ code, items, first }) => `  kept, but ${code}: ${placesOf(first, items)}`),
    ...printChanges(changes),
    ...(preview ? printPreview(preview) : []),
  ];
}

type Flagged = CheckOutput['files'][number]['flagged'][number];

/** `a.csv, line 3; line 9; and 12 more` */
function placesOf(places: Flagged['first'], items: number): string {
  const listed = places.map(({ path, line, note }, i) => {
    const file = path === places[i - 1]?.path ? undefined : path;
    const place = [file, line === undefined ? undefined : `line ${line}`].filter(Boolean).join(', ');
    return note === undefined ? place : `${place} (${note})`;
  });
  return [...listed, ...(items > places.length ? [`and ${count(items - places.length)} more`] : [])].join('; ');
}
