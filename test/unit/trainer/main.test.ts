// The trainer with its real engine, in its own process, on a dataset small enough to be learnt in seconds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { sha256 } from '#core/base/hash.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { FeatureNetRecord } from '#core/model/messages/image-metrics.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { systemClock } from '../../../containers/trainer/run/clock.ts';
import { type EngineProcess, type Launch, launchFrom } from '../../../containers/trainer/run/launch.ts';
import { train } from '../../../containers/trainer/run/train.ts';
import type { FromEngine } from '../../../containers/trainer/state/protocol.ts';
import { type StopSwitch, stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { ITEMS, jobFor, sealSquares } from './squares.ts';

const job = jobFor({ epochs: 5, batchSize: 32, learningRate: 8e-3 });

/** Lets `meddle` see each message before the trainer does. */
const meddling =
  (launch: Launch, meddle: (message: FromEngine, engine: EngineProcess) => void): Launch =>
  (threads) => {
    const engine = launch(threads);
    const messages = (async function* () {
      for await (const message of engine.messages) {
        meddle(message, engine);
        yield message;
      }
    })();
    return { ...engine, messages };
  };

async function runOn(data: Store, stop: StopSwitch = stopSwitch(), launch = launchFrom(process.env)) {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const environment = {
    node: '',
    tensorflow: '',
    cpu: '',
    device: 'cpu',
    towers: 1,
    threads: 1,
    precision: 'float32',
  } as const;
  const owner = folder;
  return train(
    { data, clock: systemClock, owner, launch, stop, folder, say: () => undefined, compute: 'worker', environment },
    job,
  );
}

async function endOf(data: Store) {
  const outcome = (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value as RunOutcome;
  const modelId = outcome.modelId as string;
  const card = (await readJson(data, keys.modelCard(job.dataset, modelId), ModelCard))?.value as ModelCard;
  return { outcome, card };
}

const lossLog = ({ epochs }: RunOutcome) =>
  epochs.map(({ epoch, step, train, validation }) => ({ epoch, step, train, validation }));

test('a run learns the distribution of its data, and a run that was killed and stopped on the way ends in the same bytes', async () => {
  const calm = memoryStore();
  await sealSquares(calm, job);
  const steps: string[] = [];
  const listening = meddling(launchFrom(process.env), (message) => {
    if (message.type === 'scoring') steps.push(`${message.done + 1}/${message.of} ${message.name}`);
  });
  expect(await runOn(calm, stopSwitch(), listening)).toBe(TRAINER_EXIT.done);
  expect(steps).toEqual(['1/4 prior', '2/4 test images', '3/4 drawn images', '4/4 export']);
  const { outcome, card } = await endOf(calm);

  const first = outcome.epochs[0]?.validation.negativeElbo as number;
  const last = outcome.epochs.at(-1)?.validation.negativeElbo as number;
  expect(outcome.epochs).toHaveLength(5);
  expect(last).toBeLessThan(0.8 * first);
  expect(outcome.metrics).toMatchObject({ items: ITEMS.test });
  expect(outcome.metrics?.figures.floor).toBeGreaterThan(1);
  expect(outcome.metrics?.figures.negativeElbo).toBeGreaterThan(outcome.metrics?.figures.floor as number);
  const { images, importance } = outcome.metrics ?? {};
  expect(importance).toMatchObject({ k: 100, items: ITEMS.test });
  // More draws only tighten the bound; what is left above is the noise of one draw an item.
  expect(importance?.nats).toBeLessThan((outcome.metrics?.figures.negativeElbo as number) + 0.5);
  expect(importance?.nats).toBeGreaterThan(outcome.metrics?.figures.floor as number);
  expect(images).toMatchObject({ n: ITEMS.validation, features: { learnedFrom: 'labels', classes: 4 } });
  expect(images?.figures.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['kid', 'fid', 'recall', 'psnr', 'ssim']),
  );
  const features = await readJson(calm, keys.featureNet(job.dataset, job.snapshotId), FeatureNetRecord);
  expect(features?.value.facts).toEqual(images?.features);
  expect(await calm.head(keys.featureWeights(job.dataset, images?.features.sha256 as string))).toBeDefined();
  expect(outcome.environment).toMatchObject({ device: 'cpu', precision: 'float32' });

  expect(Object.keys(card.files).sort()).toEqual([
    'decoder.onnx',
    'decoder/group1-shard1of1.bin',
    'decoder/model.json',
    'encoder.onnx',
    'encoder/group1-shard1of1.bin',
    'encoder/model.json',
    'latents.json',
    'parents.bin',
    'samples.png',
    'weights.safetensors',
  ]);
  for (const [file, hash] of Object.entries(card.files)) {
    const stored = await calm.get(keys.model(job.dataset, card.modelId, file));
    expect(stored && sha256(stored.body)).toBe(hash);
  }

  const rough = memoryStore();
  await sealSquares(rough, job);
  const stop = stopSwitch();
  let killed = false;
  const launch = meddling(launchFrom(process.env), (message, engine) => {
    if (message.type !== 'checkpoint') return;
    if (!killed && message.progress.epochs.length === 2) {
      killed = true;
      engine.kill();
    } else if (message.progress.epochs.length === 3) stop.ask({ kind: 'signal', signal: 'SIGTERM' });
  });
  expect(await runOn(rough, stop, launch)).toBe(TRAINER_EXIT.terminated);
  expect(killed).toBe(true);
  expect(await runOn(rough)).toBe(TRAINER_EXIT.done);
  const again = await endOf(rough);
  expect(again.outcome.resumed).toBe(2);
  expect(lossLog(again.outcome)).toEqual(lossLog(outcome));
  expect(again.outcome.metrics).toEqual(outcome.metrics);
  expect(again.card).toEqual(card);
});

describe('main', () => {
  const start = (environment: Record<string, string>) =>
    spawnSync(process.execPath, [resolve(import.meta.dirname, '../../../containers/trainer/main.ts')], {
      env: { PATH: process.env.PATH, ...environment },
      encoding: 'utf8',
    });

  test('refuses an environment without a job, a job that is none, and says which', () => {
    const { status, stderr } = start({ GOLDPAN_JOB: '{"runId":1}' });
    expect(status).toBe(TRAINER_EXIT.usage);
    expect(stderr).toMatch(/GOLDPAN_DATA_BUCKET/);
    expect(stderr).toMatch(/GOLDPAN_JOB.runId/);
  });
});
