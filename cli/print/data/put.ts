// Prints the output of `put`.
import type { PutOutput } from '#client/upload/output.ts';
import { count, duration, plural } from '#core/base/format.ts';
import { HARD_MINIMUM_ITEMS } from '#core/snapshot/gate.ts';
import { itemsText } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { printFixed, printIssues, printRejected, printRemarks } from './issues.ts';

export function printPut({ dataset, kind, put, rejected, items, missing }: PutOutput, style: Style): string {
  const { accepted, rejected: refused } = put.items;
  const counts = `${style.good(itemsText(kind, accepted))} accepted, ${refused > 0 ? style.bad(count(refused)) : '0'} rejected`;
  const lines = [
    ...(isNothingNew(put)
      ? [nothingNew(put), `Their verdicts: ${counts}.`]
      : [`${counts} in ${duration(put.seconds * 1000)}.`]),
    ...printIssues(put.byIssue, put.flagged),
    ...printFixed(put.fixed),
    ...printRemarks(put.remarks),
    ...printRejected(rejected, refused, `goldpan status ${dataset}`),
    '',
    `${dataset} now has ${itemsText(kind, items.accepted, 'accepted')}. ${nextStep(dataset, missing)}`,
  ];
  return lines.join('\n');
}

function nextStep(dataset: string, missing: PutOutput['missing']): string {
  if (!missing) return `Next: goldpan fit ${dataset}`;
  const few = `${missing.advice}.`;
  if (missing.need === HARD_MINIMUM_ITEMS) return `${few} Next: goldpan put <more files> --dataset ${dataset}`;
  return `${few}\nNext: goldpan report ${dataset} says what is missing; goldpan fit ${dataset} trains on what is there.`;
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
