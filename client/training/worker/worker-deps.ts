// The dependencies of a worker, and the events that it reports.
import type { IndexJob, TrainingJob } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { Clock } from '../../context.ts';
import type { JobQueue, TaskCallbacks } from './job-queue.ts';

/** After this many processes of one job were killed from outside, the job fails instead of being tried again. */
export const MOST_KILLS = 3;

export type JobExit = {
  /** `interrupted`: stopped at a checkpoint. `killed`: ended from outside. `held`: another trainer has the run. */
  readonly ending: 'done' | 'interrupted' | 'killed' | 'held' | 'failed';
  /** Name and message of the error, if its last lines contain them. */
  readonly error: { readonly name: string; readonly message: string };
};
export type JobProcess = { readonly exit: Promise<JobExit>; stop(): void };

export type WorkerEvent =
  | { readonly type: 'idle'; readonly idleMs: number }
  | { readonly type: 'not-a-job'; readonly body: string }
  | { readonly type: 'run-started'; readonly dataset: string; readonly runId: string; readonly attempt: number }
  | { readonly type: 'run-ended'; readonly runId: string; readonly status: string }
  /** Its execution has ended. `stopped`: the trainer was running and was stopped. */
  | { readonly type: 'run-unwanted'; readonly runId: string; readonly stopped: boolean }
  | { readonly type: 'extension-failed'; readonly reason: string }
  | { readonly type: 'run-interrupted' | 'run-held'; readonly runId: string }
  | { readonly type: 'run-failed'; readonly runId: string; readonly error: string; readonly reason: string }
  | { readonly type: 'index-started'; readonly dataset: string; readonly snapshotId: string }
  | { readonly type: 'index-ended'; readonly snapshotId: string; readonly shards: number }
  | { readonly type: 'index-unwanted' | 'index-interrupted'; readonly snapshotId: string }
  | { readonly type: 'index-failed'; readonly snapshotId: string; readonly error: string; readonly reason: string };

export type WorkerDeps = {
  readonly data: Store;
  readonly queue: JobQueue;
  readonly callbacks: TaskCallbacks;
  readonly startTrainer: (job: TrainingJob) => JobProcess;
  readonly startIndexer: (job: IndexJob) => JobProcess;
  readonly notify: (event: WorkerEvent) => void;
  readonly clock: Clock;
  /** Aborted when the worker is asked to stop: a training writes a checkpoint, and the job is left to another worker. */
  readonly stopping: AbortSignal;
};
