// Follows a training: a line an epoch, a bar within it, and a word when nobody picks it up.

import { epochLine } from '#core/model/epoch-line.ts';
import { EpochMetrics, type RunHead, type RunOutcome } from '#core/model/messages/run.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { openProgress } from '../../cli/terminal/progress.ts';
import type { Clock, Context } from '../context.ts';
import type { Execution, Machine } from '../deployment.ts';
import { readRun } from './run-facts.ts';

const POLL_MS = 1_000;
const EXECUTION_POLL_MS = 3_000;
const UNCLAIMED_MS = 20_000;

export type FollowedRun = {
  readonly dataset: string;
  readonly runId: string;
  readonly attempt: number;
  readonly executionName: string | undefined;
};
export type RunEnd = { readonly outcome: RunOutcome | undefined; readonly execution: Execution | undefined };

/** Resolves when the run has an outcome and its execution, where there is one, has ended: then promotion is decided, too. */
export async function followRun({ cloud, clock, terminal }: Context, run: FollowedRun): Promise<RunEnd> {
  const { dataset, runId, attempt, executionName } = run;
  const bar = openProgress(terminal, 'Training ', clock.now);
  const execution = watchExecution(cloud.train, executionName, clock);
  const startedAt = clock.now();
  let told = 0;
  let epochs: EpochMetrics[] = [];
  let toldAt: number | undefined;
  let warned = false;
  try {
    for (;;) {
      const ended = await execution();
      const state = await readRun(cloud.data, dataset, runId);
      const outcome = state?.outcome && state.outcome.attempt >= attempt ? state.outcome : undefined;
      const head = state?.head && state.head.attempt >= attempt ? state.head : undefined;
      if (head && head.epoch > told) {
        epochs = await readEpochs(cloud.data, dataset, runId);
        toldAt = clock.now();
        while (told < epochs.length) terminal.say(epochLine(epochs.slice(0, ++told), head));
      }
      if (outcome && (ended || executionName === undefined)) return { outcome, execution: ended };
      if (ended) return { outcome, execution: ended };
      if (head) {
        toldAt ??= clock.now();
        bar.update(...placeOf(head), budgetLeftMs(head, epochs, clock.now() - toldAt));
      }
      if (!head && !warned && clock.now() - startedAt > UNCLAIMED_MS) {
        warned = true;
        terminal.say('Nobody has picked up the training yet. On AWS Batch an instance may be starting;');
        terminal.say('with workers, start one on this machine or any other: goldpan worker');
      }
      await clock.sleep(POLL_MS);
    }
  } finally {
    bar.end();
  }
}

/** The epochs so far; the last line may be half written when it is read. */
export async function readEpochs(data: Store, dataset: string, runId: string): Promise<EpochMetrics[]> {
  const object = await data.get(keys.runMetrics(dataset, runId));
  const lines = new TextDecoder().decode(object?.body).split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    try {
      return EpochMetrics.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      return [];
    }
  });
}

function placeOf({ phase, epoch, epochs, step, stepsPerEpoch }: RunHead): [number, number, string] {
  // A budget or patience may end the training long before its last epoch.
  if (phase === 'scoring') return [step, step, 'scoring it on what it has not seen'];
  return [step, epochs * stepsPerEpoch, `epoch ${Math.min(epoch + 1, epochs)} of ${epochs}`];
}

/** What a budget leaves: no more than that, whatever the steps left would take. `sinceMs`: since the last of `done` ended. */
function budgetLeftMs({ budgetMinutes }: RunHead, done: readonly EpochMetrics[], sinceMs: number): number | undefined {
  if (budgetMinutes === null) return undefined;
  const spentMs = done.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  return Math.max(0, budgetMinutes * 60_000 - spentMs - sinceMs);
}

/** Asks the state machine now and then only; undefined while it runs. */
function watchExecution(
  machine: Machine,
  name: string | undefined,
  clock: Clock,
): () => Promise<Execution | undefined> {
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (name === undefined || clock.now() - askedAt < EXECUTION_POLL_MS) return undefined;
    askedAt = clock.now();
    const execution = await machine.describe(name);
    return execution?.status === 'RUNNING' ? undefined : execution;
  };
}
