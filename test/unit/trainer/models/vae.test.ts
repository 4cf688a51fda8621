import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { attribute, executeOp } from '../../../../containers/trainer/engine/binding.ts';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { drawKey } from '../../../../containers/trainer/engine/context.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import { familyOf } from '../../../../containers/trainer/models/registry.ts';
import { vae } from '../../../../containers/trainer/models/vae/vae.ts';
import { vaeFamily } from '../../../../containers/trainer/models/vae/vae-learner.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';

const CONFIG = { width: 12, height: 8, channels: 3, latentDim: 4, classes: 0, batchSize: 6 } as const;
const OPTIMIZER = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const PIXELS = Float32Array.from({ length: 6 * 8 * 12 * 3 }, (_, i) => ((i * 37) % 101) / 100);

function session(config: Parameters<typeof vae>[0] = CONFIG, towers = 1) {
  const model = vae(config);
  const rest = { optimizer: OPTIMIZER, seed: 3, towers, precision: 'float32' } as const;
  return compile({ state: model.initialState(1), programs: model.programs, ...rest });
}

test('the registry knows it by its name in the configuration', () => {
  expect(familyOf('vae')).toBe(vaeFamily);
  expect(() => familyOf('gam')).toThrow(/no model family gam/);
});

test('gradients agree with plain tfjs ops and autodiff to 1e-5', () => {
  const model = vae(CONFIG);
  const names = [...model.initialState(1).keys()];
  const params = Object.fromEntries(
    [...model.initialState(1)].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  const position = { seed: 3, step: 7, draw: 0 };
  const x = tf.tensor4d(PIXELS, [6, 8, 12, 3]);
  const beta = tf.scalar(0.7);
  const contextOf = (tower: number) => eagerContext(position, tower, { beta }, true);
  const ours = runTowers(model.programs.train, { params, feed: { x, beta }, towers: 1, contextOf });

  const key = tf.tensor1d(drawKey(position, 'latent', 0), 'int32');
  const types = ['dtype', 'T', 'Tseed'].map((name, i) => attribute.type(name, i === 0 ? 'float32' : 'int32'));
  const noise = executeOp('StatelessRandomNormal', types, [tf.tensor1d([6, 4], 'int32'), key]);
  const { value, grads } = tf.valueAndGrads(plainLoss(names, x, noise))(names.map((name) => params[name] as Tensor));
  expect(Math.abs((ours.loss?.dataSync()[0] as number) / (value.dataSync()[0] as number) - 1)).toBeLessThan(1e-5);
  names.forEach((name, i) => {
    const want = grads[i] as Tensor;
    const off = tf.div(tf.norm(tf.sub(ours.gradients[name] as Tensor, want)), tf.norm(want)).dataSync()[0];
    expect(off, name).toBeLessThan(1e-5);
  });
});

test('the loss is the reconstruction plus beta times the divergence', () => {
  const one = session();
  const { loss, reconstructionLoss, klLoss } = one.run('train', { x: PIXELS, beta: 0.5, learningRate: 0 });
  expect(loss?.[0]).toBeCloseTo((reconstructionLoss?.[0] as number) + 0.5 * (klLoss?.[0] as number), 3);
  one.dispose();
});

test('evaluation gives one loss an item and nothing for padding', () => {
  const one = session(CONFIG, 2);
  const { reconstructionLoss, klLoss } = one.run('evaluate', { x: PIXELS, weight: Float32Array.of(1, 1, 1, 1, 0, 0) });
  expect([...(reconstructionLoss as Float32Array)].map((loss) => loss > 0)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
  expect([...(klLoss as Float32Array).slice(4)]).toEqual([0, 0]);
  one.dispose();
});

test('training lowers the loss on a distribution that can be learned', () => {
  const one = session();
  const stripes = Float32Array.from({ length: PIXELS.length }, (_, i) => Math.floor(i / 36) % 2);
  const step = () => one.run('train', { x: stripes, beta: 1, learningRate: 1e-2 }).loss?.[0] as number;
  const first = step();
  for (let i = 0; i < 30; i++) step();
  expect(step()).toBeLessThan(first / 2);
  one.dispose();
});

describe('shapes', () => {
  test.each([
    [28, 28, 1],
    [32, 64, 3],
  ] as const)('of %i x %i x %i images come back', (width, height, channels) => {
    const one = session({ width, height, channels, latentDim: 5, classes: 0, batchSize: 2 });
    const size = 2 * width * height * channels;
    const { pixels } = one.run('sample', { z: new Float32Array(10) });
    expect(pixels?.length).toBe(size);
    expect(pixels?.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
    expect(one.run('reconstruct', { x: new Float32Array(size) }).pixels?.length).toBe(size);
    const latent = one.run('encode', { x: new Float32Array(size) });
    expect([latent.zMean?.length, latent.zLogVar?.length]).toEqual([10, 10]);
    one.dispose();
  });

  test('sides that are no multiple of four are refused', () => {
    expect(() => vae({ ...CONFIG, width: 30 })).toThrow('multiples of 4');
  });
});

function plainLoss(names: string[], x: Tensor, noise: Tensor): (...weights: Tensor[]) => Scalar {
  return (...weights) => {
    const p = (name: string) => weights[names.indexOf(name)] as never;
    const conv = (h: Tensor, layer: string) =>
      tf.relu(tf.add(tf.conv2d(h as never, p(`${layer}/kernel`), 2, 'same'), p(`${layer}/bias`)));
    const up = (h: Tensor, layer: string, shape: number[], stride: number) =>
      tf.add(tf.conv2dTranspose(h as never, p(`${layer}/kernel`), shape as never, stride, 'same'), p(`${layer}/bias`));
    const linear = (h: Tensor, layer: string) => tf.add(tf.matMul(h, p(`${layer}/kernel`)), p(`${layer}/bias`));
    const flat = tf.reshape(conv(conv(x, 'encoder/conv1'), 'encoder/conv2'), [6, -1]);
    const [mean, logVar] = [linear(flat, 'encoder/zMean'), linear(flat, 'encoder/zLogVar')];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
    const h0 = tf.reshape(tf.relu(linear(z, 'decoder/dense')), [6, 2, 3, 64]);
    const h2 = tf.relu(up(tf.relu(up(h0, 'decoder/conv1', [6, 4, 6, 64], 2)), 'decoder/conv2', [6, 8, 12, 32], 2));
    const logits = up(h2, 'decoder/logits', [6, 8, 12, 3], 1);
    const cross = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, x)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
    const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(logVar, 1), tf.square(mean)), tf.exp(logVar))));
    return tf.div(tf.add(tf.sum(cross), tf.mul(0.7, kl)), 6);
  };
}

test('the importance weight of a draw is log p(x|z) + log p(z) - log q(z|x)', () => {
  const model = vae(CONFIG);
  const params = Object.fromEntries(
    [...model.initialState(1)].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  const position = { seed: 3, step: 7, draw: 0 };
  const contextOf = (tower: number) => eagerContext(position, tower, {}, false);
  const feed = { x: tf.tensor4d(PIXELS, [6, 8, 12, 3]), weight: tf.ones([6]) };
  const { outputs } = runTowers(model.programs.evaluate, { params, feed, towers: 1, contextOf });
  const noise = contextOf(0).normal([6, 4], 'latent').dataSync();
  const of = (name: string) => outputs[name]?.dataSync() as Float32Array;
  const [zMean, zLogVar, reconstruction, logWeight] = ['zMean', 'zLogVar', 'reconstructionLoss', 'logWeight'].map(of);
  for (let item = 0; item < 6; item++) {
    let logRatio = 0;
    for (let i = item * 4; i < item * 4 + 4; i++) {
      const deviation = Math.exp((zLogVar?.[i] as number) / 2);
      const z = (zMean?.[i] as number) + deviation * (noise[i] as number);
      const logNormal = (x: number, mean: number, sd: number) => -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd);
      logRatio += logNormal(z, 0, 1) - logNormal(z, zMean?.[i] as number, deviation);
    }
    const wanted = logRatio - (reconstruction?.[item] as number);
    expect(Math.abs((logWeight?.[item] as number) - wanted)).toBeLessThan(1e-3);
  }
});
