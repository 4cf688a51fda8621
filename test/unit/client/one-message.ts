// A worker's dependencies with a queue of one message, and a list of everything that was done to it and answered.
import type { JobExit, WorkerDeps } from '#client/training/worker/worker-deps.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import { DATASET, RUN_ID } from './run-records.ts';

export const JOB: TrainingJob = {
  runId: RUN_ID,
  dataset: DATASET,
  snapshotId: 'snapshot-1',
  configId: 'config',
  attempt: 1,
  train: TrainConfig.parse({}),
};
export const OPTIONS = { once: true, idleExitMs: 1_000, hiddenSeconds: 120 };
export const FAILED: JobExit = { ending: 'failed', error: { name: 'OutOfMemory', message: 'no memory left' } };
export const DONE: JobExit = { ending: 'done', error: { name: '', message: '' } };

type Given = {
  body?: string;
  gone?: boolean;
  goneAfterBeats?: number;
  train?: (stop: Promise<void>) => Promise<JobExit>;
  stopping?: AbortSignal;
};

/** A queue with one message, and a list of everything that was done to it and answered. */
export function depsOf({
  body = JSON.stringify({ taskToken: 'token', job: JOB }),
  gone = false,
  goneAfterBeats = gone ? 0 : 1e9,
  ...given
}: Given = {}) {
  const log: string[] = [];
  const sent: string[] = [];
  const data = memoryStore();
  let now = 0;
  let delivered = 0;
  let beats = 0;
  const answered = async (what: string) => {
    log.push(what);
    return gone ? ('gone' as const) : ('taken' as const);
  };
  const deps: WorkerDeps = {
    data,
    queue: {
      receive: async () => {
        now += 10_000;
        return delivered++ === 0 ? { body, receipt: 'receipt' } : undefined;
      },
      hide: async (_receipt, seconds) => void log.push(`hide ${seconds}`),
      delete: async () => void log.push('delete'),
      send: async (text, seconds) => {
        sent.push(text);
        log.push(`send ${seconds}`);
      },
    },
    callbacks: {
      beat: async () => (beats++ < goneAfterBeats ? 'waiting' : 'gone'),
      succeed: (token, output) =>
        answered(`succeed ${token} ${(output as { status?: string }).status ?? JSON.stringify(output)}`),
      fail: (token, error, cause) => answered(`fail ${token} ${error}: ${cause}`),
    },
    startTrainer: (job) => {
      log.push(`train ${job.runId}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      return { exit: (given.train ?? (async () => DONE))(promise), stop: resolve };
    },
    startIndexer: (job) => {
      log.push(`index ${job.snapshotId}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      return { exit: (given.train ?? (async () => DONE))(promise), stop: resolve };
    },
    notify: () => undefined,
    clock: { now: () => now, sleep: async () => undefined },
    stopping: given.stopping ?? new AbortController().signal,
  };
  return { deps, log, sent, data };
}
