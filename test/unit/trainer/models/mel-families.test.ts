import { expect, test } from 'vitest';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveAudioTrain } from '#core/model/resolve-audio-train.ts';
import { epochOrder, fillBatch, type Items, newBatch } from '../../../../containers/trainer/data/batches.ts';
import type { Learner } from '../../../../containers/trainer/learn/learner.ts';
import { melFamilyOf } from '../../../../containers/trainer/models/audio/mel-families.ts';
import { KNOWN_AUDIO, knownClips } from '../../core/kinds/audio/known-clips.ts';

const codec = melCodecFor(KNOWN_AUDIO);
const { frames: width, bands: height } = codec;
const SIZE = width * height;
const BATCH = 32;
const LATENT = 6;
const itemsOf = (count: number, seed: number): Items<Uint8Array> => {
  const { samples, labels } = knownClips(count, seed);
  const toMel = clipsToMel(codec);
  const bytes = new Uint8Array(count * SIZE);
  for (let i = 0; i < count; i++)
    bytes.set(toMel(samples.subarray(i * codec.samples, (i + 1) * codec.samples)), i * SIZE);
  return { items: count, size: SIZE, bytes, labels, classes: 2 };
};
const data = { train: itemsOf(96, 1), validation: itemsOf(32, 2) };
const calm = async () => undefined;

function open(model: 'vae' | 'pca-mixture', prior: 'auto' | 'flow' = 'auto'): Learner {
  const settings = { model, prior, epochs: 20, latentDim: LATENT, batchSize: BATCH, augment: false } as const;
  const train = resolveAudioTrain(TrainConfig.parse(settings), { classes: 2 });
  const classes = train.conditional ? 2 : 0;
  const config = { width, height, channels: 1 as const, latentDim: LATENT, batchSize: BATCH, classes };
  const options = { train, model: config, towers: 1, stepsPerEpoch: 3, rateScale: 1 };
  return melFamilyOf(model).openLearner(options, data.train);
}

/** Mean absolute difference in shares of the range. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + Math.abs(byte - (b[i] as number)), 0) / a.length / 255;
}

test('a VAE of clips begins as their principal components, and learns more than they hold', async () => {
  const [vae, pca] = [open('vae'), open('pca-mixture')];
  const [first, components] = [vae, pca].map((learner) => learner.reconstruct?.(data.validation) as Uint8Array) as [
    Uint8Array,
    Uint8Array,
  ];
  expect(difference(first, components)).toBeLessThan(0.002);
  expect(difference(components, data.validation.bytes)).toBeLessThan(0.08);
  const before = await vae.score(data.validation, calm);
  expect(before.weightedElbo).toBeCloseTo((await pca.score(data.validation, calm)).weightedElbo as number, -1);
  const batch = newBatch(BATCH, SIZE, 2);
  for (let epoch = 1; epoch <= 20; epoch++) {
    const order = epochOrder(1, epoch, data.train.items, BATCH);
    for (let at = 0; at < order.length; at += BATCH) {
      fillBatch(batch, data.train, order.subarray(at, at + BATCH));
      vae.train(batch);
    }
  }
  const after = await vae.score(data.validation, calm);
  expect(after.weightedElbo).toBeLessThan(before.weightedElbo as number);
  const learned = vae.reconstruct?.(data.validation) as Uint8Array;
  expect(difference(learned, data.validation.bytes)).toBeLessThan(difference(components, data.validation.bytes));
  vae.dispose();
  pca.dispose();
});

test('a PCA mixture draws the class that is asked for, low sounds in the lower half, no two the same', () => {
  const learner = open('pca-mixture');
  const described = learner.describeLatents?.(data);
  expect(described?.facts.mixture).toMatchObject({ byLabel: true, covariance: 'full' });
  learner.drawFrom?.('mixture', described?.mixture ?? null);
  const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2);
  const drawn = learner.generate({ count: 20, stream: 'test', labels });
  for (let i = 0; i < 20; i++) {
    const picture = drawn.subarray(i * SIZE, (i + 1) * SIZE);
    const sum = (part: Uint8Array) => part.reduce((total, byte) => total + byte, 0);
    const isHigh = sum(picture.subarray(0, SIZE / 2)) > sum(picture.subarray(SIZE / 2));
    expect(isHigh).toBe(labels[i] === 1);
    for (let j = 0; j < i; j++)
      expect(difference(picture, drawn.subarray(j * SIZE, (j + 1) * SIZE))).toBeGreaterThan(0.001);
  }
  learner.dispose();
});

test('a flow that is asked for is trained along, from the principal components on', async () => {
  const learner = open('vae', 'flow');
  const batch = newBatch(BATCH, SIZE, 2);
  fillBatch(batch, data.train, epochOrder(1, 1, data.train.items, BATCH).subarray(0, BATCH));
  const first = learner.train(batch).losses.loss;
  for (let step = 0; step < 8; step++) learner.train(batch);
  expect(learner.train(batch).losses.loss).toBeLessThan(first);
  const described = learner.describeLatents?.(data);
  expect([...(described?.bounds.keys() ?? [])]).toEqual(['normal', 'mixture', 'flow']);
  expect(learner.generate({ count: 2, stream: 'test', labels: Int32Array.of(0, 1) })).toHaveLength(2 * SIZE);
  learner.dispose();
});

test('a family that sounds do not have is refused with those that they have', () => {
  expect(() => melFamilyOf('latent-class')).toThrow('The families are vae, pca-mixture, gan');
});
