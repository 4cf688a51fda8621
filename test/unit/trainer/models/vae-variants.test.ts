// The VAE beyond its plain preset: residual blocks, classes, other likelihoods, and data that is small or odd.
import type { Tensor } from '@tensorflow/tfjs-node';
import { afterEach, describe, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { fillBatch, type Items, newBatch } from '../../../../containers/trainer/data/batches.ts';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import type { Learner } from '../../../../containers/trainer/learn/learner.ts';
import { averageDecay } from '../../../../containers/trainer/models/rate-schedule.ts';
import { vaePreset } from '../../../../containers/trainer/models/vae/presets.ts';
import { vae } from '../../../../containers/trainer/models/vae/vae.ts';
import { vaeFamily } from '../../../../containers/trainer/models/vae/vae-learner.ts';
import { vaeFeeds } from '../../../../containers/trainer/models/vae/vae-schedule.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';

const IMAGE = { width: 8, height: 8, channels: 3 } as const;
const facts = { items: 8, classes: 2, image: IMAGE };
const settings = (more: Partial<TrainConfig> = {}): ResolvedTrain =>
  resolveTrain(TrainConfig.parse({ preset: 'residual', latentDim: 3, epochs: 2, batchSize: 8, ...more }), facts);
const eventLoopTurn = async () => undefined;

const open: Learner[] = [];
afterEach(() => {
  for (const learner of open.splice(0)) learner.dispose();
});

function items(count: number, byteOf: (i: number) => number, classes = 2): Items {
  const bytes = Uint8Array.from({ length: count * 192 }, (_, i) => byteOf(i));
  return { items: count, size: 192, bytes, labels: Int32Array.from({ length: count }, (_, i) => i % classes), classes };
}

function learnerOf(train: ResolvedTrain, batchSize: number): Learner {
  const model = { ...IMAGE, latentDim: train.latentDim, batchSize, classes: train.conditional ? 2 : 0 };
  const learner = vaeFamily.openLearner({ train, model, towers: 1, stepsPerEpoch: 1, rateScale: 1 });
  open.push(learner);
  return learner;
}

test('a model that draws from a mixture is scored under it, too', async () => {
  const learner = learnerOf(settings({}), 8);
  const mixture = (at: number): LatentMixture => ({
    schemaVersion: 1,
    latentDim: 3,
    covariance: 'diagonal',
    components: [{ weight: 1, label: null, mean: [at, 0, 0], factor: [1, 1, 1] }],
  });
  const given = items(100, (i) => (i * 29) % 256);
  const plain = await learner.score(given, eventLoopTurn);
  expect(plain).not.toHaveProperty('mixtureElbo');
  learner.drawFrom?.('mixture', mixture(0));
  const same = await learner.score(given, eventLoopTurn);
  expect(same.negativeElbo).toBe(plain.negativeElbo);
  // The standard normal distribution as a mixture: its divergence is estimated from draws.
  expect(Math.abs((same.mixtureElbo as number) - (plain.negativeElbo as number))).toBeLessThan(0.5);
  learner.drawFrom?.('mixture', mixture(4));
  const far = await learner.score(given, eventLoopTurn);
  expect((far.mixtureElbo as number) - (same.mixtureElbo as number)).toBeGreaterThan(6);
});

describe.each(['bernoulli', 'gaussian', 'logistic'] as const)(
  'a conditional residual VAE with a %s decoder',
  (likelihood) => {
    const train = settings({ likelihood, conditional: true, freeBits: 0.2 });
    const config = { ...IMAGE, latentDim: 3, classes: 2, batchSize: 4 };

    test('has in its graph the gradients of an eager step to 1e-5', () => {
      const model = vae(config, train);
      // Zero kernels would hide the gradients of what lies before them.
      const state = new Map(
        [...model.initialState(1)].map(([name, { shape, values }]) => {
          const own = values.some((value) => value !== 0) ? values : values.map((_, i) => 0.05 * Math.sin(i + 1));
          return [name, { shape, values: own }] as const;
        }),
      );
      const x = Float32Array.from({ length: 4 * 192 }, (_, i) => ((i * 37) % 101) / 100);
      const label = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 0);
      const optimizer = { kind: 'adam', beta1: 0, beta2: 0.999, epsilon: 1 } as const;
      const session = compile({
        state,
        programs: { train: model.programs.train },
        optimizer,
        seed: 3,
        towers: 1,
        precision: 'float32',
      });
      session.run('train', { x, label, beta: 0.7, learningRate: 0 });
      const moments = session.save();
      session.dispose();
      tf.tidy(() => {
        const params = Object.fromEntries(
          [...state].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
        );
        const feed = { x: tf.tensor(x, [4, 8, 8, 3]), label: tf.tensor(label, [4, 2]), beta: tf.scalar(0.7) };
        const contextOf = (tower: number) =>
          eagerContext({ seed: 3, step: 0, draw: 0 }, tower, { beta: feed.beta }, true);
        const { gradients } = runTowers(model.programs.train, { params, feed, towers: 1, contextOf });
        for (const [name, gradient] of Object.entries(gradients)) {
          // With beta1 = 0 the first moment is the gradient itself.
          const inGraph = tf.tensor(moments.get(`adam/${name}/m`)?.values as Float32Array, gradient.shape);
          const off = tf.div(tf.norm(tf.sub(inGraph, gradient)), tf.norm(gradient)).dataSync()[0];
          expect(off, name).toBeLessThan(1e-5);
        }
        return [] as Tensor[];
      });
    });

    test('trains on eight images, knows its numbers by their names, and describes its latents', async () => {
      const learner = learnerOf(train, 8);
      const data = items(8, (i) => (i * 53) % 256);
      const batch = newBatch(8, 192, 2);
      fillBatch(
        batch,
        data,
        Int32Array.from({ length: 8 }, (_, i) => i),
      );
      const first = learner.train(batch).losses.loss;
      for (let i = 0; i < 12; i++) learner.train(batch);
      expect(learner.train(batch).losses.loss).toBeLessThan(first);
      const scores = await learner.score(
        items(3, (i) => (i * 29) % 256),
        eventLoopTurn,
      );
      expect(Object.values(scores).every(Number.isFinite)).toBe(true);
      expect('excess' in scores).toBe(likelihood === 'bernoulli');
      expect('bitsPerDim' in scores).toBe(likelihood === 'logistic');
      expect(learner.reconstruct?.(data)).toHaveLength(8 * 192);
      const described = learner.describeLatents?.({ train: data, validation: items(3, (i) => i % 256) });
      expect(described?.mixture?.components.map(({ label }) => label)).toEqual([0, 1]);
    });
  },
);

test.each([
  ['all black', 'bernoulli', (): number => 0],
  ['all white', 'logistic', (): number => 255],
  ['all alike', 'gaussian', (): number => 77],
] as const)('images %s end in finite numbers and the alarm, not in NaN', async (_what, likelihood, byteOf) => {
  const learner = learnerOf(settings({ likelihood, preset: 'plain', learningRate: 0.02 }), 8);
  const data = items(8, byteOf, 1);
  const batch = newBatch(8, 192, 0);
  fillBatch(
    batch,
    data,
    Int32Array.from({ length: 8 }, (_, i) => i),
  );
  for (let i = 0; i < 40; i++) expect(learner.train(batch).losses.loss).not.toBeNaN();
  const scores = await learner.score(data, eventLoopTurn);
  expect(Object.values(scores).every(Number.isFinite)).toBe(true);
  const described = learner.describeLatents?.({ train: data, validation: items(2, byteOf, 1) });
  expect(described?.facts).toMatchObject({ activeUnits: 0, alarm: expect.stringContaining('not used') });
});

test('the blocks of a residual network add nothing at first', () => {
  const [wide, narrow] = (['residual', 'plain'] as const).map((preset) =>
    vae({ ...IMAGE, latentDim: 3, classes: 0, batchSize: 2 }, settings({ preset })),
  );
  const state = wide?.initialState(1) ?? new Map();
  const last = [...state].filter(([name]) => name.includes('/last/'));
  expect(last.length).toBeGreaterThan(0);
  for (const [, { values }] of last) expect(values.every((value: number) => value === 0)).toBe(true);
  expect([...(narrow?.initialState(1).keys() ?? [])].some((name) => name.includes('block'))).toBe(false);
});

test.each([
  [{ width: 28, height: 28 }, [32, 64]],
  [{ width: 64, height: 64 }, [32, 64, 128]],
  [{ width: 128, height: 128 }, [32, 64, 128, 128]],
  [{ width: 12, height: 8 }, [32]],
  [{ width: 100, height: 36 }, [32, 64]],
])('the residual preset halves %o as often as it can', (sides, encoder) => {
  expect(vaePreset('residual', sides).encoder).toEqual(encoder);
  expect(() => vaePreset('wgan-gp', sides)).toThrow('no preset wgan-gp');
});

test('what auto means is decided by the snapshot', () => {
  const of = (more: Partial<TrainConfig>, data: Partial<typeof facts> & { channels?: number } = {}) => {
    const { channels = 3, ...rest } = data;
    return resolveTrain(TrainConfig.parse(more), { ...facts, ...rest, image: { width: 32, height: 32, channels } });
  };
  expect(of({})).toMatchObject({
    preset: 'plain',
    schedule: 'constant',
    likelihood: 'gaussian',
    conditional: false,
    batchSize: 128,
    learningRate: 1e-3,
    prior: 'mixture',
  });
  expect(of({}, { items: 20_000, channels: 1 })).toMatchObject({
    preset: 'residual',
    schedule: 'cosine',
    likelihood: 'bernoulli',
    batchSize: 64,
    learningRate: 2e-3,
    prior: 'flow',
  });
  const plainFlow = { preset: 'plain', prior: 'flow', schedule: 'cosine', batchSize: 64, learningRate: 2e-3 };
  expect(of({ prior: 'flow' })).toMatchObject(plainFlow);
  expect(of({ preset: 'plain' }, { items: 20_000 })).toMatchObject(plainFlow);
  expect(of({ latentDim: 1 }, { items: 20_000 }).prior).toBe('mixture');
  expect(of({ prior: 'normal' }, { items: 20_000 }).prior).toBe('normal');
  expect(of({ model: 'gan', prior: 'flow' }, { items: 20_000 }).prior).toBe('normal');
  expect(of({ conditional: true }, { classes: 1 }).conditional).toBe(false);
  expect(of({ conditional: true }).conditional).toBe(true);
  expect(of({ model: 'gan' })).toMatchObject({ conditional: true, schedule: 'cosine', augment: true, batchSize: 64 });
  expect(of({ model: 'gan' }, { items: 20_000 })).toMatchObject({ preset: 'plain', augment: false });
  expect(of({ model: 'gan', preset: 'wgan-gp' }).schedule).toBe('constant');
  expect(of({ model: 'gan', augment: true, learningRate: 0.1 }, { items: 20_000 })).toMatchObject({
    augment: true,
    learningRate: 0.1,
  });
});

test('the rate rises from a tenth, falls to a hundredth, and beta rises, by the place alone', () => {
  const train = settings({ schedule: 'cosine', epochs: 10, learningRate: 1, beta: 4, betaWarmup: 2 });
  const at = (step: number, budgetSpent = 0) => vaeFeeds(train, { step, stepsPerEpoch: 5, budgetSpent });
  expect(at(0)).toEqual({ learningRate: 0.1, beta: 0 });
  expect(at(1).learningRate).toBeGreaterThan(0.99);
  expect(at(5).beta).toBe(2);
  expect(at(25).learningRate).toBeCloseTo(0.505);
  expect(at(50)).toEqual({ learningRate: 0.01, beta: 4 });
  const place = { step: 0, stepsPerEpoch: 5, budgetSpent: 0 };
  expect(vaeFeeds({ ...train, schedule: 'constant', betaWarmup: 0 }, place)).toEqual({ learningRate: 1, beta: 4 });
});

test('an average reaches back a twentieth of the steps so far, by half, and no farther than its decay says', () => {
  expect(averageDecay(0.999, 1)).toBeLessThan(1e-5);
  expect(averageDecay(0.999, 400) ** 20).toBeCloseTo(0.5, 6);
  expect(averageDecay(0.999, 1e6)).toBe(0.999);
});

test('a budget ends the schedule where it is over before the epochs are', () => {
  const train = settings({ schedule: 'cosine', epochs: 1000, learningRate: 1 });
  const at = (step: number, budgetSpent: number) =>
    vaeFeeds(train, { step, stepsPerEpoch: 5, budgetSpent }).learningRate;
  expect(at(100, 0.5)).toBeCloseTo(0.505);
  expect(at(100, 1)).toBeCloseTo(0.01);
  expect(at(5000, 0.5)).toBeCloseTo(0.01);
});
