import { describe, expect, test } from 'vitest';
import { runWorker } from '#client/training/worker/work.ts';
import type { JobExit } from '#client/training/worker/worker-deps.ts';
import { AssembleRequest, type Indexed } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { DONE, depsOf, FAILED, OPTIONS } from './one-message.ts';
import { DATASET } from './run-records.ts';

describe('a dataset that is too large for a function', () => {
  const REQUEST = AssembleRequest.parse({ dataset: DATASET, trigger: 'manual', force: 'somebody' });
  const index = { request: REQUEST, snapshotId: 'abc' };
  const body = JSON.stringify({ taskToken: 'token', index });
  const ANSWER: Indexed = {
    ...index,
    sealed: false,
    tooLarge: false,
    forSpark: false,
    toAlign: false,
    align: [],
    shards: 70,
  };

  test('is indexed, and the state machine is given what the function would have answered', async () => {
    const { deps, log, data } = depsOf({
      body,
      train: async () => {
        await writeJson(data, keys.indexed(DATASET, 'abc'), ANSWER);
        return DONE;
      },
    });
    expect(await runWorker(deps, OPTIONS)).toEqual({ jobs: [{ runId: 'abc', status: 'indexed' }] });
    expect(log[0]).toBe('index abc');
    expect(JSON.parse(log[1]?.replace('succeed token ', '') ?? '')).toEqual(ANSWER);
    expect(log.slice(2)).toEqual(['delete']);
  });

  test('fails the step with the name and the message of its error', async () => {
    const { deps, log } = depsOf({ body, train: async () => FAILED });
    expect((await runWorker(deps, OPTIONS)).jobs).toEqual([{ runId: 'abc', status: 'failed' }]);
    expect(log).toEqual(['index abc', 'fail token OutOfMemory: no memory left', 'delete']);
  });

  test('is left to another worker when this one is stopped, and dropped when its execution has ended', async () => {
    const stop = new AbortController();
    const stopped = depsOf({
      body,
      stopping: stop.signal,
      train: async (asked) => {
        stop.abort();
        await asked;
        return { ...FAILED, ending: 'interrupted' };
      },
    });
    expect((await runWorker(stopped.deps, OPTIONS)).jobs).toEqual([{ runId: 'abc', status: 'interrupted' }]);
    expect(stopped.log).not.toContainEqual(expect.stringMatching(/^fail/));
    const gone = depsOf({ body, gone: true });
    await runWorker(gone.deps, OPTIONS);
    expect(gone.log).toEqual(['delete']);
  });

  test('that kills its process three times fails with what to do', async () => {
    const killed = async (): Promise<JobExit> => ({ ...FAILED, ending: 'killed' });
    const first = depsOf({ body, train: killed });
    expect((await runWorker(first.deps, OPTIONS)).jobs).toEqual([{ runId: 'abc', status: 'interrupted' }]);
    const third = depsOf({ body: JSON.stringify({ taskToken: 'token', index, kills: 2 }), train: killed });
    expect((await runWorker(third.deps, OPTIONS)).jobs).toEqual([{ runId: 'abc', status: 'failed' }]);
    expect(third.log).toContainEqual(expect.stringMatching(/^fail token IndexerKilled: .*more memory/));
  });
});
