import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { EpochMetrics, RunHead, RunOutcome } from '#core/model/messages/run.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { systemClock } from '../../../containers/trainer/run/clock.ts';
import type { Launch } from '../../../containers/trainer/run/launch.ts';
import { train } from '../../../containers/trainer/run/train.ts';
import { type StopSwitch, stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { environment, finish, GRID, handOver, type Play, playing, ready } from './playing-engine.ts';
import { jobFor, sealSquares } from './squares.ts';

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

const run = (launch: Launch, store = data, changes: Partial<typeof job> = {}) =>
  train(
    {
      data: store,
      clock: systemClock,
      owner: `me-${Math.floor(performance.now())}`,
      launch,
      stop,
      folder,
      say: (line) => said.push(line),
      compute: 'batch',
      environment,
    },
    { ...job, ...changes },
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
const metricsLines = async () =>
  new TextDecoder()
    .decode((await data.get(keys.runMetrics(job.dataset, job.runId)))?.body)
    .split('\n')
    .filter(Boolean)
    .map((line) => EpochMetrics.parse(JSON.parse(line)).epoch);

describe('a run that succeeds', () => {
  test('leaves its files, its outcome, an ended head and a model with its card', async () => {
    expect(await run(playing(twoEpochs).launch)).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({
      status: 'succeeded',
      bestEpoch: 1,
      resumed: 0,
      reason: null,
      endedBy: 'epochs',
      cost: { usd: expect.any(Number), basis: expect.stringContaining('c6i.xlarge, spot') },
    });
    expect(await head()).toMatchObject({ status: 'ended', epoch: 2, step: 12, checkpointStep: 12, stepsPerEpoch: 6 });
    expect(await metricsLines()).toEqual([1, 2]);
    const files: string[] = [];
    for await (const { key } of data.list(''))
      if (!key.startsWith('snapshots/')) files.push(key.replace(/-[0-9a-f]{12,16}\b/g, '-ID'));
    expect(files).toEqual([
      'models/squares/vae-ID/card.json',
      'models/squares/vae-ID/decoder.onnx',
      'models/squares/vae-ID/samples.png',
      'runs/squares/vae-ID/checkpoints/0000000006/checkpoint-ID.json',
      'runs/squares/vae-ID/checkpoints/0000000006/state-ID.safetensors',
      'runs/squares/vae-ID/checkpoints/0000000012/checkpoint-ID.json',
      'runs/squares/vae-ID/checkpoints/0000000012/state-ID.safetensors',
      'runs/squares/vae-ID/events/events.out.tfevents.0000000001.goldpan',
      'runs/squares/vae-ID/events/events.out.tfevents.0000000002.goldpan',
      'runs/squares/vae-ID/head.json',
      'runs/squares/vae-ID/index.html',
      'runs/squares/vae-ID/metrics.jsonl',
      'runs/squares/vae-ID/run.json',
      'runs/squares/vae-ID/samples.png',
      'runs/squares/vae-ID/samples/epoch-0001.png',
      'runs/squares/vae-ID/samples/epoch-0002.png',
    ]);
    expect(said.filter((line) => line.startsWith('epoch'))).toHaveLength(2);
  });

  test('is not done again', async () => {
    await run(playing(twoEpochs).launch);
    expect(await run(playing().launch, data, { attempt: 2 })).toBe(TRAINER_EXIT.done);
  });

  test('writes the card after every file that it names', async () => {
    const written: string[] = [];
    const store: Store = {
      ...data,
      put: (...given) => {
        written.push(given[0]);
        return data.put(...given);
      },
    };
    await run(playing(twoEpochs).launch, store);
    const models = written.filter((key) => key.startsWith('models/'));
    expect(models.at(-1)).toMatch(/card\.json$/);
    expect(models).toHaveLength(3);
    expect(written.indexOf(models.at(-1) as string)).toBeLessThan(written.findIndex((key) => key.endsWith('run.json')));
  });
});

describe('an engine that dies', () => {
  const midEpoch: Play = async function* (task, heard) {
    yield ready;
    yield handOver(task, 6, 1, GRID);
    await heard('stored');
  };

  test('is started again from the last checkpoint, on the same threads', async () => {
    const played = playing(midEpoch, twoEpochs);
    expect(await run(played.launch)).toBe(TRAINER_EXIT.done);
    expect(played.tasks.map(({ resume }) => resume?.progress.step)).toEqual([undefined, 6]);
    expect(played.threads).toEqual([null, 2]);
    expect(await outcome()).toMatchObject({ status: 'succeeded', resumed: 1 });
  });

  test('and goes on where the processor is another marks its outcome as not bit-exact', async () => {
    const elsewhere: Play = async function* (task, heard) {
      yield { ...ready, environment: { ...environment, cpu: 'another' } };
      yield handOver(task, 12, 2, GRID);
      await heard('stored');
      yield finish(task);
    };
    expect(await run(playing(midEpoch, elsewhere).launch)).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({ bitExact: false, environment: { cpu: 'another' } });
    expect(said).toContainEqual(expect.stringMatching(/another cpu: .*not bit-exact/));
  });

  test('again and again at the same place gives the run up, without an outcome, for others to try', async () => {
    expect(await run(playing(dies, dies, dies).launch)).toBe(TRAINER_EXIT.failed);
    expect(await outcome()).toBeUndefined();
    expect(await head()).toMatchObject({ status: 'stopped' });
    expect(said.at(-1)).toMatch(/ended by SIGKILL, 3 times at the same step/);
  });
});

describe('a stop', () => {
  const untilStopped: Play = async function* (task, heard) {
    yield ready;
    yield handOver(task, 6, 1, GRID);
    await heard('stored');
    stop.ask({ kind: 'signal', signal: 'SIGTERM' });
    await heard('stop');
    yield handOver(task, 9, 1, null);
    yield { type: 'stopped' };
  };

  test('by signal leaves a checkpoint, a free head and no outcome; the next attempt goes on there', async () => {
    expect(await run(playing(untilStopped).launch)).toBe(TRAINER_EXIT.terminated);
    expect(await outcome()).toBeUndefined();
    expect(await head()).toMatchObject({ status: 'stopped', checkpointStep: 9 });
    stop = stopSwitch();
    const second = playing(twoEpochs);
    expect(await run(second.launch)).toBe(TRAINER_EXIT.done);
    expect(second.tasks[0]?.resume?.progress.step).toBe(9);
  });

  test('on request is an outcome that names who asked', async () => {
    const asked: Play = async function* (task, heard) {
      yield ready;
      stop.ask({ kind: 'request', by: 'ann' });
      await heard('stop');
      yield handOver(task, 3, 0, null);
      yield { type: 'stopped' };
    };
    expect(await run(playing(asked).launch)).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({ status: 'stopped', reason: { message: expect.stringContaining('ann') } });
    expect(await head()).toMatchObject({ status: 'stopped', checkpointStep: 3 });
  });

  test('before the engine has started needs no engine', async () => {
    stop.ask({ kind: 'signal', signal: 'SIGINT' });
    expect(await run(playing().launch)).toBe(TRAINER_EXIT.interrupted);
  });
});

describe('metrics.jsonl', () => {
  test('is cut back to the checkpoint that a run goes on from', async () => {
    await run(
      playing(async function* (task, heard) {
        yield ready;
        yield handOver(task, 6, 1, GRID);
        await heard('stored');
        yield handOver(task, 12, 2, GRID);
        throw new Error('lost power');
      }).launch,
    );
    for await (const { key } of data.list(keys.run(job.dataset, job.runId, 'checkpoints/0000000012')))
      await data.delete(key);
    let atStart: number[] = [];
    await run(
      playing(async function* () {
        atStart = await metricsLines();
        yield { type: 'failed', name: 'DivergenceError', message: 'the loss became NaN' } as const;
      }).launch,
    );
    expect(atStart).toEqual([1]);
  });
});

describe('a failure of the domain', () => {
  test('is an outcome with its name, and exit code 0', async () => {
    const diverges: Play = async function* () {
      yield ready;
      yield { type: 'failed', name: 'UnknownModelError', message: 'the loss became NaN' };
    };
    expect(await run(playing(diverges).launch)).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({ status: 'failed', reason: { name: 'UnknownModelError' }, modelId: null });
    expect(await head()).toMatchObject({ status: 'ended' });
  });

  test('a shard that was changed and a snapshot that is gone are named', async () => {
    await data.put(keys.snapshot(job.dataset, job.snapshotId, 'train-00001.npy'), 'other bytes');
    expect(await run(playing().launch)).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({
      reason: { name: 'CorruptObjectError', message: expect.stringContaining('train-00001') },
    });
    expect(await run(playing().launch, data, { attempt: 2, snapshotId: 'gone' })).toBe(TRAINER_EXIT.done);
    expect(await outcome()).toMatchObject({ attempt: 2, reason: { name: 'NoDataError' } });
  });
});

describe('another trainer', () => {
  test('that holds the run is left alone, with a code of its own', async () => {
    const other = { ...(await freshHead()), owner: 'other', leaseUntil: new Date(Date.now() + 60_000).toISOString() };
    await writeJson(data, keys.runHead(job.dataset, job.runId), other);
    expect(await run(playing().launch)).toBe(TRAINER_EXIT.leaseLost);
    expect(await head()).toEqual(other);
  });

  test('that takes the run over ends this one, which writes nothing more', async () => {
    const robbed: Play = async function* (task) {
      yield ready;
      await writeJson(data, keys.runHead(job.dataset, job.runId), { ...(await head()), owner: 'other' });
      yield handOver(task, 6, 1, GRID);
      yield finish(task);
    };
    expect(await run(playing(robbed).launch)).toBe(TRAINER_EXIT.leaseLost);
    expect(said.at(-1)).toMatch(/^LeaseLostError: /);
    expect(await outcome()).toBeUndefined();
    expect((await head())?.owner).toBe('other');
    for await (const { key } of data.list('models/')) expect(key).toBeUndefined();
  });

  async function freshHead(): Promise<RunHead> {
    await run(playing(dies, dies, dies).launch);
    return { ...((await head()) as RunHead), status: 'running' };
  }
});

test('a run that may not remove its old checkpoints goes on and says so', async () => {
  const clinging: Store = { ...data, delete: () => Promise.reject(new Error('AccessDenied')) };
  const manyCheckpoints: Play = async function* (task, heard) {
    yield ready;
    for (const step of [1, 2, 3, 4]) yield handOver(task, step, 0, null);
    yield* twoEpochs(task, heard);
  };
  expect(await run(playing(manyCheckpoints).launch, clinging)).toBe(TRAINER_EXIT.done);
  expect(said).toContain('old checkpoints stay: AccessDenied');
  expect(await outcome()).toMatchObject({ status: 'succeeded' });
});

test('a bucket that fails is said with its error, and is worth another try', async () => {
  const broken: Store = { ...data, get: () => Promise.reject(new Error('no route to host')) };
  expect(await run(playing().launch, broken)).toBe(TRAINER_EXIT.failed);
  expect(said).toEqual(['Error: no route to host']);
});
