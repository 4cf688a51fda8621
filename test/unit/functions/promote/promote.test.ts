import { describe, expect, test } from 'vitest';
import { keys } from '#core/keys.ts';
import { CurrentModel, type ModelCard, RegistryEntry } from '#core/messages/model.ts';
import { Promotion } from '#core/messages/promotion.ts';
import type { RunOutcome } from '#core/messages/run.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { TrainConfig } from '#core/train-config.ts';
import { promote } from '../../../../functions/promote/stage.ts';
import { IMAGES } from '../../trainer/page/facts.ts';

const DATASET = 'digits';
const METRICS = { items: 100, selection: 'negativeElbo', figures: { negativeElbo: 101, floor: 45.5 } };

const SAME = 'its held-out ELBO 101.00 nats, against 101.00 nats of model-1';

const runIdOf = (number: number) => `vae-${number}`;
const modelIdOf = (number: number) => `model-${number}`;

function outcome(number: number, more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    runId: runIdOf(number),
    dataset: DATASET,
    snapshotId: 'snapshot',
    attempt: 1,
    status: 'succeeded',
    reason: null,
    modelId: modelIdOf(number),
    train: TrainConfig.parse({}),
    endedBy: 'epochs',
    bestEpoch: 1,
    epochs: [],
    metrics: METRICS,
    cost: { seconds: 1, usd: null, basis: 'a worker' },
    resumed: 0,
    retry: null,
    bitExact: true,
    environment: { node: '22', tensorflow: '2', cpu: 'x', device: 'cpu', towers: 1, threads: 1, precision: 'float32' },
    ...more,
  };
}

function card(number: number, more: Partial<ModelCard> = {}): ModelCard {
  return {
    schemaVersion: 1,
    modelId: modelIdOf(number),
    runId: runIdOf(number),
    dataset: DATASET,
    snapshotId: 'snapshot',
    kind: 'image',
    family: 'vae',
    image: { width: 28, height: 28, channels: 1, fit: 'cover' },
    latentDim: 32,
    labels: [],
    trainItems: 1000,
    train: TrainConfig.parse({}),
    latent: null,
    metrics: METRICS,
    license: null,
    files: {},
    ...more,
  };
}

async function train(data: Store, number: number, made: ModelCard | undefined = card(number)): Promise<void> {
  await writeJson(data, keys.runOutcome(DATASET, runIdOf(number)), outcome(number));
  if (made) await writeJson(data, keys.modelCard(DATASET, modelIdOf(number)), made);
}

const at = (seconds: number) => new Date(seconds * 1000);
const run = (data: Store, number: number, now = at(number)) =>
  promote({ data, now: () => now })({ dataset: DATASET, runId: runIdOf(number) });
const pointer = async (data: Store) => (await readJson(data, keys.currentModel(DATASET), CurrentModel))?.value;
const entry = async (data: Store, number: number) =>
  (await readJson(data, keys.registryEntry(DATASET, modelIdOf(number)), RegistryEntry))?.value;

test('a finished run moves the pointer and tells the history, newest first', async () => {
  const data = memoryStore();
  await train(data, 1);
  await train(data, 2);
  const answer = await run(data, 1);
  expect(Promotion.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ status: 'promoted', modelId: 'model-1', reason: null });
  await run(data, 2);
  expect(await pointer(data)).toEqual({
    modelId: 'model-2',
    runId: 'vae-2',
    promotedAt: at(2).toISOString(),
    history: [
      { modelId: 'model-2', promotedAt: at(2).toISOString(), reason: SAME },
      { modelId: 'model-1', promotedAt: at(1).toISOString() },
    ],
  });
  expect(await entry(data, 2)).toEqual({ modelId: 'model-2', promoted: true, reason: SAME, revoked: false });
});

test('a repeated message changes nothing, not even when', async () => {
  const data = memoryStore();
  await train(data, 1);
  const first = await run(data, 1);
  const before = await pointer(data);
  expect(await run(data, 1, at(5000))).toEqual(first);
  expect(await pointer(data)).toEqual(before);
});

test('a repeated message does not undo a rollback', async () => {
  const data = memoryStore();
  for (const number of [1, 2]) {
    await train(data, number);
    await run(data, number);
  }
  const { history } = (await pointer(data)) as CurrentModel;
  const back = { modelId: 'model-1', runId: 'vae-1', promotedAt: at(9).toISOString() };
  await writeJson(data, keys.currentModel(DATASET), {
    ...back,
    history: [{ modelId: 'model-1', promotedAt: back.promotedAt }, ...history],
  });
  await run(data, 2, at(10));
  expect((await pointer(data))?.modelId).toBe('model-1');
});

test('a hundred promotions at once lose none', async () => {
  const data = memoryStore();
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1);
  for (const number of numbers) await train(data, number);
  const answers = await Promise.all(numbers.map((number) => run(data, number)));
  expect(answers.every(({ status }) => status === 'promoted')).toBe(true);
  const { modelId, history } = (await pointer(data)) as CurrentModel;
  expect(history.map((promoted) => promoted.modelId).sort()).toEqual(numbers.map(modelIdOf).sort());
  expect(history[0]?.modelId).toBe(modelId);
});

test('a hundred deliveries of one message promote once', async () => {
  const data = memoryStore();
  await train(data, 1);
  await Promise.all(Array.from({ length: 100 }, (_, i) => run(data, 1, at(i))));
  expect((await pointer(data))?.history).toHaveLength(1);
});

test('a death between the pointer and the entry is mended by the next delivery', async () => {
  const data = memoryStore();
  await train(data, 1);
  const dying: Store = {
    ...data,
    put: (key, ...rest) => (key.endsWith('model-1.json') ? Promise.reject(new Error('died')) : data.put(key, ...rest)),
  };
  await expect(run(dying, 1)).rejects.toThrow('died');
  await run(data, 1, at(99));
  expect((await pointer(data))?.promotedAt).toBe(at(1).toISOString());
  expect((await entry(data, 1))?.promoted).toBe(true);
});

test.each(['failed', 'stopped'] as const)('a run that %s is told with its reason and moves nothing', async (status) => {
  const data = memoryStore();
  const reason = { name: 'DivergenceError', message: 'the loss was not finite at step 12' };
  await writeJson(
    data,
    keys.runOutcome(DATASET, 'vae-1'),
    outcome(1, { status, reason, modelId: null, metrics: null }),
  );
  expect(await run(data, 1)).toMatchObject({
    status,
    modelId: null,
    reason: 'DivergenceError: the loss was not finite at step 12',
  });
  expect(await pointer(data)).toBeUndefined();
});

test('a run without an outcome failed', async () => {
  expect(await run(memoryStore(), 1)).toMatchObject({ status: 'failed', modelId: null });
});

test('a model that is not whole, or not of this run, or unscored, is not promoted, and the reason stays readable', async () => {
  const data = memoryStore();
  await writeJson(data, keys.runOutcome(DATASET, 'vae-1'), outcome(1));
  expect(await run(data, 1)).toMatchObject({ status: 'not-promoted', reason: 'model model-1 has no card.json' });
  await train(data, 2, card(2, { runId: 'vae-9' }));
  expect((await run(data, 2)).reason).toMatch(/made by run vae-9, not by vae-2/);
  await train(data, 3, card(3, { metrics: { ...METRICS, items: 0 } }));
  expect((await run(data, 3)).reason).toMatch(/no held-out item/);
  expect(await entry(data, 3)).toMatchObject({ promoted: false, reason: expect.stringMatching(/held-out/) });
  expect(await pointer(data)).toBeUndefined();
  await train(data, 1);
  expect(await run(data, 1)).toMatchObject({ status: 'promoted' });
  expect(await entry(data, 1)).toMatchObject({ promoted: true, reason: null });
});

test('a revoked model stays revoked', async () => {
  const data = memoryStore();
  await train(data, 1);
  const revoked = { modelId: 'model-1', promoted: true, reason: 'taken back', revoked: true };
  await writeJson(data, keys.registryEntry(DATASET, 'model-1'), revoked);
  expect(await run(data, 1)).toMatchObject({ status: 'not-promoted', reason: expect.stringMatching(/revoked/) });
  expect(await entry(data, 1)).toEqual(revoked);
  expect(await pointer(data)).toBeUndefined();
});

const scored = (number: number, negativeElbo: number, more: Partial<ModelCard> = {}) =>
  card(number, { metrics: { ...METRICS, figures: { negativeElbo } }, ...more });
const ask = (data: Store, request: object, seconds = 50) =>
  promote({ data, now: () => at(seconds) })({ dataset: DATASET, by: 'ada', ...request } as never);

describe('a worse model', () => {
  test('of the same snapshot does not replace the one that serves, and the reason says by what', async () => {
    const data = memoryStore();
    await train(data, 1, scored(1, 101.3));
    await train(data, 2, scored(2, 115.2));
    await run(data, 1);
    const answer = await run(data, 2);
    expect(answer).toMatchObject({ status: 'not-promoted', reason: expect.stringMatching(/worse.*115\.20.*101\.30/) });
    expect((await pointer(data))?.modelId).toBe('model-1');
    expect(await entry(data, 2)).toMatchObject({ promoted: false, reason: answer.reason });
    expect(await ask(data, { modelId: 'model-2', force: false })).toMatchObject({ status: 'not-promoted' });
    expect(await ask(data, { modelId: 'model-2', force: true })).toMatchObject({ status: 'promoted' });
    expect((await pointer(data))?.history[0]).toMatchObject({
      modelId: 'model-2',
      by: 'ada',
      reason: expect.stringMatching(/forced/),
    });
  });

  test('of another snapshot, or with another likelihood, cannot be called worse', async () => {
    for (const more of [{ snapshotId: 'newer' }, { train: TrainConfig.parse({ likelihood: 'gaussian' }) }]) {
      const data = memoryStore();
      await train(data, 1, scored(1, 101.3));
      await train(data, 2, scored(2, 115.2, more));
      await run(data, 1);
      expect(await run(data, 2)).toMatchObject({
        status: 'promoted',
        reason: expect.stringMatching(/not measured against/),
      });
    }
  });

  test('by KID is judged in the same features only', async () => {
    const withKid = (number: number, kid: number, sha256: string) =>
      card(number, {
        family: 'gan',
        metrics: {
          items: 9,
          selection: 'kid',
          figures: { kid },
          images: { ...IMAGES, features: { ...IMAGES.features, sha256 } },
        },
      });
    const data = memoryStore();
    await train(data, 1, withKid(1, 0.02, 'a'));
    await train(data, 2, withKid(2, 0.05, 'a'));
    await train(data, 3, withKid(3, 0.09, 'b'));
    await run(data, 1);
    expect(await run(data, 2)).toMatchObject({ status: 'not-promoted', reason: expect.stringMatching(/KID 0\.05000/) });
    expect(await run(data, 3)).toMatchObject({ status: 'promoted' });
  });
});

describe('rolling back', () => {
  test('is one move to what served before, again and again, with who asked; a repeated message undoes none of it', async () => {
    const data = memoryStore();
    for (const number of [1, 2, 3]) {
      await train(data, number);
      await run(data, number);
    }
    expect(await ask(data, { rollback: true, to: null })).toMatchObject({ status: 'promoted', modelId: 'model-2' });
    expect((await pointer(data))?.history[0]).toMatchObject({ by: 'ada', reason: 'rolled back from model-3' });
    await run(data, 3, at(60));
    expect((await pointer(data))?.modelId).toBe('model-2');
    expect(await ask(data, { rollback: true, to: null })).toMatchObject({ modelId: 'model-1' });
    expect(await ask(data, { rollback: true, to: null })).toMatchObject({
      status: 'not-promoted',
      reason: expect.stringMatching(/no earlier/),
    });
    expect(await ask(data, { rollback: true, to: 'model-3' })).toMatchObject({
      status: 'promoted',
      modelId: 'model-3',
    });
  });

  test('passes over what was revoked and refuses what never served', async () => {
    const data = memoryStore();
    expect(await ask(data, { rollback: true, to: null })).toMatchObject({ status: 'not-promoted' });
    for (const number of [1, 2, 3]) {
      await train(data, number);
      await run(data, number);
    }
    const revoked = { modelId: 'model-2', promoted: true, reason: null, revoked: true };
    await writeJson(data, keys.registryEntry(DATASET, 'model-2'), revoked);
    expect(await ask(data, { rollback: true, to: 'model-2' })).toMatchObject({ status: 'not-promoted' });
    expect(await ask(data, { rollback: true, to: 'model-9' })).toMatchObject({ status: 'not-promoted' });
    expect(await ask(data, { rollback: true, to: 'model-3' })).toMatchObject({ status: 'not-promoted' });
    expect(await ask(data, { rollback: true, to: null })).toMatchObject({ modelId: 'model-1' });
  });
});

test('a model that is not there is said', async () => {
  expect(await ask(memoryStore(), { modelId: 'model-7', force: true })).toMatchObject({
    status: 'not-promoted',
    runId: null,
  });
});
