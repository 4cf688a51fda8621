// Describes a run as a document.

import { collapseAlarm } from '#core/model/active-units.ts';
import { Promotion } from '#core/model/messages/promotion.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { faultsOf } from '#core/model/promotion/faults-of.ts';
import { latentDimOf } from '#core/model/resolve-train.ts';
import type { GateDecision } from '#core/snapshot/messages.ts';
import type { Execution } from '../machine.ts';
import type { RunOutput } from './output.ts';

export type RunEnding = {
  readonly dataset: string;
  readonly gate?: GateDecision | undefined;
  readonly outcome: RunOutcome;
  readonly execution?: Execution | undefined;
  readonly promoted?: boolean | undefined;
};

export function runOutputOf({ dataset, gate, outcome, execution, promoted }: RunEnding): RunOutput {
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
    latent: outcome.latent ?? null,
    cost: outcome.cost,
    phases: outcome.phases ?? null,
  };
}

/** Describes a run that has no metrics yet. */
export function outputWithoutMetrics(dataset: string, more: Partial<RunOutput> & Pick<RunOutput, 'status'>): RunOutput {
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
    latent: null,
    cost: null,
    phases: null,
    ...more,
  };
}

function warningsOf({ train, retry, bestEpoch, epochs, metrics }: RunOutcome): string[] {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)?.validation;
  const alarm = collapseAlarm(best?.activeUnits, best?.latents ?? latentDimOf(train));
  return [
    ...(retry ? [`${retry.message}. Training resumed from step ${retry.fromStep} at half the learning rate.`] : []),
    ...[alarm].filter((text) => text !== undefined),
    ...(metrics ? faultsOf(metrics) : []).map(({ code, sentence }) => `[${code}] ${sentence}`),
  ];
}
