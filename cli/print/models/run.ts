// Prints the part of `fit` and `runs show` about a run.
import { gateSentences } from '#client/training/gate-sentences.ts';
import type { RunOutput } from '#client/training/output.ts';
import { count, duration } from '#core/base/format.ts';
import { spoken } from '#core/model/metrics.ts';
import { phasesLine } from '#core/model/timing/phases-line.ts';
import type { Style } from '../../terminal/terminal.ts';
import { imageMetrics } from './image-metrics.ts';
import { pairMetrics } from './pair-metrics.ts';
import { priorLines } from './priors.ts';
import { tableMetrics } from './table-metrics.ts';
import { textMetrics } from './text-metrics.ts';

export function printRun(output: RunOutput, style: Style): string {
  const { status, runId, gate, metrics, cost, modelId, promoted, reason, epochs, warnings, latent, phases } = output;
  const color =
    status === 'succeeded' ? style.good : status === 'failed' || status === 'refused' ? style.bad : style.bold;
  const lines = [
    `${runId === null ? 'No run was started' : `run ${runId}`}: ${color(status)}${cost ? ` after ${duration(cost.seconds * 1000)}, ${epochs.length} epochs${phases ? ` (${phasesLine(phases)})` : ''}` : ''}`,
  ];
  if (status === 'refused' && gate) lines.push(...gateSentences(gate).map((line) => `  ${line}`));
  // A model that is not promoted for its faults has them as its reason, too.
  else if (reason && !warnings.some((warning) => reason.includes(warning))) lines.push(`  ${reason}`);
  lines.push(...warnings.map((warning) => `  ${style.bad('warning:')} ${warning}`));
  const last = epochs.at(-1);
  if (!metrics && last) {
    const { epoch, selection, validation } = last;
    lines.push(`  epoch ${epoch}: ${spoken(selection, validation[selection] ?? Number.NaN)} on the validation split`);
  }
  if (metrics) {
    const { items, selection, figures, images, table, text, pairs } = metrics;
    const beside = [
      ...(images?.figures ?? []),
      ...(table?.figures ?? []),
      ...(text?.figures ?? []),
      ...(pairs?.figures ?? []),
    ];
    const compared = new Set<string>(beside.map(({ name }) => name));
    const others = Object.entries(figures).filter(([name]) => name !== selection && !compared.has(name));
    lines.push(
      `  ${spoken(selection, figures[selection] ?? Number.NaN)} on ${count(items)} test items (lower is better)`,
      ...others.map(([name, value]) => `    ${spoken(name, value)}`),
      ...(images ? imageMetrics(images).map((line) => `    ${line}`) : []),
      ...(table ? tableMetrics(table).map((line) => `    ${line}`) : []),
      ...(text ? textMetrics(text).map((line) => `    ${line}`) : []),
      ...(pairs ? pairMetrics(pairs).map((line) => `    ${line}`) : []),
    );
  }
  if (latent) lines.push(...priorLines(latent).map((line) => `    ${line}`));
  if (modelId) lines.push(`  model ${modelId}${promoted === null ? '' : promotionOf(output)}`);
  return lines.join('\n');
}

function promotionOf({ dataset, modelId, promoted }: RunOutput): string {
  if (promoted) return ', promoted: it serves now';
  return `, not promoted; to let it serve all the same: goldpan models promote ${dataset} ${modelId} --force`;
}
