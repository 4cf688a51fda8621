// Lists, shows, stops and resumes runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ModelCard } from '#core/model/messages/card.ts';
import type { StopRequest, TestMetrics } from '#core/model/messages/run.ts';
import { executionNameOf } from '#core/model/run-id.ts';
import { Manifest, type TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { refuseUnknown } from '../datasets/list-datasets.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure } from '../failure.ts';
import { followRun, readEpochs } from './follow-run.ts';
import type { RunOutput, RunsOutput, StopOutput } from './output.ts';
import { listFolders, type RunState, readCurrentModel, readRun, statusOfRun } from './run-facts.ts';
import { outputWithoutMetrics, runOutputOf } from './run-output.ts';

export async function listRuns({ deployment }: Context, dataset: string): Promise<RunsOutput> {
  const ids = await listFolders(deployment.data, keys.runs(checkedDataset(dataset)));
  const states = await Promise.all(ids.map((runId) => readRun(deployment.data, dataset, runId)));
  if (ids.length === 0) await refuseUnknown(deployment, dataset);
  const runs = states.flatMap((state) => (state ? [summaryOf(state)] : []));
  return { dataset, runs };
}

/** Throws ClientFailure if the dataset has no run. */
export async function newestRunId({ deployment }: Context, dataset: string): Promise<string> {
  const [newest] = await listFolders(deployment.data, keys.runs(checkedDataset(dataset)));
  if (newest !== undefined) return newest;
  await refuseUnknown(deployment, dataset);
  throw new ClientFailure(`${dataset} has no run yet.`, { next: `Start one: goldpan fit ${dataset}` });
}

export async function showRun(
  context: Context,
  dataset: string,
  runId: string,
  { follow, page }: { follow: boolean; page?: string | undefined },
): Promise<RunOutput> {
  const { deployment } = context;
  let state = await knownRun(context, dataset, runId);
  if (follow && !state.outcome && state.head) {
    const { attempt } = state.head;
    const executionName = executionNameOf({ runId, attempt });
    await followRun(context, { dataset, runId, attempt, executionName });
    state = await knownRun(context, dataset, runId);
  }
  if (page !== undefined) {
    const object = await deployment.data.get(keys.runPage(dataset, runId));
    if (!object) throw new ClientFailure(`Run ${runId} has no page yet: it is written with the first images.`);
    mkdirSync(dirname(resolve(page)), { recursive: true });
    writeFileSync(resolve(page), object.body);
  }
  const { outcome, head } = state;
  if (!outcome) {
    const epochs = await readEpochs(deployment.data, dataset, runId);
    return outputWithoutMetrics(dataset, { status: 'running', runId, attempt: head?.attempt ?? null, epochs });
  }
  const execution = await deployment.train.describe(executionNameOf(outcome));
  const current = await readCurrentModel(deployment.data, dataset);
  return runOutputOf({ dataset, outcome, execution, promoted: current?.modelId === outcome.modelId });
}

/** Asks the trainer to write a checkpoint and stop. It reads the request between steps. */
export async function stopRun(context: Context, dataset: string, runId: string): Promise<StopOutput> {
  const { outcome } = await knownRun(context, dataset, runId);
  if (outcome) throw new ClientFailure(`Run ${runId} has ended already: ${outcome.status}.`);
  const request: StopRequest = { schemaVersion: 1, by: context.person };
  await writeJson(context.deployment.data, keys.stopRequest(dataset, runId), request);
  return { dataset, runId, requested: true };
}

/** Resumes from the newest checkpoint, with the same snapshot and settings, as the next attempt. */
export async function resumeRun(
  context: Context,
  dataset: string,
  runId: string,
  { wait }: { wait: boolean },
): Promise<RunOutput> {
  const { deployment, notify } = context;
  const { outcome } = await knownRun(context, dataset, runId);
  if (!outcome) {
    throw new ClientFailure(`Run ${runId} is still running, or waits for another worker to take it over.`, {
      next: `Follow it: goldpan runs show ${dataset} ${runId} --follow. Start a worker: goldpan worker`,
    });
  }
  if (outcome.status === 'succeeded')
    throw new ClientFailure(`Run ${runId} has succeeded: there is nothing to resume.`, {
      next: `Train again with another seed: goldpan fit ${dataset} --set seed=2`,
    });
  const { snapshotId, train } = outcome;
  const manifest = await readJson(deployment.data, keys.manifest(dataset, snapshotId), Manifest);
  if (!manifest)
    throw new ClientFailure(`The snapshot ${snapshotId} of run ${runId} is gone.`, { next: `goldpan fit ${dataset}` });
  const { configId } = manifest.value;
  const job: TrainingJob = { runId, dataset, snapshotId, configId, attempt: outcome.attempt + 1, train };
  await deployment.data.delete(keys.stopRequest(dataset, runId));
  const executionName = executionNameOf(job);
  await deployment.train.start(executionName, job);
  if (!wait) return outputWithoutMetrics(dataset, { status: 'started', runId, snapshotId, attempt: job.attempt });
  notify({ type: 'run-started', dataset, runId, attempt: job.attempt });
  await followRun(context, { dataset, runId, attempt: job.attempt, executionName });
  return showRun(context, dataset, runId, { follow: false });
}

async function knownRun({ deployment }: Context, dataset: string, runId: string): Promise<RunState> {
  const state = await readRun(deployment.data, checkedDataset(dataset), runId);
  if (state) return state;
  const card = await readJson(deployment.data, keys.modelCard(dataset, runId), ModelCard);
  if (card)
    throw new ClientFailure(`${runId} is a model of ${dataset}; its run is ${card.value.runId}.`, {
      next: `goldpan runs show ${dataset} ${card.value.runId}`,
    });
  const known = await listFolders(deployment.data, keys.runs(dataset));
  throw new ClientFailure(`${dataset} has no run ${runId}, or no trainer has started it yet.`, {
    next: didYouMean(runId, known) ?? `List the runs: goldpan runs list ${dataset}`,
  });
}

function summaryOf(state: RunState): RunsOutput['runs'][number] {
  const { runId, head, outcome } = state;
  return {
    runId,
    status: statusOfRun(state),
    attempt: head?.attempt ?? outcome?.attempt ?? 1,
    epoch: outcome?.epochs.length ?? head?.epoch ?? 0,
    epochs: head?.epochs ?? outcome?.train.epochs ?? 0,
    modelId: outcome?.modelId ?? null,
    result: outcome?.metrics ? resultOf(outcome.metrics) : null,
  };
}

function resultOf({ selection, figures }: TestMetrics): RunsOutput['runs'][number]['result'] {
  return { name: selection, value: figures[selection] ?? Number.NaN };
}
