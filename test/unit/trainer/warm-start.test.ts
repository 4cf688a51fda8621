import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { StateMap } from '../../../containers/trainer/engine/types.ts';
import { encodeState } from '../../../containers/trainer/state/checkpoint.ts';
import { fetchParent, startFrom } from '../../../containers/trainer/state/warm-start.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { scriptedLearner } from './scripted-learner.ts';
import { jobFor } from './squares.ts';

const entry = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });
const fileOf = (state: StateMap) => new Uint8Array(encodeState({ state, best: undefined }));

function learnerWith(state: StateMap) {
  const used: { weights: StateMap; step: number }[] = [];
  const learner = {
    ...scriptedLearner({ batchSize: 1 }),
    save: () => state,
    use: (weights: StateMap, step: number) => void used.push({ weights, step }),
  };
  return { learner, used };
}

test('what has the same name and shape is taken over, averages with it, and the steps start at 0', () => {
  const { learner, used } = learnerWith(
    new Map([
      ['a/kernel', entry(1, 2)],
      ['a/bias', entry(3)],
      ['ema/a/kernel', entry(0, 0)],
    ]),
  );
  const parent = new Map([
    ['a/kernel', entry(5, 6)],
    ['a/bias', entry(1, 1, 1)],
    ['b/kernel', entry(9)],
  ]);
  expect(startFrom(learner, fileOf(parent))).toEqual({ fitting: 1, of: 3 });
  expect(used[0]?.step).toBe(0);
  expect([...(used[0]?.weights ?? [])].map(([name, { values }]) => [name, [...values]])).toEqual([
    ['a/kernel', [5, 6]],
    ['ema/a/kernel', [5, 6]],
  ]);
});

test('a parent of which nothing fits is refused, not ignored', () => {
  const { learner, used } = learnerWith(new Map([['a/kernel', entry(1)]]));
  expect(() => startFrom(learner, fileOf(new Map([['b/kernel', entry(1)]])))).toThrow(/no weight/);
  expect(used).toEqual([]);
});

test('the parent is fetched by its card, and one that is gone or changed stops the run', async () => {
  const data = memoryStore();
  const job = jobFor({ from: 'vae-1' });
  expect(await fetchParent(data, jobFor())).toBeUndefined();
  await expect(fetchParent(data, job)).rejects.toMatchObject({ name: 'NoDataError' });
  const weights = fileOf(new Map([['a/kernel', entry(1)]]));
  const card = await storeModel(data, { modelId: 'vae-1', dataset: job.dataset });
  const files = { ...card.files, 'weights.safetensors': sha256(weights) };
  await data.put(keys.modelCard(job.dataset, 'vae-1'), JSON.stringify({ ...card, files }));
  await data.put(keys.model(job.dataset, 'vae-1', 'weights.safetensors'), weights);
  expect(await fetchParent(data, job)).toEqual(weights);
  await data.put(keys.model(job.dataset, 'vae-1', 'weights.safetensors'), weights.slice(1));
  await expect(fetchParent(data, job)).rejects.toMatchObject({ name: 'CorruptObjectError' });
});
