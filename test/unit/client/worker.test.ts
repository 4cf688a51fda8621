import { expect, test, vi } from 'vitest';
import { runWorker } from '#client/training/worker/work.ts';
import type { JobExit } from '#client/training/worker/worker-deps.ts';
import { DONE, depsOf, FAILED, JOB, OPTIONS } from './one-message.ts';
import { RUN_ID, writeHead, writeOutcome } from './run-records.ts';

test('a run with an outcome is answered first and its message deleted after', async () => {
  const { deps, log, data } = depsOf({
    train: async () => {
      await writeOutcome(data);
      return DONE;
    },
  });
  expect(await runWorker(deps, OPTIONS)).toEqual({ jobs: [{ runId: RUN_ID, status: 'succeeded' }] });
  expect(log).toEqual([`train ${RUN_ID}`, 'succeed token succeeded', 'delete']);
});

test('a failure of the domain is an outcome, too: the state machine reads it', async () => {
  const { deps, log, data } = depsOf({
    train: async () => {
      await writeOutcome(data, { status: 'failed', modelId: null });
      return DONE;
    },
  });
  await runWorker(deps, OPTIONS);
  expect(log).toContain('succeed token failed');
});

test('a message delivered again after the run was finished is answered without training', async () => {
  const { deps, log, data } = depsOf({ gone: true });
  await writeOutcome(data);
  await runWorker(deps, OPTIONS);
  expect(log).toEqual(['succeed token succeeded', 'delete']);
});

test('a trainer that fails without an outcome fails the task with the name of its error', async () => {
  const { deps, log } = depsOf({ train: async () => FAILED });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([{ runId: RUN_ID, status: 'failed' }]);
  expect(log).toEqual([`train ${RUN_ID}`, 'fail token OutOfMemory: no memory left', 'delete']);
});

test('a worker that is stopped waits for the checkpoint and shows the job to others at once', async () => {
  const stop = new AbortController();
  const { deps, log } = depsOf({
    stopping: stop.signal,
    train: async (asked) => {
      setTimeout(() => stop.abort(), 5);
      await asked;
      return { ...FAILED, ending: 'interrupted' as const };
    },
  });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([{ runId: RUN_ID, status: 'interrupted' }]);
  expect(log).toEqual([`train ${RUN_ID}`, 'send 0', 'delete']);
});

test('a trainer killed from outside leaves the job to the next; the third such end is the last', async () => {
  const killed = async () => ({ ...FAILED, ending: 'killed' as const });
  let body = JSON.stringify({ taskToken: 'token', job: JOB });
  for (let kills = 1; kills < 3; kills++) {
    const { deps, log, sent } = depsOf({ body, train: killed });
    await runWorker(deps, OPTIONS);
    expect(log).toEqual([`train ${RUN_ID}`, 'send 0', 'delete']);
    body = sent[0] as string;
    expect(JSON.parse(body)).toEqual({ taskToken: 'token', job: JOB, kills });
  }
  const { deps, log } = depsOf({ body, train: killed });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([{ runId: RUN_ID, status: 'failed' }]);
  expect(log).toEqual([`train ${RUN_ID}`, expect.stringMatching(/^fail token TrainerKilled: .*3 times/), 'delete']);
});

test('any number of workers that are stopped one after the other leave the job in the queue, as new as on the first day', async () => {
  let body = JSON.stringify({ taskToken: 'token', job: JOB });
  for (let i = 0; i < 11; i++) {
    const { deps, sent } = depsOf({ body, train: async () => ({ ...FAILED, ending: 'interrupted' }) });
    await runWorker(deps, OPTIONS);
    expect(sent).toEqual([JSON.stringify({ taskToken: 'token', job: JOB })]);
    body = sent[0] as string;
  }
});

test('a job that nobody waits for is deleted and not trained', async () => {
  const { deps, log } = depsOf({ gone: true });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([]);
  expect(log).toEqual(['delete']);
});

test('while it trains the job stays hidden; when nobody waits for it any more, it is stopped', async () => {
  const { deps, log } = depsOf({
    goneAfterBeats: 1,
    train: async (asked) => {
      await asked;
      return { ...FAILED, ending: 'interrupted' as const };
    },
  });
  expect((await runWorker(deps, { ...OPTIONS, hiddenSeconds: 0.03 })).jobs).toEqual([
    { runId: RUN_ID, status: 'orphaned' },
  ]);
  expect(log).toEqual([`train ${RUN_ID}`, 'delete']);
});

test('a run that another worker holds is looked at again when its lease ends', async () => {
  const { deps, log, data } = depsOf({ train: async () => ({ ...FAILED, ending: 'held' }) });
  await writeHead(data, { leaseUntil: new Date(10_000 + 25_000).toISOString() });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([]);
  expect(log).toEqual([`train ${RUN_ID}`, 'send 25', 'delete']);
});

test('a message that is no job is neither answered nor deleted', async () => {
  const { deps, log } = depsOf({ body: '{"hello":1}' });
  expect((await runWorker(deps, OPTIONS)).jobs).toEqual([]);
  expect(log).toEqual([]);
});

test('the outcome of an earlier attempt answers no later one', async () => {
  const body = JSON.stringify({ taskToken: 'token', job: { ...JOB, attempt: 2 } });
  const { deps, log, data } = depsOf({ body, train: async () => FAILED });
  await writeOutcome(data, { attempt: 1 });
  await runWorker(deps, OPTIONS);
  expect(log).toEqual([`train ${RUN_ID}`, 'fail token OutOfMemory: no memory left', 'delete']);
});

test('the job is hidden anew before it would be shown to others', async () => {
  vi.useFakeTimers();
  try {
    const { promise, resolve } = Promise.withResolvers<JobExit>();
    const { deps, log } = depsOf({ train: () => promise });
    const working = runWorker(deps, OPTIONS);
    await vi.advanceTimersByTimeAsync(OPTIONS.hiddenSeconds * 1000 - 1);
    expect(log.filter((line) => line === `hide ${OPTIONS.hiddenSeconds}`)).toHaveLength(2);
    resolve(DONE);
    await working;
  } finally {
    vi.useRealTimers();
  }
});

test('before SQS shows a message again after 12 hours, it is sent anew; the training goes on, and is stopped when nobody waits', async () => {
  vi.useFakeTimers();
  try {
    const { deps, log } = depsOf({
      goneAfterBeats: 1_000,
      train: async (asked) => {
        await asked;
        return { ...FAILED, ending: 'interrupted' as const };
      },
    });
    const working = runWorker({ ...deps, clock: { ...deps.clock, now: () => Date.now() } }, OPTIONS);
    await vi.advanceTimersByTimeAsync(10.9 * 3_600_000);
    expect(log).not.toContain('send 900');
    await vi.advanceTimersByTimeAsync(13 * 3_600_000);
    await working;
    expect(log.filter((line) => !line.startsWith('hide'))).toEqual([`train ${RUN_ID}`, 'send 900', 'delete']);
    // None fails for being hidden too long.
    expect(log.lastIndexOf('hide 120')).toBeLessThan(log.indexOf('send 900'));
  } finally {
    vi.useRealTimers();
  }
});

test('a message that cannot be extended does not keep the worker from asking whether the training is wanted', async () => {
  vi.useFakeTimers();
  try {
    const { deps } = depsOf({
      goneAfterBeats: 3,
      train: async (asked) => {
        await asked;
        return { ...FAILED, ending: 'interrupted' as const };
      },
    });
    const queue = { ...deps.queue, hide: () => Promise.reject(new Error('InvalidParameterValue')) };
    const working = runWorker({ ...deps, queue }, OPTIONS);
    await vi.advanceTimersByTimeAsync(OPTIONS.hiddenSeconds * 1000 * 2);
    expect((await working).jobs).toEqual([{ runId: RUN_ID, status: 'orphaned' }]);
  } finally {
    vi.useRealTimers();
  }
});
