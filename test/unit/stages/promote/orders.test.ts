// Orders of people, and models that are worse than the one that serves.
import { describe, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { promote } from '#stages/promote/stage.ts';
import { IMAGES } from '../../trainer/page/facts.ts';
import { at, card, DATASET, entry, METRICS, modelIdOf, pointer, run, train } from './trained.ts';

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

describe('a model whose draws are bad', () => {
  const DRAWS = {
    diversity: { pixels: 0.05, features: 0.02 },
    sharpness: { model: 1, baseline: 0.6 },
    nearestTraining: { model: 0.1, real: 0.1 },
  };
  const withImages = (number: number, images: Partial<typeof IMAGES> & { draws?: typeof DRAWS }) =>
    card(number, { family: 'gan', metrics: { ...METRICS, images: { ...IMAGES, ...images } } });

  test('is not promoted by itself, even where none serves yet; the answer names the gate and the order that overrules it', async () => {
    const data = memoryStore();
    await train(data, 1, withImages(1, { draws: DRAWS }));
    expect(await run(data, 1)).toMatchObject({
      status: 'not-promoted',
      reason: expect.stringMatching(/\[collapsed\].*2 % .*goldpan models promote --force/),
    });
    expect(await pointer(data)).toBeUndefined();
    expect(await ask(data, { modelId: modelIdOf(1), force: true })).toMatchObject({
      status: 'promoted',
      reason: expect.stringMatching(/^forced, although: \[collapsed\]/),
    });
  });

  test('and one whose interval overlaps that of the serving model does not replace it', async () => {
    const withKid = (number: number, kid: number) =>
      card(number, {
        family: number === 1 ? 'vae' : 'gan',
        metrics: {
          items: 9,
          selection: number === 1 ? 'negativeElbo' : 'kid',
          figures: { kid },
          images: {
            ...IMAGES,
            figures: [
              {
                name: 'kid',
                better: 'lower',
                model: kid,
                interval: { low: kid - 0.002, high: kid + 0.002 },
                real: 0,
                realInterval: null,
                baseline: 0.1,
              },
            ],
          },
        },
      });
    const data = memoryStore();
    await train(data, 1, withKid(1, 0.02));
    await train(data, 2, withKid(2, 0.017));
    await train(data, 3, withKid(3, 0.015));
    expect(await run(data, 1)).toMatchObject({ status: 'promoted' });
    expect(await run(data, 2)).toMatchObject({
      status: 'not-promoted',
      reason: expect.stringMatching(/no better than the model that serves, their intervals overlap/),
    });
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
