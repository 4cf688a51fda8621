// How the answers of a model of pairs compare with held-out texts.
import type { PairMetrics } from '#core/model/messages/pair-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function pairMetrics({ n, figures }: PairMetrics): string[] {
  const head = [`n = ${n}`, 'better', 'model', 'nearest source'];
  const rows = figures.map(({ name, better, model, nearest }) => [
    metricTitle(name),
    better,
    ...[model, nearest].map((value) => (value === null ? '-' : amountOf(name, value))),
  ]);
  return table([head, ...rows], [2, 3]).split('\n');
}
