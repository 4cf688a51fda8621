// The trainer on a host that is not what was rented, or too small.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { RunHead, RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { systemClock } from '../../../../containers/trainer/run/clock.ts';
import type { Launch } from '../../../../containers/trainer/run/launch.ts';
import { train } from '../../../../containers/trainer/run/train.ts';
import type { TrainerDeps } from '../../../../containers/trainer/run/trainer-deps.ts';
import { type StopSwitch, stopSwitch } from '../../../../containers/trainer/state/stop.ts';
import { environment, finish, GRID, handOver, type Play, playing, ready } from '../playing-engine.ts';
import { jobFor, sealSquares } from '../squares.ts';

const job = jobFor({ epochs: 2 });
let folder: string;
let data: Store;
let stop: StopSwitch;
let said: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  data = memoryStore();
  stop = stopSwitch();
  said = [];
  await sealSquares(data, job);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (launch: Launch, deps: Partial<TrainerDeps>) =>
  train(
    {
      ...{ data, clock: systemClock, owner: 'me', launch, stop, folder, compute: 'batch', environment },
      say: (line) => said.push(line),
      ...deps,
    },
    job,
  );

const twoEpochs: Play = async function* (task, heard) {
  yield ready;
  yield handOver(task, 6, 1, GRID);
  await heard('stored');
  yield handOver(task, 12, 2, GRID);
  yield finish(task);
};
const dies: Play = async function* () {};

const outcome = async () => (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
const head = async () => (await readJson(data, keys.runHead(job.dataset, job.runId), RunHead))?.value;

describe('a host that is not what was rented', () => {
  test('has no GPU where one is expected: said in words, another host may try, nothing is trained', async () => {
    const { launch, tasks } = playing(twoEpochs);
    expect(await run(launch, { expectedDevice: 'gpu' })).toBe(TRAINER_EXIT.failed);
    expect(tasks).toHaveLength(1);
    expect(said.at(-1)).toMatch(/a GPU is expected .*TensorFlow found none.*GOLDPAN_DEVICE=cpu/);
    expect(await outcome()).toBeUndefined();
    expect(await head()).toMatchObject({ status: 'stopped' });
  });

  test('with a GPU it is used', async () => {
    const onGpu: Play = async function* (task, heard) {
      yield { ...ready, environment: { ...environment, device: 'gpu' } } as typeof ready;
      yield* rest(twoEpochs(task, heard));
    };
    expect(await run(playing(onGpu).launch, { expectedDevice: 'gpu' })).toBe(TRAINER_EXIT.done);
  });

  test('is named with its own price', async () => {
    const rented = { instance: 'g6.2xlarge', purchase: 'on-demand' } as const;
    await run(playing(twoEpochs).launch, { rented });
    expect((await outcome())?.cost.basis).toBe('g6.2xlarge, on-demand, about 0.98 USD an hour');
  });
});

test('an engine that the kernel ended for want of memory ends the run, with the limit, and is not started again', async () => {
  const { launch, tasks } = playing(dies, dies);
  let endedProcesses = 0;
  const readMemory = () => ({ endedProcesses: endedProcesses++, limitMiB: 350 });
  expect(await run(launch, { readMemory })).toBe(TRAINER_EXIT.done);
  expect(tasks).toHaveLength(1);
  expect(await outcome()).toMatchObject({
    status: 'failed',
    reason: {
      name: 'OutOfMemoryError',
      message: expect.stringMatching(/the container's 350 MiB of memory are too little/),
    },
  });
});

/** All but the first message. */
async function* rest<Message>(messages: AsyncIterable<Message>): AsyncIterable<Message> {
  let isFirst = true;
  for await (const message of messages) {
    if (!isFirst) yield message;
    isFirst = false;
  }
}

test('an engine that is still loading when the run is to stop is ended at once: it has nothing to store', async () => {
  const loading: Play = async function* () {
    stop.ask({ kind: 'signal', signal: 'SIGTERM' });
    await new Promise(() => undefined);
  };
  expect(await run(playing(loading).launch, {})).toBe(TRAINER_EXIT.terminated);
  expect(await outcome()).toBeUndefined();
});
