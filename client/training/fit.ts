// goldpan fit: assembles a snapshot, asks the gate, trains, and follows it all to the promoted model.

import { count } from '#core/base/format.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { type AssembleRequest, Sealed } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { plural } from '../../cli/terminal/format.ts';
import type { RunAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import type { Execution, Machine } from '../deployment.ts';
import { CommandFailure } from '../failure.ts';
import { assembleName, fingerprintOf } from './fingerprint.ts';
import { type FitSettings, trainOverrides } from './fit-settings.ts';
import { followExecution } from './follow-execution.ts';
import { followRun } from './follow-run.ts';
import { answerOf, emptyAnswer, printGate } from './run-answer.ts';
import { latestQuality, readCurrentModel, readRun } from './run-facts.ts';

/** A run that failed so often fails for a reason that another try does not mend. */
const MOST_ATTEMPTS = 20;

export type FitOptions = FitSettings & { readonly wait: boolean; readonly force: boolean };

/** Data and settings that were trained on before give the run that exists; one that failed or was stopped goes on as its next attempt. */
export async function fitDataset(context: Context, givenDataset: string, options: FitOptions): Promise<RunAnswer> {
  const { cloud, terminal } = context;
  const dataset = checkedDataset(givenDataset);
  const request: Omit<AssembleRequest, 'attempt'> = {
    dataset,
    trigger: 'manual',
    train: trainOverrides({ ...options, from: await parentOf(context, dataset, options.from) }),
    force: options.force ? context.person : null,
  };
  const fingerprint = await fingerprintOf(context, request);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const name = assembleName(dataset, fingerprint, attempt);
    const begun = await cloud.assemble.start(name, { ...request, attempt });
    terminal.live(`Assembling ${dataset}`);
    const assembled = await followExecution(cloud.assemble, name, context.clock);
    terminal.live(undefined);
    if (assembled.status !== 'SUCCEEDED') {
      if (begun === 'exists') continue;
      throw new CommandFailure(`Assembling ${dataset} failed: ${assembled.cause ?? assembled.status}`, {
        next: 'Try again; if it fails again, look at the execution in Step Functions.',
      });
    }
    const sealed = Sealed.parse(assembled.output);
    await sayWhatWasAssembled(context, sealed);
    if (!sealed.job) {
      const reason = printGate(sealed.gate).join('\n');
      return emptyAnswer(dataset, { status: 'refused', snapshotId: sealed.snapshotId, gate: sealed.gate, reason });
    }
    const { runId } = sealed.job;
    const before = begun === 'exists' ? (await readRun(cloud.data, dataset, runId))?.outcome : undefined;
    if (before && before.attempt >= attempt) {
      if (before.status !== 'succeeded') continue;
      terminal.say(`The same data and settings were trained on before: run ${runId}.`);
      return endOf(context, sealed, before);
    }
    // Its worker or its emulator went away before there was anything to tell: what checkpoint there is, the next goes on from.
    if (begun === 'exists' && !before && (await hasFailed(cloud.train, sealed.executionName))) continue;
    return followToEnd(context, sealed, options.wait);
  }
  throw new CommandFailure(`${MOST_ATTEMPTS} attempts with this data and these settings did not succeed.`, {
    next: `See why: goldpan runs list ${dataset}. Change a setting with --set, for example --set seed=2.`,
  });
}

async function followToEnd(context: Context, sealed: Sealed, wait: boolean): Promise<RunAnswer> {
  const { terminal } = context;
  const { dataset, snapshotId, gate, job, executionName } = sealed;
  if (!job) throw new CommandFailure('The gate passed, but no job came of it.');
  const { runId, attempt } = job;
  if (!wait) return emptyAnswer(dataset, { status: 'started', runId, snapshotId, attempt, gate });
  terminal.say(
    `Run ${runId}${attempt > 1 ? `, attempt ${attempt}` : ''}. Ctrl-C leaves it running; goldpan runs show ${dataset} ${runId} --follow comes back to it.`,
  );
  const { outcome, execution } = await followRun(context, {
    dataset,
    runId,
    attempt,
    executionName: executionName ?? undefined,
  });
  if (!outcome) {
    throw new CommandFailure(
      `The training ended without an outcome: ${execution?.cause ?? execution?.status ?? 'unknown'}`,
      {
        next: `Look at the worker's output, then: goldpan fit ${dataset}`,
      },
    );
  }
  return endOf(context, sealed, outcome, execution);
}

/** The id that `--from` means. Throws CommandFailure where there is no such model. */
async function parentOf({ cloud }: Context, dataset: string, from: string | undefined): Promise<string | undefined> {
  if (from === undefined) return undefined;
  const modelId = from === 'current' ? (await readCurrentModel(cloud.data, dataset))?.modelId : from;
  if (modelId !== undefined && (await cloud.data.head(keys.modelCard(dataset, modelId)))) return modelId;
  throw new CommandFailure(
    from === 'current' ? `No model of ${dataset} serves yet.` : `${dataset} has no model ${from}.`,
    {
      next: `goldpan models list ${dataset}`,
    },
  );
}

async function hasFailed(machine: Machine, name: string | null): Promise<boolean> {
  const execution = name === null ? undefined : await machine.describe(name);
  return execution !== undefined && !['RUNNING', 'SUCCEEDED'].includes(execution.status);
}

async function endOf({ cloud }: Context, { dataset, gate }: Sealed, outcome: RunOutcome, execution?: Execution) {
  const current = await readCurrentModel(cloud.data, dataset);
  return answerOf({ dataset, gate, outcome, execution, promoted: current?.modelId === outcome.modelId });
}

async function sayWhatWasAssembled({ cloud, terminal }: Context, { dataset, snapshotId, gate }: Sealed): Promise<void> {
  const quality = await latestQuality(cloud.data, dataset);
  if (quality?.snapshotId === snapshotId) {
    const { items, splits } = quality;
    const duplicates = items.accepted - items.distinct;
    terminal.say(
      `Snapshot ${snapshotId.slice(0, 16)}: ${plural(items.distinct, 'distinct item')}` +
        `${duplicates > 0 ? ` (${plural(duplicates, 'duplicate')} left out)` : ''}: ` +
        `${count(splits.train)} train, ${count(splits.validation)} validation, ${count(splits.test)} test.`,
    );
  }
  if (gate.outcome === 'passed') for (const line of printGate(gate)) terminal.say(line);
}
