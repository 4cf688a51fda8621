// goldpan runs list | show | stop | resume
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { spoken } from '#core/model/metrics.ts';
import { executionNameOf } from '#core/model/run-id.ts';
import { Manifest, type TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { table } from '../../cli/terminal/format.ts';
import type { RunAnswer, RunsAnswer, StopAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import { CommandFailure } from '../failure.ts';
import { followRun, readEpochs } from './follow-run.ts';
import { answerOf, emptyAnswer } from './run-answer.ts';
import { listFolders, type RunState, readCurrentModel, readRun, statusOfRun } from './run-facts.ts';

export async function listRuns({ cloud }: Context, dataset: string): Promise<RunsAnswer> {
  const ids = await listFolders(cloud.data, keys.runs(checkedDataset(dataset)));
  const states = await Promise.all(ids.map((runId) => readRun(cloud.data, dataset, runId)));
  const runs = states.flatMap((state) => (state ? [summaryOf(state)] : []));
  return { dataset, runs };
}

export async function showRun(
  context: Context,
  dataset: string,
  runId: string,
  { follow, page }: { follow: boolean; page?: string | undefined },
): Promise<RunAnswer> {
  const { cloud, terminal } = context;
  let state = await knownRun(context, dataset, runId);
  if (follow && !state.outcome && state.head) {
    const { attempt } = state.head;
    const executionName = executionNameOf({ runId, attempt });
    await followRun(context, { dataset, runId, attempt, executionName });
    state = await knownRun(context, dataset, runId);
  }
  if (page !== undefined) {
    const object = await cloud.data.get(keys.runPage(dataset, runId));
    if (!object) throw new CommandFailure(`Run ${runId} has no page yet: it comes with the first pictures.`);
    writeFileSync(resolve(page), object.body);
    terminal.say(`The page: ${resolve(page)}`);
  }
  const { outcome, head } = state;
  if (!outcome) {
    const epochs = await readEpochs(cloud.data, dataset, runId);
    return emptyAnswer(dataset, { status: 'running', runId, attempt: head?.attempt ?? null, epochs });
  }
  const execution = await cloud.train.describe(executionNameOf(outcome));
  const current = await readCurrentModel(cloud.data, dataset);
  return answerOf({ dataset, outcome, execution, promoted: current?.modelId === outcome.modelId });
}

/** Asks the trainer to write a checkpoint and stop; it looks at the request between steps. */
export async function stopRun(context: Context, dataset: string, runId: string): Promise<StopAnswer> {
  const { outcome } = await knownRun(context, dataset, runId);
  if (outcome) throw new CommandFailure(`Run ${runId} has ${outcome.status} already.`);
  await writeJson(context.cloud.data, keys.stopRequest(dataset, runId), { by: context.person });
  return { dataset, runId, requested: true };
}

/** Goes on from the newest checkpoint, with the same snapshot and settings, as the next attempt. */
export async function resumeRun(
  context: Context,
  dataset: string,
  runId: string,
  { wait }: { wait: boolean },
): Promise<RunAnswer> {
  const { cloud, terminal } = context;
  const { outcome } = await knownRun(context, dataset, runId);
  if (!outcome) {
    throw new CommandFailure(`Run ${runId} is still running, or its worker died and another will take it over.`, {
      next: `goldpan runs show ${dataset} ${runId} --follow; with workers, is one running? goldpan worker`,
    });
  }
  if (outcome.status === 'succeeded')
    throw new CommandFailure(`Run ${runId} has succeeded: there is nothing to resume.`, {
      next: `goldpan fit ${dataset} --set seed=2 trains anew.`,
    });
  const { snapshotId, train } = outcome;
  const manifest = await readJson(cloud.data, keys.manifest(dataset, snapshotId), Manifest);
  if (!manifest)
    throw new CommandFailure(`The snapshot ${snapshotId} of run ${runId} is gone.`, { next: `goldpan fit ${dataset}` });
  const { configId } = manifest.value;
  const job: TrainingJob = { runId, dataset, snapshotId, configId, attempt: outcome.attempt + 1, train };
  await cloud.data.delete(keys.stopRequest(dataset, runId));
  const executionName = executionNameOf(job);
  await cloud.train.start(executionName, job);
  if (!wait) return emptyAnswer(dataset, { status: 'started', runId, snapshotId, attempt: job.attempt });
  terminal.say(`Run ${runId}, attempt ${job.attempt}.`);
  await followRun(context, { dataset, runId, attempt: job.attempt, executionName });
  return showRun(context, dataset, runId, { follow: false });
}

export function printRuns({ dataset, runs }: RunsAnswer): string {
  if (runs.length === 0) return `No run of ${dataset} yet. goldpan fit ${dataset}`;
  const rows = runs.map(({ runId, status, attempt, epoch, epochs, result, modelId }) => [
    runId,
    status,
    String(attempt),
    `${epoch}/${epochs}`,
    result === null ? '-' : spoken(result.name, result.value),
    modelId ?? '-',
  ]);
  return table([['run', 'status', 'attempt', 'epoch', 'on the test split', 'model'], ...rows]);
}

async function knownRun({ cloud }: Context, dataset: string, runId: string): Promise<RunState> {
  const state = await readRun(cloud.data, checkedDataset(dataset), runId);
  if (state) return state;
  throw new CommandFailure(`${dataset} has no run ${runId}, or nobody has picked it up yet.`, {
    next: `goldpan runs list ${dataset}`,
  });
}

function summaryOf(state: RunState): RunsAnswer['runs'][number] {
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

function resultOf({ selection, figures }: TestMetrics): RunsAnswer['runs'][number]['result'] {
  return { name: selection, value: figures[selection] ?? Number.NaN };
}
