// What is said of one run: as a document, and in words.

import { count, duration } from '#core/base/format.ts';
import { collapseAlarm } from '#core/model/active-units.ts';
import { Promotion } from '#core/model/messages/promotion.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { spoken } from '#core/model/metrics.ts';
import { drawFaults } from '#core/model/promotion/draw-faults.ts';
import type { GateDecision } from '#core/snapshot/messages.ts';
import { imageFigures } from '../../cli/print/image-metrics.ts';
import type { Style } from '../../cli/terminal/terminal.ts';
import type { RunAnswer } from '../answers.ts';
import type { Execution } from '../deployment.ts';

export type RunEnding = {
  readonly dataset: string;
  readonly gate?: GateDecision | undefined;
  readonly outcome: RunOutcome;
  readonly execution?: Execution | undefined;
  readonly promoted?: boolean | undefined;
};

export function answerOf({ dataset, gate, outcome, execution, promoted }: RunEnding): RunAnswer {
  const promotion = Promotion.safeParse(execution?.output).data;
  return {
    dataset,
    runId: outcome.runId,
    snapshotId: outcome.snapshotId,
    attempt: outcome.attempt,
    status: outcome.status,
    reason: outcome.reason ? `${outcome.reason.name}: ${outcome.reason.message}` : (promotion?.reason ?? null),
    gate: gate ?? null,
    warnings: warningsOf(outcome),
    modelId: outcome.modelId,
    promoted: promotion ? promotion.status === 'promoted' : (promoted ?? null),
    epochs: outcome.epochs,
    metrics: outcome.metrics,
    cost: outcome.cost,
  };
}

/** An answer without any figures: the run has not got that far. */
export function emptyAnswer(dataset: string, more: Partial<RunAnswer> & Pick<RunAnswer, 'status'>): RunAnswer {
  return {
    dataset,
    runId: null,
    snapshotId: null,
    attempt: null,
    reason: null,
    gate: null,
    warnings: [],
    modelId: null,
    promoted: null,
    epochs: [],
    metrics: null,
    cost: null,
    ...more,
  };
}

function warningsOf({ train, retry, bestEpoch, epochs, metrics }: RunOutcome): string[] {
  const units = epochs.find(({ epoch }) => epoch === bestEpoch)?.validation.activeUnits;
  const alarm = collapseAlarm(units, train.latentDim);
  return [
    ...(retry ? [`${retry.message}. It went on from step ${retry.fromStep} at half the learning rate.`] : []),
    ...[alarm].filter((text) => text !== undefined),
    ...(metrics?.images ? drawFaults(metrics.images) : []).map(({ code, sentence }) => `[${code}] ${sentence}`),
  ];
}

export function printRun(answer: RunAnswer, style: Style): string {
  const { status, runId, metrics, cost, modelId, promoted, reason, epochs, warnings } = answer;
  const colour =
    status === 'succeeded' ? style.good : status === 'failed' || status === 'refused' ? style.bad : style.bold;
  const lines = [
    `run ${runId ?? '-'}: ${colour(status)}${cost ? ` after ${duration(cost.seconds * 1000)}, ${epochs.length} epochs` : ''}`,
  ];
  if (reason) lines.push(`  ${reason}`);
  lines.push(...warnings.map((warning) => `  ${style.bad('warning:')} ${warning}`));
  const last = epochs.at(-1);
  if (!metrics && last) {
    const { epoch, selection, validation } = last;
    lines.push(`  epoch ${epoch}: ${spoken(selection, validation[selection] ?? Number.NaN)} on the validation split`);
  }
  if (metrics) {
    const { items, selection, figures, images } = metrics;
    const compared = new Set<string>(images?.figures.map(({ name }) => name));
    const others = Object.entries(figures).filter(([name]) => name !== selection && !compared.has(name));
    lines.push(
      `  ${spoken(selection, figures[selection] ?? Number.NaN)} on ${count(items)} test items (lower is better)`,
      ...others.map(([name, value]) => `    ${spoken(name, value)}`),
      ...(images ? imageFigures(images).map((line) => `    ${line}`) : []),
    );
  }
  if (modelId)
    lines.push(
      `  model ${modelId}${promoted === null ? '' : promoted ? ', promoted: it serves now' : ', not promoted'}`,
    );
  return lines.join('\n');
}

/** What is missing, by how much, and what to do. */
export function printGate({ outcome, missing, forcedBy }: GateDecision): string[] {
  const lines = missing.map(
    ({ what, have, need, advice }) => `  ${what}: ${count(have)} of ${count(need)}. Missing: ${advice}.`,
  );
  if (outcome === 'passed')
    return lines.length === 0
      ? []
      : [`Training goes on${forcedBy ? `, forced by ${forcedBy}` : ''}, but there is little data:`, ...lines];
  return ['There is not enough good data to train on:', ...lines];
}
