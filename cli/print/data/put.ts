// Prints the output of `put`.
import type { PutOutput } from '#client/upload/output.ts';
import { count, duration, plural } from '#core/base/format.ts';
import { itemWord } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { printFixed, printIssues, printRejected, printRemarks } from './issues.ts';

export function printPut({ dataset, kind, put, rejected, items }: PutOutput, style: Style): string {
  const { accepted, rejected: refused } = put.items;
  const counts = `${style.good(plural(accepted, itemWord(kind)))} accepted, ${refused > 0 ? style.bad(count(refused)) : '0'} rejected`;
  const lines = [
    ...(isNothingNew(put)
      ? [nothingNew(put), `Their verdicts: ${counts}.`]
      : [`${counts} in ${duration(put.seconds * 1000)}.`]),
    ...printIssues(put.byIssue),
    ...printFixed(put.fixed),
    ...printRemarks(put.remarks),
    ...printRejected(rejected, refused, `goldpan status ${dataset}`),
    '',
    `${dataset} now has ${plural(items.accepted, `accepted ${itemWord(kind)}`)}. Next: goldpan fit ${dataset}`,
  ];
  return lines.join('\n');
}

function isNothingNew({ uploaded, unchanged, config }: PutOutput['put']): boolean {
  return uploaded.length === 0 && config !== 'sent' && (unchanged.length > 0 || config === 'unchanged');
}

function nothingNew({ unchanged, files }: PutOutput['put']): string {
  if (unchanged.length === 0) return 'Nothing new: this dataset.yaml is in force already.';
  const objects = unchanged.length === files ? '' : ` in ${plural(unchanged.length, 'object')}`;
  const are = files === 1 ? 'is' : 'are';
  return `Nothing new: ${plural(files, 'file')}${objects} ${are} there already with the same content.`;
}
