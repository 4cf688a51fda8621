// Assembles a snapshot, checks the gate, trains, and follows the run to its model.

import type { RunOutcome } from '#core/model/messages/run.ts';
import type { AssembleRequest, Sealed } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { readConfig } from '../datasets/read-status.ts';
import { ClientFailure } from '../failure.ts';
import type { Execution, Machine } from '../machine.ts';
import { unknownModel } from '../models/unknown-model.ts';
import { assemble } from './assemble.ts';
import { datasetFingerprint } from './fingerprint.ts';
import { followRun } from './follow-run.ts';
import { gateSentences } from './gate-sentences.ts';
import type { RunOutput } from './output.ts';
import { latestQuality, readCurrentModel, readRun } from './run-facts.ts';
import { outputWithoutMetrics, runOutputOf } from './run-output.ts';
import { withBudgetEpochs } from './settings/budget-epochs.ts';
import { checkFamily } from './settings/check-family.ts';
import { type FitSettings, trainOverrides } from './settings/fit-settings.ts';

/** After this many failures another attempt does not help. */
const MOST_ATTEMPTS = 20;

export type FitOptions = FitSettings & { readonly wait: boolean; readonly force: boolean };

/** Throws ClientFailure for settings that no training takes. What `from` names is looked up later. */
export function checkFit(settings: FitSettings): void {
  trainOverrides({ ...settings, from: undefined });
}

/**
 * Trains a model. Returns the existing run where the same data and settings were trained before; a failed or stopped run
 * resumes as its next attempt. Throws ClientFailure for a family of models that does not train on such data.
 */
export async function fitDataset(context: Context, givenDataset: string, options: FitOptions): Promise<RunOutput> {
  const { deployment, notify } = context;
  const dataset = checkedDataset(givenDataset);
  const given = trainOverrides({ ...options, from: await parentOf(context, dataset, options.from) });
  const current = await readConfig(deployment.data, dataset);
  const request: Omit<AssembleRequest, 'attempt'> = {
    dataset,
    trigger: 'manual',
    train: current ? withBudgetEpochs(given, current.config) : given,
    force: options.force ? context.person : null,
  };
  if (current) checkFamily(current.config.kind, request.train.model ?? current.config.train.model);
  const fingerprint = await datasetFingerprint(context, request);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const { begun, sealed } = await assemble(context, fingerprint, { ...request, attempt });
    if (!sealed) continue;
    await announceSnapshot(context, sealed);
    if (!sealed.job) {
      const reason = gateSentences(sealed.gate).join('\n');
      return outputWithoutMetrics(dataset, {
        status: 'refused',
        snapshotId: sealed.snapshotId,
        gate: sealed.gate,
        reason,
      });
    }
    const { runId } = sealed.job;
    const before = begun === 'exists' ? (await readRun(deployment.data, dataset, runId))?.outcome : undefined;
    if (before && before.attempt >= attempt) {
      if (before.status !== 'succeeded') continue;
      notify({ type: 'run-found', runId });
      return endOf(context, sealed, before);
    }
    // The execution ended without an outcome: the next attempt resumes from the newest checkpoint.
    if (begun === 'exists' && !before && (await hasFailed(deployment.train, sealed.executionName))) continue;
    return followToEnd(context, sealed, options.wait);
  }
  throw new ClientFailure(`${MOST_ATTEMPTS} attempts with this data and these settings did not succeed.`, {
    next: `See why: goldpan runs list ${dataset}. Change a setting with --set, for example --set seed=2.`,
  });
}

async function followToEnd(context: Context, sealed: Sealed, wait: boolean): Promise<RunOutput> {
  const { dataset, snapshotId, gate, job, executionName } = sealed;
  if (!job) throw new ClientFailure('The gate passed, but there is no training job.');
  const { runId, attempt } = job;
  if (!wait) return outputWithoutMetrics(dataset, { status: 'started', runId, snapshotId, attempt, gate });
  context.notify({ type: 'run-started', dataset, runId, attempt });
  const { outcome, execution } = await followRun(context, {
    dataset,
    runId,
    attempt,
    executionName: executionName ?? undefined,
  });
  if (!outcome) {
    throw new ClientFailure(
      `The training ended without a result: ${execution?.cause ?? execution?.status ?? 'unknown'}`,
      {
        next: `Look at the log of the worker or of AWS Batch, then try again: goldpan fit ${dataset}`,
      },
    );
  }
  return endOf(context, sealed, outcome, execution);
}

/** Returns the id that `from` stands for. Throws ClientFailure where there is no such model. */
async function parentOf(
  { deployment }: Context,
  dataset: string,
  from: string | undefined,
): Promise<string | undefined> {
  if (from === undefined) return undefined;
  const modelId = from === 'current' ? (await readCurrentModel(deployment.data, dataset))?.modelId : from;
  if (modelId === undefined)
    throw new ClientFailure(`No model of ${dataset} serves yet.`, { next: `goldpan models list ${dataset}` });
  if (await deployment.data.head(keys.modelCard(dataset, modelId))) return modelId;
  throw await unknownModel(deployment.data, dataset, modelId);
}

async function hasFailed(machine: Machine, name: string | null): Promise<boolean> {
  const execution = name === null ? undefined : await machine.describe(name);
  return execution !== undefined && !['RUNNING', 'SUCCEEDED'].includes(execution.status);
}

async function endOf({ deployment }: Context, { dataset, gate }: Sealed, outcome: RunOutcome, execution?: Execution) {
  const current = await readCurrentModel(deployment.data, dataset);
  return runOutputOf({ dataset, gate, outcome, execution, promoted: current?.modelId === outcome.modelId });
}

async function announceSnapshot({ deployment, notify }: Context, { dataset, snapshotId, gate }: Sealed): Promise<void> {
  const quality = await latestQuality(deployment.data, dataset);
  if (quality?.snapshotId === snapshotId)
    notify({ type: 'snapshot-sealed', snapshotId, items: quality.items, splits: quality.splits });
  notify({ type: 'gate-decided', gate });
}
