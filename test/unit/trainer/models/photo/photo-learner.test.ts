// Learning as behaviour: the discs' colours are learned, the frozen half stays, a resumed run goes on bit by bit, files match.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { LatentMixture } from '#core/model/latent-mixture.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { fitLatents } from '#stages/sample/drawing/fit-latents.ts';
import { openLikenessWith } from '#stages/sample/drawing/likeness.ts';
import { epochOrder, fillBatch, newBatch } from '../../../../../containers/trainer/data/batches.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { StateMap } from '../../../../../containers/trainer/engine/types.ts';
import { exportModel } from '../../../../../containers/trainer/export/export-model.ts';
import type { Learner } from '../../../../../containers/trainer/learn/learner.ts';
import { photo } from '../../../../../containers/trainer/models/photo/photo.ts';
import { familyOf } from '../../../../../containers/trainer/models/registry.ts';
import { DISC_IMAGE, discs, redness } from './discs.ts';

const data = { train: discs(96, 1), validation: discs(24, 2) };
const STEPS_PER_EPOCH = 12;
/** Before and after the critics come in. */
const [HALFWAY, LAST] = [56, 62];
const MODEL = { ...DISC_IMAGE, latentDim: 8, classes: 2, batchSize: 8 };
const facts = { items: 96, classes: 2, image: DISC_IMAGE, hasFeatures: true };

function settings(changes: Record<string, unknown>) {
  return resolveTrain(TrainConfig.parse({ preset: 'photo', latentDim: 8, batchSize: 8, ...changes }), facts);
}

function open(changes: Record<string, unknown>): Learner {
  const train = settings(changes);
  return familyOf(train.model, train.preset).openLearner({
    train,
    model: MODEL,
    towers: 1,
    stepsPerEpoch: STEPS_PER_EPOCH,
    rateScale: 1,
  });
}

/** Trains up to so many steps; gives the reports. */
function trainTo(learner: Learner, steps: number) {
  const batch = newBatch(learner.batchSize, data.train.size, 2);
  const reports = [];
  while (learner.step < steps) {
    const [epoch, place] = [1 + Math.floor(learner.step / STEPS_PER_EPOCH), learner.step % STEPS_PER_EPOCH];
    const order = epochOrder(1, epoch, data.train.items, learner.batchSize);
    fillBatch(batch, data.train, order.subarray(place * learner.batchSize, (place + 1) * learner.batchSize));
    reports.push(learner.train(batch).losses);
  }
  return reports;
}

describe('a photo VAE', () => {
  // Ten epochs of twelve steps: the critics come in after 60. To open a learner takes longer than to train it so far.
  const learner = open({ epochs: 10 });
  let reports: ReturnType<typeof trainTo> = [];
  let [tensors, leaked] = [0, 0];
  let [finished, resumed]: StateMap[] = [];

  beforeAll(() => {
    reports = trainTo(learner, HALFWAY);
    tensors = tf.memory().numTensors;
    const halfway = learner.save();
    reports.push(...trainTo(learner, LAST));
    finished = learner.save();
    learner.load(halfway);
    trainTo(learner, LAST);
    resumed = learner.save();
    leaked = tf.memory().numTensors - tensors;
  });
  afterAll(() => learner.dispose());

  test('reconstructs better and better, then hears its critics', () => {
    const pixel = (from: number, to: number) =>
      reports.slice(from, to).reduce((sum, losses) => sum + (losses.pixelLoss as number), 0) / (to - from);
    expect(pixel(HALFWAY - 10, HALFWAY)).toBeLessThan(0.6 * pixel(0, 10));
    expect(reports[HALFWAY]).not.toHaveProperty('criticLoss');
    expect(reports[LAST - 1]).toHaveProperty('criticLoss');
    expect(reports.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  test('goes on from a checkpoint to the same bytes, across the change of stages', () => {
    expect([...(resumed as StateMap).keys()]).toEqual([...(finished as StateMap).keys()]);
    for (const [name, { values }] of finished as StateMap) expect(resumed?.get(name)?.values, name).toEqual(values);
    expect(learner.step).toBe(LAST);
  });

  test('leaves what every run of the seed has out of its checkpoints, and leaks no tensor', () => {
    expect(
      [...(finished as StateMap).keys()].filter((name) => /^(adam\/|ema\/)?(features|mixing)\//.test(name)),
    ).toEqual([]);
    const [once, again] = [1, 2].map(() => photo(MODEL, settings({})).initialState(1)) as [StateMap, StateMap];
    const mixing = [...once.keys()].filter((name) => name.startsWith('mixing/'));
    expect(mixing.length).toBeGreaterThan(0);
    for (const name of mixing) expect(again.get(name)?.values, name).toEqual(once.get(name)?.values);
    expect(leaked).toBe(0);
  });

  test('draws the class that is asked for', () => {
    const labels = Int32Array.from({ length: 32 }, (_, i) => i % 2);
    const drawn = redness(learner.generate({ count: 32, stream: 'test', labels }), 32);
    const right = drawn.filter((red, i) => (labels[i] === 0 ? red > 0 : red < 0));
    expect(right.length).toBeGreaterThan(28);
    expect(learner.generate({ count: 4, stream: 'a' })).toEqual(learner.generate({ count: 4, stream: 'a' }));
  });

  test('describes where its codes lie, around the photos of each class', () => {
    const described = learner.describeLatents?.(data);
    const mixture = LatentMixture.parse(described?.mixture);
    const ofClass = data.train.labels.filter((label) => label === 0).length;
    // Each of them twice, as it is and mirrored, without those that look least like their class.
    const centres = mixture.components.filter(({ label }) => label === 0);
    expect(centres).toHaveLength(2 * Math.round(0.85 * ofClass));
    expect(mixture.components.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(LatentMixture.parse(learner.describeLatents?.(data).mixture)).toEqual(mixture);
    // It is fitted to the photos, and what is drawn from now on comes from it.
    const turned = LatentMixture.parse(learner.describeLatents?.({ ...data, train: data.validation }).mixture);
    expect(turned).not.toEqual(mixture);
    const drawn = learner.generate({ count: 8, stream: 'test' });
    learner.describeLatents?.(data);
    expect(learner.generate({ count: 8, stream: 'test' })).not.toEqual(drawn);
  });

  test('scores epochs by what it draws, beside what it reconstructs', async () => {
    const figures = await learner.score(data.validation, async () => undefined);
    expect(Object.keys(figures).sort()).toEqual(['featureKid', 'klLoss', 'reconstructionLoss']);
    expect(Object.values(figures).every(Number.isFinite)).toBe(true);
  });

  test('is exported to files that compute what it does', async () => {
    const train = settings({});
    const model = photo(MODEL, train);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-photo-'));
    const state = new Map([...learner.weights(), ...(model.frozen ?? [])]);
    const { exports, endpointExports = {} } = model;
    const { files, worstParity } = await exportModel({ exports, endpointExports, state, folder });
    const fitted = await fittedToPhoto(folder);
    rmSync(folder, { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['decoder.onnx', 'encoder.onnx', 'decoder/model.json']));
    expect(files.filter((file) => /^(near|likeness)/.test(file))).toEqual(['near.onnx', 'likeness.onnx']);
    expect(worstParity).toBeLessThanOrEqual(1);
    expect(fitted.facts.steps).toBe(30);
    expect(fitted.facts.after).toBeLessThan(0.9 * fitted.facts.before);
  });
});

/** A drawing of the mean code, moved towards a photo by the exported networks as the endpoint runs them. */
async function fittedToPhoto(folder: string) {
  const bytes = (name: string) => readFileSync(join(folder, name));
  const card = { input: { kind: 'image', ...DISC_IMAGE, channels: 3 }, latentDim: 8, labels: ['a', 'b'] } as const;
  const opened = { ...card, train: { ...settings({}) }, latent: null } as never;
  const likeness = await openLikenessWith(1)({ near: bytes('near.onnx'), likeness: bytes('likeness.onnx') }, opened);
  const photo = data.validation.bytes.slice(0, data.validation.size);
  const wanted = [await likeness.mapsOf(photo)];
  const latents = { z: new Float32Array(8), labels: Int32Array.of(-1), classWeights: Float32Array.of(0.5, 0.5) };
  const fit = await fitLatents({ latents, wanted, likeness, pixels: 32 * 32 });
  await likeness.close();
  return fit;
}

test('a photo GAN is the same decoder with critics alone', () => {
  const learner = open({ model: 'gan', epochs: 2 });
  const reports = trainTo(learner, 3);
  expect(reports.map((losses) => Object.keys(losses).sort())).toEqual(
    Array(3).fill(['criticLoss', 'drawnLogit', 'generatorLoss', 'loss', 'realLogit']),
  );
  expect(learner.reconstruct).toBeUndefined();
  expect(learner.generate({ count: 3, stream: 'a' })).toHaveLength(3 * 32 * 32 * 3);
  learner.dispose();
});

test('the sampling half has the name by which the endpoint knows its family', () => {
  const namesOf = (model: string) => Object.keys(photo(MODEL, settings({ model })).exports).sort();
  expect(namesOf('vae')).toEqual(['decoder', 'encoder']);
  expect(namesOf('gan')).toEqual(['generator']);
  expect(photo(MODEL, settings({ model: 'gan' })).endpointExports).toBeUndefined();
});

test('the preset is chosen for colour images above 32 pixels where pretrained features are there', () => {
  const presetOf = (image: { width: number; height: number; channels: number }, more = {}, hasFeatures = true) =>
    resolveTrain(TrainConfig.parse(more), { items: 2000, classes: 2, image, hasFeatures }).preset;
  const photos = { width: 64, height: 64, channels: 3 };
  expect(presetOf(photos)).toBe('photo');
  expect(presetOf(photos, { features: 'none' })).toBe('residual');
  expect(presetOf(photos, {}, false)).toBe('residual');
  expect(presetOf({ width: 32, height: 32, channels: 3 })).toBe('plain');
  expect(presetOf({ width: 64, height: 64, channels: 1 })).toBe('residual');
  expect(presetOf({ width: 50, height: 50, channels: 3 })).toBe('residual');
});
