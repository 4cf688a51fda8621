// Prints the output of `report`.
import type { ReportOutput } from '#client/datasets/report-output.ts';
import { count, plural } from '#core/base/format.ts';
import { DIMENSIONS } from '#core/kinds/define/issue-kind.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import { findingText, scoreText } from '#core/pages/quality/words.ts';
import { itemsText, table } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';

const REASONS_SHOWN = 5;
const SHORTFALLS_SHOWN = 3;

export function printReport({ quality, gate, next, file }: ReportOutput, style: Style): string {
  const { dataset, kind, scores, losses, items, byIssue } = quality;
  const rows = DIMENSIONS.map((dimension) => {
    const [worst] = losses.filter((loss) => loss.dimension === dimension).sort((a, b) => b.loss - a.loss);
    const why = worst ? `${count(worst.items)} ${findingText(worst)}` : '';
    return [`  ${dimension}`, scoreText(scores[dimension]), scores[dimension] === null ? '' : why];
  });
  const reasons = Object.entries(byIssue)
    .sort(([, a], [, b]) => b - a)
    .slice(0, REASONS_SHOWN)
    .map(([code, times]) => [`  ${count(times)}`, code, ISSUES[code as keyof typeof ISSUES].sentence]);
  const lacking = shortfallsText(gate.missing);
  const verdict =
    gate.outcome === 'refused'
      ? `${style.bad('not enough to train on')}: ${lacking}`
      : gate.missing.length > 0
        ? `less than dataset.yaml asks for: ${lacking}`
        : style.good('enough to train on');
  const copies = items.accepted - items.distinct;
  const distinct = `${itemsText(kind, items.distinct, 'distinct')}${copies > 0 ? ` and ${plural(copies, 'copy', 'copies')}` : ''}`;
  return [
    `${style.bold(`${dataset}: quality ${scoreText(scores.total)} of 1.00`)}, ${distinct}, ${verdict}`,
    table(rows),
    ...(reasons.length > 0 ? ['', 'Most frequent issues:', table(reasons, [0])] : []),
    ...(next.length > 0 ? ['', 'What to do next:'] : []),
    ...next.map(({ text, gain }, i) => `  ${i + 1}. ${text}${gain === null ? '' : ` (+${gain.toFixed(3)})`}`),
    '',
    `The page, with the items themselves: ${file}`,
  ].join('\n');
}

/** `items 300 of 500, class dog 8 of 20, and 2 more` */
function shortfallsText(missing: ReportOutput['gate']['missing']): string {
  const shown = missing.slice(0, SHORTFALLS_SHOWN).map(({ what, have, need }) => {
    const figure = what === 'quality' ? scoreText(have) : count(have);
    return `${what} ${figure} of ${what === 'quality' ? need : count(need)}`;
  });
  const rest = missing.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${count(rest)} more`] : [])].join(', ');
}
