// Prints the output of `quarantine list` and `quarantine show`.
import { heldLocation } from '#client/datasets/quarantine/held-items.ts';
import type { HeldItemOutput, QuarantineOutput } from '#client/datasets/quarantine/output.ts';
import { count, plural } from '#core/base/format.ts';
import type { IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { issueCodesOf } from '#core/kinds/waiver.ts';
import { itemsText, table } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { printIssues, printRejected } from './issues.ts';

const SHOWN_REFUSED = 10;
const SHOWN_COUNTS = 10;

export function printQuarantine(output: QuarantineOutput, style: Style): string {
  const { dataset, kind, held, countedOnly, byIssue, uploads, files, items, refused } = output;
  if (held === 0 && countedOnly === 0 && refused.length === 0)
    return style.good(`Nothing of ${dataset} is in quarantine.`);
  const rest = held - items.length;
  const byFile = files.map((file) => ({ ...file, key: `${file.key} ${file.path}` }));
  const lines = [
    style.bold(`${dataset}: ${itemsText(kind, held)} in quarantine`),
    ...(countedOnly > 0
      ? [
          `${count(countedOnly)} more were rejected and only counted. To accept those too, change their rule in dataset.yaml.`,
        ]
      : []),
    ...printIssues(byIssue),
    ...printCounts('By upload:', uploads),
    ...printCounts('By file:', byFile),
  ];
  if (items.length > 0) {
    lines.push('', 'Items:');
    lines.push(table(items.map((item) => [`  ${item.id}`, heldLocation(item), issueCodesOf(item).join(', ')])));
    if (rest > 0)
      lines.push(`  and ${plural(rest, 'more', 'more')}: goldpan quarantine list ${dataset} --show ${held}`);
    lines.push('', `Next: goldpan quarantine show ${dataset} ${items[0]?.id}`);
  }
  lines.push(...printRejected(refused.slice(0, SHOWN_REFUSED), refused.length, `goldpan status ${dataset}`));
  return lines.join('\n');
}

export function printHeld(output: HeldItemOutput, style: Style): string {
  const { dataset, item, sentences, ways, row, bytes, source, file } = output;
  const can = (way: 'release' | 'fix') => ways.every((one) => one[way]);
  const next = (['release', 'fix'] as const)
    .filter(can)
    .map((way) => `goldpan quarantine ${way} ${dataset} ${item.id}`);
  const lines = [style.bold(`${item.id}  ${heldLocation(item)}`), ...sentences.map((sentence) => `  ${sentence}`), ''];
  if (row !== null) lines.push('Original:', row, '');
  if (bytes) lines.push(`Bytes: s3://${bytes.bucket}/${bytes.key}`);
  lines.push(`Source: s3://${source.bucket}/${source.key} version ${source.versionId}`);
  if (file !== null) lines.push(`Written to ${file}`);
  const stuck = ways.filter(({ release, fix }) => !release && !fix).map(({ code }) => code);
  lines.push(
    next.length > 0
      ? `Next: ${next.join('\n  or: ')}`
      : `It cannot be released: ${stuck.join(', ') || 'neither release nor fix covers all its issues'}. Correct it and put it again.`,
  );
  return lines.join('\n');
}

/** The most rejected first. */
function printCounts(
  title: string,
  rows: readonly { key: string; rejected: number; byIssue: IssueCounts }[],
): string[] {
  if (rows.length === 0) return [];
  const lines = rows.slice(0, SHOWN_COUNTS).map(({ key, rejected, byIssue }) => {
    const codes = (Object.entries(byIssue) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
    return [`  ${count(rejected)}`, key, codes.map(([code, times]) => `${code} ${count(times)}`).join(', ')];
  });
  const rest = rows.length - lines.length;
  return ['', title, table(lines, [0]), ...(rest > 0 ? [`  and ${count(rest)} more`] : [])];
}
