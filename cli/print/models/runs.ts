// Prints the output of `runs list`.
import type { RunsOutput } from '#client/training/output.ts';
import { spoken } from '#core/model/metrics.ts';
import { epochOf } from '#core/model/timing/epoch-of.ts';
import { table } from '../../terminal/format.ts';

export function printRuns({ dataset, runs }: RunsOutput): string {
  if (runs.length === 0) return `${dataset} has no run yet. Start one: goldpan fit ${dataset}`;
  const rows = runs.map(({ runId, status, attempt, epoch, epochs, result, modelId }) => [
    runId,
    status,
    String(attempt),
    epochOf(epoch, epochs, '/'),
    result === null ? '-' : spoken(result.name, result.value),
    modelId ?? '-',
  ]);
  return table([['run', 'status', 'attempt', 'epoch', 'on the test split', 'model'], ...rows]);
}
