// Follows a training: an event for each epoch, progress within it, and one when no trainer starts it.
import { parseJson } from '#core/base/json/parse-json.ts';
import { EpochMetrics, type RunHead, type RunOutcome } from '#core/model/messages/run.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Clock, Context } from '../context.ts';
import type { Execution, Machine } from '../machine.ts';
import { findBusyRun } from './find-busy-run.ts';
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

/** Resolves when the run has an outcome and its execution, if any, has ended, so that promotion is decided, too. */
export async function followRun({ deployment, clock, notify }: Context, run: FollowedRun): Promise<RunEnd> {
  const { dataset, runId, attempt, executionName } = run;
  const execution = watchExecution(deployment.train, executionName, clock);
  const startedAt = clock.now();
  let reported = 0;
  let epochs: EpochMetrics[] = [];
  let toldSeconds: number | undefined;
  let toldAt = startedAt;
  let warned = false;
  try {
    for (;;) {
      const ended = await execution();
      const state = await readRun(deployment.data, dataset, runId);
      const outcome = state?.outcome && state.outcome.attempt >= attempt ? state.outcome : undefined;
      const head = state?.head && state.head.attempt >= attempt ? state.head : undefined;
      if (head && head.epoch > reported) {
        epochs = await readEpochs(deployment.data, dataset, runId);
        while (reported < epochs.length) notify({ type: 'epoch-ended', epochs: epochs.slice(0, ++reported), head });
      }
      if (outcome && (ended || executionName === undefined)) return { outcome, execution: ended };
      if (ended) return { outcome, execution: ended };
      if (head) {
        if (head.seconds !== toldSeconds) toldAt = clock.now();
        toldSeconds = head.seconds;
        const atMostMs = budgetLeftMs(head, clock.now() - toldAt);
        notify({ type: 'run-progress', head, atMostMs });
      }
      if (!head && !warned && clock.now() - startedAt > UNCLAIMED_MS) {
        warned = true;
        const busy = await findBusyRun(deployment, runId, clock.now());
        notify({ type: 'run-unclaimed', runId, ...(busy && { busy }) });
      }
      await clock.sleep(POLL_MS);
    }
  } finally {
    notify({ type: 'run-left' });
  }
}

/** Returns the epochs so far. The last line may be incomplete when it is read. */
export async function readEpochs(data: Store, dataset: string, runId: string): Promise<EpochMetrics[]> {
  const object = await data.get(keys.runMetrics(dataset, runId));
  const lines = new TextDecoder().decode(object?.body).split('\n').filter(Boolean);
  return lines.flatMap((line) => EpochMetrics.safeParse(parseJson(line)).data ?? []);
}

/** Returns the time that the budget leaves. `sinceMs`: since the head was seen to tell its seconds. */
function budgetLeftMs({ budgetMinutes, seconds }: RunHead, sinceMs: number): number | undefined {
  if (budgetMinutes === null || seconds === undefined) return undefined;
  return Math.max(0, (budgetMinutes * 60 - seconds) * 1000 - sinceMs);
}

/** Asks the state machine every few seconds; returns undefined while it runs. */
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
