// A run whose loss is no number any more: one retry, told everywhere.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { systemClock } from '../../../containers/trainer/run/clock.ts';
import type { Launch } from '../../../containers/trainer/run/launch.ts';
import { train } from '../../../containers/trainer/run/train.ts';
import { stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { environment, finish, GRID, handOver, type Play, playing, ready } from './playing-engine.ts';
import { jobFor, sealSquares } from './squares.ts';

const job = jobFor({ epochs: 2 });
let folder: string;
let data: Store;
let said: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  data = memoryStore();
  said = [];
  await sealSquares(data, job);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (launch: Launch) => {
  const say = (line: string) => said.push(line);
  const buckets = { data, clock: systemClock, owner: 'me', launch, stop: stopSwitch(), folder, say };
  return train({ ...buckets, compute: 'batch', environment }, job);
};
const outcome = async () => (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
const succeeds: Play = async function* (task, heard) {
  yield ready;
  yield handOver(task, 12, 2, GRID);
  await heard('stored');
  yield finish(task);
};

describe('a run that diverges', () => {
  const diverges: Play = async function* (task, heard) {
    yield ready;
    yield handOver(task, 6, 1, GRID);
    await heard('stored');
    yield { type: 'failed', name: 'DivergenceError', message: 'the loss became NaN in epoch 2 at step 9' };
  };
  const retry = { message: 'the loss became NaN in epoch 2 at step 9', fromStep: 6 };

  test('goes on once from the last checkpoint at half the rate, which its outcome and checkpoints tell', async () => {
    const played = playing(diverges, succeeds);
    expect(await run(played.launch)).toBe(TRAINER_EXIT.done);
    expect(played.tasks.map((task) => [task.retry, task.resume?.progress.step])).toEqual([
      [null, undefined],
      [retry, 6],
    ]);
    expect(await outcome()).toMatchObject({ status: 'succeeded', retry, bitExact: true });
    expect(said).toContainEqual(expect.stringMatching(/from step 6, at half the learning rate/));
  });

  test('a second time has failed', async () => {
    const again: Play = async function* () {
      yield ready;
      yield { type: 'failed', name: 'DivergenceError', message: 'the loss became NaN in epoch 2 at step 11' };
    };
    const played = playing(diverges, again);
    expect(await run(played.launch)).toBe(TRAINER_EXIT.done);
    expect(played.tasks).toHaveLength(2);
    expect(await outcome()).toMatchObject({ status: 'failed', reason: { name: 'DivergenceError' }, retry });
  });
});
