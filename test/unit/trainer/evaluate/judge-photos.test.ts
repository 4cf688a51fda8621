// The independent judge of photos, over a network whose features are easy to foresee: the mean colour of each quarter.
import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import type { Items, Pixels } from '../../../../containers/trainer/data/batches.ts';
import type { ImagenetJudge } from '../../../../containers/trainer/evaluate/image/imagenet-judge.ts';
import { judgePhotos } from '../../../../containers/trainer/evaluate/image/judge-photos.ts';

const SIDE = 8;
const SIZE = { width: SIDE, height: SIDE, channels: 3 } as const;
const BYTES = SIDE * SIDE * 3;

const judge: ImagenetJudge = {
  close: async () => undefined,
  async judge({ items, bytes }) {
    const columns = 12;
    const values = new Float32Array(items * columns);
    for (let i = 0; i < items * BYTES; i++) {
      const [item, at] = [Math.floor(i / BYTES), i % BYTES];
      const [pixel, channel] = [Math.floor(at / 3), at % 3];
      const quarter = 2 * Number(pixel >= (SIDE * SIDE) / 2) + Number(pixel % SIDE >= SIDE / 2);
      const place = item * columns + 3 * quarter + channel;
      values[place] = (values[place] as number) + (bytes[i] as number) / 255 / ((SIDE * SIDE) / 4);
    }
    return {
      features: { rows: items, columns, values },
      logits: { rows: items, columns: 1, values: new Float32Array(items) },
    };
  },
};

/** Class 0 is reddish, class 1 bluish, in turn; each pixel has noise of its own. */
function photos(items: number, seed: number): Items<Uint8Array> {
  const u = uniforms(seed, 'photos', items * (BYTES + 1));
  const labels = Int32Array.from({ length: items }, (_, i) => i % 2);
  const bytes = Uint8Array.from({ length: items * BYTES }, (_, i) => {
    const item = Math.floor(i / BYTES);
    const shade = 60 + 80 * (u[items * BYTES + item] as number);
    const own = i % 3 === (labels[item] === 0 ? 0 : 2) ? 80 : 0;
    return Math.floor(shade + own + 30 * (u[i] as number));
  });
  return { items, size: BYTES, bytes, labels, classes: 2 };
}

const data = { train: photos(120, 1), validation: photos(60, 2), test: photos(60, 3) };
const judged = async (draws: Pixels) => {
  const judgement = await judgePhotos(
    { generate: () => draws.bytes },
    { judge, data, size: SIZE, classes: 2, yieldToEventLoop: async () => undefined },
  );
  if (!judgement) throw new Error('nothing was judged');
  const figure = (name: string) => judgement.metrics.figures.find((each) => each.name === name);
  return { ...judgement, figure };
};

test('fresh photos are judged like other held-out ones, in every figure', async () => {
  const { figure, metrics } = await judged(photos(60, 4));
  for (const name of ['precision', 'recall', 'coverage', 'classAccuracy'])
    expect(figure(name)?.model, name).toBeGreaterThan(0.8);
  expect(figure('kid')?.model).toBeLessThan(0.01);
  expect(figure('featureDiversity')?.model).toBeCloseTo(1, 0);
  expect(figure('nearestTraining')?.model).toBeGreaterThan(0.7 * (figure('nearestTraining')?.real ?? 0));
  expect(metrics.byClass.map(({ label, items }) => [label, items])).toEqual([
    [0, 30],
    [1, 30],
  ]);
});

test('copies of training photos lie at no distance from them, and are shown beside themselves', async () => {
  const copies = { ...data.train, items: 60, bytes: data.train.bytes.slice(0, 60 * BYTES) };
  const { figure, pairs } = await judged(copies);
  expect(figure('nearestTraining')?.model).toBeCloseTo(0, 3);
  expect(figure('nearestTraining')?.real).toBeGreaterThan(0.005);
  expect(pairs).toHaveLength(2 * 16 * BYTES);
  for (let i = 0; i < 16; i++) {
    const at = (place: number) => pairs.subarray(place * BYTES, (place + 1) * BYTES);
    expect(at(2 * i)).toEqual(copies.bytes.subarray(i * BYTES, (i + 1) * BYTES));
    expect(at(2 * i + 1)).toEqual(at(2 * i));
  }
});

test('draws of the other class, and draws that are all the same, are seen', async () => {
  const fresh = photos(60, 4);
  const swapped = new Uint8Array(fresh.bytes.length);
  for (let i = 0; i < 60; i++) swapped.set(fresh.bytes.subarray((i ^ 1) * BYTES, ((i ^ 1) + 1) * BYTES), i * BYTES);
  expect((await judged({ ...fresh, bytes: swapped })).figure('classAccuracy')?.model).toBeLessThan(0.2);
  const same = new Uint8Array(fresh.bytes.length);
  for (let i = 0; i < 60; i++) same.set(fresh.bytes.subarray(0, BYTES), i * BYTES);
  const { figure } = await judged({ ...fresh, bytes: same });
  expect(figure('featureDiversity')?.model).toBeCloseTo(0, 5);
  expect(figure('coverage')?.model).toBeLessThan(0.3);
  expect(figure('kid')?.model).toBeGreaterThan(0.01);
});

test('too few photos are not judged', async () => {
  const few = { ...data, test: photos(5, 3) };
  const options = { judge, data: few, size: SIZE, classes: 2, yieldToEventLoop: async () => undefined };
  expect(await judgePhotos({ generate: () => few.test.bytes }, options)).toBeUndefined();
});
