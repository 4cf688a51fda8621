// Prints how the images of a model compare with held-out ones; each metric has reference values for real images and a baseline.

import type { Compared, ImageMetrics } from '#core/model/messages/image-metrics.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function imageMetrics({ n, figures, ladder }: ImageMetrics): string[] {
  const rows = figures.map(({ name, better, model, interval, real, baseline }) => [
    metricTitle(name),
    better,
    cell(name, model, interval),
    cell(name, real),
    cell(name, baseline),
  ]);
  const rungs = ladder.map(({ degradation, kid }) => `${degradation} ${amountOf('kid', kid)}`);
  return [
    ...table([[`n = ${n}`, 'better', 'model', 'real images', 'PCA-Gaussian'], ...rows]).split('\n'),
    ...(rungs.length > 0 ? [`KID of real images made worse: ${rungs.join(', ')}`] : []),
  ];
}

function cell(name: string, value: number | null, interval: Compared['interval'] = null): string {
  if (value === null) return '-';
  const range = interval ? ` (${amountOf(name, interval.low)} to ${amountOf(name, interval.high)})` : '';
  return amountOf(name, value) + range;
}
