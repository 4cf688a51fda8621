// Takes jobs from the queue and runs them on this machine: trainings, and the indexing of datasets too large for a function.
import * as z from 'zod';
import { parseJson } from '#core/base/json/parse-json.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { TrainingJob } from '#core/snapshot/messages.ts';
import { readRun } from '../run-facts.ts';
import { holdMessage } from './held-message.ts';
import { handleIndexMessage, IndexMessage } from './index-job.ts';
import type { QueuedJob } from './job-queue.ts';
import { keepHidden } from './keep-hidden.ts';
import type { WorkerOutput } from './output.ts';
import { MOST_KILLS, type WorkerDeps } from './worker-deps.ts';

/** A living holder renews its lease; after a crash the run is free when the lease ends. */
const LEAST_HELD_SECONDS = 5;

/** `kills`: trainers of this job that were killed from outside so far. */
const TaskMessage = z.strictObject({ taskToken: z.string(), job: TrainingJob, kills: z.int().min(0).default(0) });

export type WorkerOptions = {
  /** Stop after one job. */
  readonly once: boolean;
  /** Stop after this long without one. */
  readonly idleExitMs: number | undefined;
  /** Time a job stays hidden from other workers after a crash of this one; extended while it lives. */
  readonly hiddenSeconds: number;
};

export async function runWorker(deps: WorkerDeps, options: WorkerOptions): Promise<WorkerOutput> {
  const { queue, clock, notify, stopping } = deps;
  const jobs: WorkerOutput['jobs'] = [];
  let idleSince = clock.now();
  while (!stopping.aborted) {
    const message = await queue.receive(options.hiddenSeconds, stopping);
    if (message) {
      const job = await handle(deps, message, options.hiddenSeconds);
      if (job) jobs.push(job);
      if (job && options.once) break;
      idleSince = clock.now();
    } else if (options.idleExitMs !== undefined && clock.now() - idleSince >= options.idleExitMs) {
      notify({ type: 'idle', idleMs: clock.now() - idleSince });
      break;
    }
  }
  return { jobs };
}

/** Returns undefined when the message is not a job, or another worker holds the run. */
async function handle(
  deps: WorkerDeps,
  queued: QueuedJob,
  hiddenSeconds: number,
): Promise<WorkerOutput['jobs'][number] | undefined> {
  const { callbacks, notify, stopping } = deps;
  const indexing = IndexMessage.safeParse(parseJson(queued.body));
  if (indexing.success) return handleIndexMessage(deps, indexing.data, queued, hiddenSeconds);
  const parsed = TaskMessage.safeParse(parseJson(queued.body));
  if (!parsed.success) {
    notify({ type: 'not-a-job', body: queued.body });
    return undefined;
  }
  const { taskToken, job, kills } = parsed.data;
  const message = holdMessage(deps.queue, deps.clock, queued, hiddenSeconds);
  const reportDone = async ({ status }: RunOutcome) => {
    await callbacks.succeed(taskToken, { dataset: job.dataset, runId: job.runId, status });
    await message.delete();
    notify({ type: 'run-ended', runId: job.runId, status });
    return { runId: job.runId, status };
  };
  // Delivered again although it was finished: only the callback was lost.
  const before = await outcomeOf(deps, job);
  if (before) return reportDone(before);

  if ((await callbacks.beat(taskToken)) === 'gone') {
    await message.delete();
    notify({ type: 'run-unwanted', runId: job.runId, stopped: false });
    return undefined;
  }
  notify({ type: 'run-started', dataset: job.dataset, runId: job.runId, attempt: job.attempt });
  const trainer = deps.startTrainer(job);
  const held = { taskToken, hiddenSeconds, extend: message.extend };
  const hidden = keepHidden(deps, held, () => trainer.stop());
  const { ending, error } = await trainer.exit;
  hidden.end();

  const outcome = await outcomeOf(deps, job);
  if (outcome) return reportDone(outcome);
  if (hidden.isOrphaned()) {
    await message.delete();
    notify({ type: 'run-unwanted', runId: job.runId, stopped: true });
    return { runId: job.runId, status: 'orphaned' };
  }
  if (ending === 'killed' && !stopping.aborted && kills + 1 === MOST_KILLS) {
    const reason = `The trainer was killed ${MOST_KILLS} times by the system, probably for lack of memory. Train on a larger machine, or train a smaller model.`;
    await callbacks.fail(taskToken, 'TrainerKilled', reason);
    await message.delete();
    notify({ type: 'run-failed', runId: job.runId, error: 'TrainerKilled', reason });
    return { runId: job.runId, status: 'failed' };
  }
  if (stopping.aborted || ending === 'interrupted' || ending === 'killed') {
    const killed = ending === 'killed' && !stopping.aborted;
    await message.giveBack(
      0,
      JSON.stringify({ taskToken, job, ...(killed ? { kills: kills + 1 } : kills > 0 && { kills }) }),
    );
    notify({ type: 'run-interrupted', runId: job.runId });
    return { runId: job.runId, status: 'interrupted' };
  }
  if (ending === 'held') {
    await message.giveBack(await secondsHeld(deps, job));
    notify({ type: 'run-held', runId: job.runId });
    return undefined;
  }
  await callbacks.fail(taskToken, error.name, error.message);
  await message.delete();
  notify({ type: 'run-failed', runId: job.runId, error: error.name, reason: error.message });
  return { runId: job.runId, status: 'failed' };
}

async function outcomeOf(
  { data }: WorkerDeps,
  { dataset, runId, attempt }: TrainingJob,
): Promise<RunOutcome | undefined> {
  const outcome = (await readRun(data, dataset, runId))?.outcome;
  return outcome && outcome.attempt >= attempt ? outcome : undefined;
}

async function secondsHeld({ data, clock }: WorkerDeps, { dataset, runId }: TrainingJob): Promise<number> {
  const leaseUntil = (await readRun(data, dataset, runId))?.head?.leaseUntil;
  const left = leaseUntil === undefined ? 0 : (Date.parse(leaseUntil) - clock.now()) / 1000;
  return Math.max(LEAST_HELD_SECONDS, Math.ceil(left));
}
