// Prints the output of `models compare`.
import type { CompareOutput } from '#client/models/output.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function printComparison({ snapshotId, models, figures, notes }: CompareOutput): string {
  const names = models.map(({ modelId, current }) => `${modelId}${current ? ' *' : ''}`);
  const head = ['', ...names, 'real', 'PCA', 'better'];
  const cell = (name: string, value: number | null) => (value === null ? '-' : amountOf(name, value));
  const rows = figures.map(({ name, values, real, baseline, better }) => [
    metricTitle(name),
    ...values.map((value) => cell(name, value)),
    cell(name, real),
    cell(name, baseline),
    better ?? '',
  ]);
  const right = head.map((_, column) => column).slice(1, -1);
  return [
    `On the test split of snapshot ${snapshotId.slice(0, 16)} (* serves now; real: other real images; PCA: a do-nothing baseline)`,
    table([head, ...rows], right),
    ...notes,
  ].join('\n');
}
