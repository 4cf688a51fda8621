import { expect, test } from 'vitest';
import type { CurrentModel } from '#core/model/messages/card.ts';
import { Promotion } from '#core/model/messages/promotion.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { at, card, DATASET, entry, METRICS, modelIdOf, outcome, pointer, run, SAME, train } from './trained.ts';

test('a finished run moves the pointer and tells the history, newest first', async () => {
  const data = memoryStore();
  await train(data, 1);
  await train(data, 2);
  const answer = await run(data, 1);
  expect(Promotion.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({ status: 'promoted', modelId: 'model-1', reason: null });
  await run(data, 2);
  expect(await pointer(data)).toEqual({
    schemaVersion: 1,
    modelId: 'model-2',
    runId: 'vae-2',
    promotedAt: at(2).toISOString(),
    history: [
      { modelId: 'model-2', promotedAt: at(2).toISOString(), reason: SAME },
      { modelId: 'model-1', promotedAt: at(1).toISOString() },
    ],
  });
  expect(await entry(data, 2)).toEqual({
    schemaVersion: 1,
    modelId: 'model-2',
    promoted: true,
    reason: SAME,
    revoked: false,
  });
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
  const revoked = { schemaVersion: 1, modelId: 'model-1', promoted: true, reason: 'taken back', revoked: true };
  await writeJson(data, keys.registryEntry(DATASET, 'model-1'), revoked);
  expect(await run(data, 1)).toMatchObject({ status: 'not-promoted', reason: expect.stringMatching(/revoked/) });
  expect(await entry(data, 1)).toEqual(revoked);
  expect(await pointer(data)).toBeUndefined();
});

test('a model that was overtaken while it was compared is compared with the one that serves now', async () => {
  const data = memoryStore();
  await train(data, 1);
  await train(data, 2);
  await train(data, 3, card(3, { metrics: { ...METRICS, figures: { ...METRICS.figures, negativeElbo: 50 } } }));
  await run(data, 1);
  let looks = 0;
  const racing: Store = {
    ...data,
    async get(key, options) {
      // Between the comparison and the move.
      if (key === keys.currentModel(DATASET) && ++looks === 2) {
        const better = { modelId: 'model-3', runId: 'vae-3', promotedAt: at(3).toISOString() };
        await writeJson(data, key, { ...better, history: [better].map(({ runId: _, ...entry }) => entry) });
      }
      return data.get(key, options);
    },
  };
  const answer = await run(racing, 2);
  expect(answer).toMatchObject({ status: 'not-promoted', reason: expect.stringContaining('model-3') });
  expect((await pointer(data))?.modelId).toBe('model-3');
});
