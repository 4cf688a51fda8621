// Prints how the texts of a model compare with held-out ones.
import type { TextMetrics } from '#core/model/messages/text-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function textMetrics({ n, figures, kneserNey }: TextMetrics): string[] {
  const head = [`n = ${n}`, 'better', 'model', 'real texts', `Kneser-Ney ${kneserNey.order}`, 'shuffled'];
  const rows = figures.map(({ name, better, model, real, kneserNey, shuffled }) => [
    metricTitle(name),
    better === 'real' ? 'as real' : better,
    ...[model, real, kneserNey, shuffled].map((value) => (value === null ? '-' : amountOf(name, value))),
  ]);
  return table([head, ...rows], [2, 3, 4, 5]).split('\n');
}
