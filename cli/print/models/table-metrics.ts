// Prints how the rows of a model compare with held-out ones.
import type { TableMetrics } from '#core/model/messages/table-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function tableMetrics({ n, figures }: TableMetrics): string[] {
  const head = [`n = ${n}`, 'better', 'model', 'real rows', 'shuffled', 'in classes', 'latent-class'];
  const rows = figures.map(({ name, better, model, real, shuffled, shuffledInClass, latentClass }) => [
    metricTitle(name),
    better === 'half' ? '0.5' : better,
    ...[model, real, shuffled, shuffledInClass, latentClass].map((value) =>
      value === null ? '-' : amountOf(name, value),
    ),
  ]);
  return table([head, ...rows], [2, 3, 4, 5, 6]).split('\n');
}
