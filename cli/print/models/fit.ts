// Prints the output of `fit --dry-run` and `fit --search`.
import type { PlanOutput, SearchOutput } from '#client/training/fit-output.ts';
import { count, duration, plural } from '#core/base/format.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';
import { endsByBudget } from '#core/model/timing/epoch-of.ts';
import { phasesLine } from '#core/model/timing/phases-line.ts';
import { table } from '../../terminal/format.ts';

export function printPlan(plan: PlanOutput): string {
  const { trainItems, model, preset, epochs, seconds, cost, measured, notes } = plan;
  const price = cost.usd === null ? 'none' : `about ${cost.usd.toFixed(2)} USD`;
  return [
    `${model.toUpperCase()}, preset ${preset}, ${count(trainItems)} training items, ${endsByBudget(plan) ? 'as many epochs as the budget allows, each' : `at most ${epochs} epochs`} of about ${duration(seconds.epoch * 1000)}`,
    `about ${duration(seconds.total * 1000)} in all: ${phasesLine(seconds)}; cost ${price} (${cost.basis})`,
    `measured: ${measured}`,
    ...notes,
    'Nothing was started.',
  ].join('\n');
}

export function printSearch({ trials, best, skipped }: SearchOutput): string {
  const metricOf = ({ validation }: SearchOutput['trials'][number]) => validation?.value ?? Number.POSITIVE_INFINITY;
  const rows = [...trials]
    .sort((a, b) => metricOf(a) - metricOf(b))
    .map(({ settings, runId, status, epochs, validation, seconds, modelId }) => [
      runId !== null && runId === best ? '*' : ' ',
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      validation ? `${amountOf(validation.name, validation.value)}` : status,
      String(epochs),
      seconds === null ? '-' : duration(seconds * 1000),
      runId ?? '-',
      modelId ?? '-',
    ]);
  const name = trials.find(({ validation }) => validation)?.validation?.name;
  const head = [
    ' ',
    'settings',
    name ? `${metricTitle(name)}, validation` : 'result',
    'epochs',
    'time',
    'run',
    'model',
  ];
  return [
    table([head, ...rows]),
    ...(skipped > 0 ? [`The budget left no time for ${plural(skipped, 'trial')}.`] : []),
    best ? '* is the best on the validation split.' : 'No trial ended with a model.',
  ].join('\n');
}
