// The network around the real engine, on squares whose class is their place.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFeatureNet } from '../../../../containers/trainer/evaluate/image/feature-net.ts';
import { flatMetrics, openJudges } from '../../../../containers/trainer/evaluate/image/judge.ts';
import { featureNetOf } from '../../../../containers/trainer/evaluate/image/obtain-feature-net.ts';
import { pretextOf, shiftBatch } from '../../../../containers/trainer/evaluate/image/pretext.ts';
import { trainFeatureNet } from '../../../../containers/trainer/evaluate/image/train-feature-net.ts';
import type { Learner } from '../../../../containers/trainer/learn/learner.ts';
import { scriptedLearner } from '../scripted-learner.ts';
import { IMAGE, SIDE, squares } from '../squares.ts';

const data = { train: squares(100, 1), validation: squares(30, 2), test: squares(30, 3) };
const calm = async () => undefined;
const options = {
  train: data.train,
  validation: data.validation,
  size: IMAGE,
  towers: 1,
  steps: 12,
  yieldToEventLoop: calm,
};
const trained = trainFeatureNet(options);

/** Draws what a script says. */
function drawing(draw: (count: number, labels?: Int32Array) => Uint8Array): Learner {
  return {
    ...scriptedLearner({ batchSize: 8 }),
    selection: 'kid',
    isConditional: true,
    generate: ({ count, labels }) => draw(count, labels),
  };
}

test('the classes of the train split are learned, the same bytes each time, and named by their hash', async () => {
  const { facts, weights } = await trained;
  expect(facts).toMatchObject({ learnedFrom: 'labels', classes: 4, dimensions: 64, steps: 12 });
  expect(facts.accuracy).toBeGreaterThan(0.9);
  expect((await trainFeatureNet(options)).facts.sha256).toBe(facts.sha256);
  const other = Uint8Array.from(weights);
  other[other.length - 1] = (other.at(-1) as number) ^ 1;
  expect(() => openFeatureNet(other, facts, IMAGE)).toThrow(/do not match its SHA-256/);
});

test('images are looked at once each, whatever the batch', async () => {
  const { facts, weights } = await trained;
  const net = openFeatureNet(weights, facts, IMAGE);
  const many = squares(130, 5);
  const all = net.features(many);
  const last = net.features({ items: 1, size: many.size, bytes: many.bytes.subarray(129 * many.size) });
  expect([all.rows, all.columns]).toEqual([130, 64]);
  const row = all.values.subarray(129 * 64);
  last.values.forEach((value, i) => {
    expect(value).toBeCloseTo(row[i] as number, 4);
  });
  net.dispose();
});

test('real images score well, blurred ones worse, noise worst; classes that were asked for are recognised', async () => {
  const { facts, weights } = await trained;
  const open = async () => openFeatureNet(weights, facts, IMAGE);
  const judges = openJudges({ data, size: IMAGE, latentDim: 4, classes: 4, net: open });
  const good = drawing((count, labels) => {
    const pool = squares(300, 9);
    const of = (label: number) => pool.labels.indexOf(label);
    const pick = (place: number) => (labels ? of(labels[place] as number) : place);
    const out = new Uint8Array(count * pool.size);
    for (let i = 0; i < count; i++)
      out.set(pool.bytes.subarray(pick(i) * pool.size, (pick(i) + 1) * pool.size), i * pool.size);
    return out;
  });
  const bad = drawing((count) => new Uint8Array(count * SIDE * SIDE).map((_, i) => (i * 7919) % 256));
  const [better, worse] = [
    await judges.byEpoch(good, 'validation', calm),
    await judges.byEpoch(bad, 'validation', calm),
  ];
  expect(better.kid).toBeLessThan(worse.kid as number);
  const metrics = await judges.inFull(good, calm);
  expect(metrics).toMatchObject({ n: 30, features: { sha256: facts.sha256 }, baselineComponents: 4 });
  expect(metrics?.ladder.map(({ degradation }) => degradation)).toEqual(['blur 0.7', 'blur 1.5', 'noise 0.2']);
  const figure = (name: string) => metrics?.figures.find((one) => one.name === name);
  expect(figure('classAccuracy')?.model).toBeGreaterThan(0.9);
  expect(figure('kid')?.model).toBeLessThan(figure('kid')?.baseline as number);
  expect(figure('recall')?.real).toBeGreaterThan(0);
  expect(flatMetrics(metrics)).toMatchObject({ kid: figure('kid')?.model, fid: figure('fid')?.model });
});

test('a learner with a likelihood costs no network before the end, and too few images are not compared', async () => {
  const net = async () => {
    throw new Error('nobody needs it');
  };
  const few = { ...data, test: squares(3, 4) };
  const judges = openJudges({ data: few, size: IMAGE, latentDim: 4, classes: 0, net });
  expect(await judges.byEpoch(scriptedLearner({ batchSize: 8 }), 'validation', calm)).toEqual({});
  expect(await judges.inFull(scriptedLearner({ batchSize: 8 }), calm)).toBeNull();
});

test('one image to choose epochs by is too few for a KID, which is said; where no image has a class, none is asked for', async () => {
  const { facts, weights } = await trained;
  const open = async () => openFeatureNet(weights, facts, IMAGE);
  const learner = drawing((count) => new Uint8Array(count * SIDE * SIDE));
  const lone = { ...data, validation: squares(1, 2) };
  const one = openJudges({ data: lone, size: IMAGE, latentDim: 4, classes: 4, net: open });
  const answer = one.byEpoch(learner, 'validation', calm);
  await expect(answer).rejects.toMatchObject({
    name: 'NoDataError',
    message: expect.stringMatching(/has 1: add images/),
  });
  const unlabelled = { ...data.test, labels: new Int32Array(data.test.items).fill(-1) };
  const none = openJudges({ data: { ...data, test: unlabelled }, size: IMAGE, latentDim: 4, classes: 4, net: open });
  const names = (await none.inFull(learner, calm))?.figures.map(({ name }) => name);
  expect(names).toContain('kid');
  expect(names).not.toContain('classAccuracy');
});

test('the stored network of a snapshot is used as it is, and none is trained', async () => {
  const { facts, weights } = await trained;
  const folder = mkdtempSync(join(tmpdir(), 'features-'));
  const weightsFile = join(folder, 'weights');
  writeFileSync(weightsFile, weights);
  const sent: unknown[] = [];
  const task = { folder, features: { weightsFile, facts } };
  const channel = { send: (message: unknown) => void sent.push(message), yieldToEventLoop: calm };
  const net = featureNetOf({ task, size: IMAGE, data, towers: 1, channel });
  expect((await net.open()).facts).toEqual(facts);
  expect(await net.open()).toBe(await net.open());
  expect(sent).toEqual([]);
  net.dispose();
});

test('without labels the network learns how far an image is turned; oblong ones are only turned by half', () => {
  const plain = { ...data.train, labels: new Int32Array(100).fill(-1) };
  const square = pretextOf(plain, IMAGE);
  expect([square.kind, square.classes]).toEqual(['rotations', 4]);
  expect(pretextOf(plain, { width: 8, height: 12, channels: 1 }).classes).toBe(2);
  const image = { items: 1, size: 4, bytes: Uint8Array.of(0, 51, 102, 153), labels: Int32Array.of(-1), classes: 0 };
  const turned = pretextOf(image, { width: 2, height: 2, channels: 1 });
  const quarters = [0, 1, 2, 3].map((turn) => {
    const target = new Float32Array(4);
    expect(turned.fill(target, image, 0, turn / 4)).toBe(turn);
    return [...target].map((value) => Math.round(value * 5));
  });
  expect(quarters).toEqual([
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [2, 0, 3, 1],
  ]);
});

test('a shift moves whole images, the same at the same step', () => {
  const image = () => Float32Array.from({ length: 2 * 64 }, (_, i) => (i % 64) / 64);
  const size = { width: 8, height: 8, channels: 1 } as const;
  const [a, b, c] = [image(), image(), image()];
  shiftBatch(a, size, 1, 5);
  shiftBatch(b, size, 1, 5);
  shiftBatch(c, size, 1, 6);
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});
