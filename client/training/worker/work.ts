// goldpan worker: pulls training jobs and runs the trainer on them, on this machine or any other.
import * as z from 'zod';
import { duration } from '#core/base/format.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { TrainingJob } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { TrainerProcess } from '../../../cli/local/trainer-process.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import type { WorkerAnswer } from '../../answers.ts';
import type { Clock } from '../../context.ts';
import { readRun } from '../run-facts.ts';
import type { JobQueue, QueuedJob, TaskAnswers } from './job-queue.ts';

/** A holder that lives renews its lease; one that died does not, and the run is free when the lease ends. */
const LEAST_HELD_SECONDS = 5;

const TaskMessage = z.strictObject({ taskToken: z.string(), job: TrainingJob });

export type WorkerWorld = {
  readonly data: Store;
  readonly queue: JobQueue;
  readonly answers: TaskAnswers;
  readonly startTrainer: (job: TrainingJob) => TrainerProcess;
  readonly terminal: Pick<Terminal, 'say'>;
  readonly clock: Clock;
  /** Aborted when the worker is asked to stop: it then waits for the trainer's checkpoint and hands the job on. */
  readonly stopping: AbortSignal;
};
export type WorkerOptions = {
  /** Stop after one job. */
  readonly once: boolean;
  /** Stop after so long without one. */
  readonly idleExitMs: number | undefined;
  /** For how long a job stays hidden from other workers after this one has died; extended while it lives. */
  readonly hiddenSeconds: number;
};

export async function work(world: WorkerWorld, options: WorkerOptions): Promise<WorkerAnswer> {
  const { queue, clock, terminal, stopping } = world;
  const jobs: WorkerAnswer['jobs'] = [];
  let idleSince = clock.now();
  while (!stopping.aborted) {
    const message = await queue.receive(options.hiddenSeconds, stopping);
    if (message) {
      const job = await handle(world, message, options.hiddenSeconds);
      if (job) jobs.push(job);
      if (job && options.once) break;
      idleSince = clock.now();
    } else if (options.idleExitMs !== undefined && clock.now() - idleSince >= options.idleExitMs) {
      terminal.say(`No job for ${duration(clock.now() - idleSince)}.`);
      break;
    }
  }
  return { jobs };
}

/** Undefined when the message is no job, or another worker is at it. A message that is no job ends in the dead-letter queue. */
async function handle(
  world: WorkerWorld,
  { body, receipt }: QueuedJob,
  hiddenSeconds: number,
): Promise<WorkerAnswer['jobs'][number] | undefined> {
  const { queue, answers, terminal, stopping } = world;
  const parsed = TaskMessage.safeParse(parseJson(body));
  if (!parsed.success) {
    terminal.say(`A message is no training job and is left to the dead-letter queue: ${body.slice(0, 120)}`);
    return undefined;
  }
  const { taskToken, job } = parsed.data;
  const answerDone = async ({ status }: RunOutcome) => {
    await answers.succeed(taskToken, { dataset: job.dataset, runId: job.runId, status });
    await queue.delete(receipt);
    terminal.say(`Run ${job.runId} ${status}.`);
    return { runId: job.runId, status };
  };
  // Delivered again although it was finished: only the answer was lost.
  const before = await outcomeOf(world, job);
  if (before) return answerDone(before);

  if ((await answers.beat(taskToken)) === 'gone') {
    await queue.delete(receipt);
    terminal.say(`Nobody waits for run ${job.runId} any more; it is left alone.`);
    return undefined;
  }
  terminal.say(`Run ${job.runId} of ${job.dataset}, attempt ${job.attempt}.`);
  const trainer = world.startTrainer(job);
  let orphaned = false;
  const stop = () => trainer.stop();
  stopping.addEventListener('abort', stop, { once: true });
  const beating = setInterval(
    () => {
      void beat().catch((error: Error) => terminal.say(`The job could not be extended: ${error.message}`));
    },
    (hiddenSeconds * 1000) / 3,
  );
  const beat = async () => {
    await queue.hide(receipt, hiddenSeconds);
    if ((await answers.beat(taskToken)) === 'waiting') return;
    orphaned = true;
    trainer.stop();
  };
  const { ending, error } = await trainer.exit;
  clearInterval(beating);
  stopping.removeEventListener('abort', stop);

  const outcome = await outcomeOf(world, job);
  if (outcome) return answerDone(outcome);
  if (orphaned) {
    await queue.delete(receipt);
    terminal.say(`Nobody waits for run ${job.runId} any more; it was stopped.`);
    return { runId: job.runId, status: 'orphaned' };
  }
  if (stopping.aborted || ending === 'interrupted') {
    await queue.hide(receipt, 0);
    terminal.say(`Run ${job.runId} was interrupted; another worker goes on from its checkpoint.`);
    return { runId: job.runId, status: 'interrupted' };
  }
  if (ending === 'held') {
    await queue.hide(receipt, await secondsHeld(world, job));
    terminal.say(`Run ${job.runId} is held by another worker.`);
    return undefined;
  }
  await answers.fail(taskToken, error.name, error.message);
  await queue.delete(receipt);
  terminal.say(`Run ${job.runId} failed: ${error.name}: ${error.message}`);
  return { runId: job.runId, status: 'failed' };
}

async function outcomeOf(
  { data }: WorkerWorld,
  { dataset, runId, attempt }: TrainingJob,
): Promise<RunOutcome | undefined> {
  const outcome = (await readRun(data, dataset, runId))?.outcome;
  return outcome && outcome.attempt >= attempt ? outcome : undefined;
}

async function secondsHeld({ data, clock }: WorkerWorld, { dataset, runId }: TrainingJob): Promise<number> {
  const leaseUntil = (await readRun(data, dataset, runId))?.head?.leaseUntil;
  const left = leaseUntil === undefined ? 0 : (Date.parse(leaseUntil) - clock.now()) / 1000;
  return Math.max(LEAST_HELD_SECONDS, Math.ceil(left));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
