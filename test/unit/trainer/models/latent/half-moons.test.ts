// A distribution that is known: two half moons, seen through a linear map. A linear decoder cannot bend a normal distribution into
// it, so what is drawn is right only where the prior has learned where the codes lie.
import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { compile } from '../../../../../containers/trainer/engine/compile.ts';
import { slotNames } from '../../../../../containers/trainer/engine/state.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { Params, Program } from '../../../../../containers/trainer/engine/types.ts';
import { energyDistance } from '../../../../../containers/trainer/evaluate/shared/energy-distance.ts';
import type { Matrix } from '../../../../../containers/trainer/evaluate/shared/matrix.ts';
import { normality } from '../../../../../containers/trainer/evaluate/shared/normality.ts';
import {
  flowPrior,
  type LatentPrior,
  normalPrior,
} from '../../../../../containers/trainer/models/latent/latent-prior.ts';
import { swish } from '../../../../../containers/trainer/models/layers/activations.ts';
import { initialWeights } from '../../../../../containers/trainer/models/layers/initial.ts';
import { dense, exp, sumPerItem } from '../../../../../containers/trainer/models/layers/ops.ts';

const [LATENTS, VALUES, BATCH, ROWS, STEPS] = [2, 6, 64, 512, 800];
const SIGMA = 0.1;

/** [rows, VALUES]: moons of radius 1.5 and noise 0.05, times a fixed matrix. */
function moons(rows: number, stream: string): Matrix {
  const angles = uniforms(4, `${stream}/angle`, rows);
  const noise = normals(4, `${stream}/noise`, rows * 2);
  const map = normals(1, 'map', LATENTS * VALUES);
  const values = new Float32Array(rows * VALUES);
  for (let row = 0; row < rows; row++) {
    const angle = Math.PI * (angles[row] as number);
    const lower = row % 2 === 1;
    const x = 1.5 * (lower ? 1 - Math.cos(angle) : Math.cos(angle)) - 0.75 + 0.05 * (noise[2 * row] as number);
    const y = 1.5 * (lower ? 0.5 - Math.sin(angle) : Math.sin(angle)) - 0.375 + 0.05 * (noise[2 * row + 1] as number);
    for (let i = 0; i < VALUES; i++) {
      values[row * VALUES + i] = x * (map[i] as number) + y * (map[VALUES + i] as number);
    }
  }
  return { rows, columns: VALUES, values };
}

const layer = (params: Params, name: string, x: Tensor) =>
  dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);

function programsOf(prior: LatentPrior): Record<'train' | 'draw' | 'base', Program> {
  const x = (rows: number) => ({ x: { shape: [rows, VALUES], dtype: 'float32' } }) as const;
  const encode = (params: Params, x: Tensor) => {
    const hidden = swish(layer(params, 'encoder/hidden', x));
    return { zMean: layer(params, 'encoder/zMean', hidden), zLogVar: layer(params, 'encoder/zLogVar', hidden) };
  };
  const drawn = (latent: ReturnType<typeof encode>, noise: Tensor) => {
    const z = tf.add(latent.zMean, tf.mul(exp(tf.mul(latent.zLogVar, 0.5)), noise));
    return { ...latent, noise, z, label: undefined };
  };
  return {
    train: {
      feed: x(BATCH),
      batched: ['x'],
      updates: prior === normalPrior ? ['encoder', 'decoder'] : ['encoder', 'decoder', 'prior'],
      step(params, feed, context) {
        const latent = encode(params, feed.x as Tensor);
        const draw = drawn(latent, context.normal(latent.zMean.shape, 'latent'));
        const off = tf.div(tf.sub(feed.x as Tensor, layer(params, 'decoder/linear', draw.z)), SIGMA);
        const kl = tf.mean(sumPerItem(prior.divergence(params, draw)));
        return { loss: tf.add(tf.mul(0.5, tf.mean(sumPerItem(tf.square(off)))), kl), outputs: { kl } };
      },
    },
    draw: {
      feed: {},
      updates: [],
      step(params, _, context) {
        const z = prior.fromBase(params, context.normal([ROWS, LATENTS], 'base'), undefined);
        const noise = tf.mul(SIGMA, context.normal([ROWS, VALUES], 'pixel'));
        return { outputs: { x: tf.add(layer(params, 'decoder/linear', z), noise) } };
      },
    },
    base: {
      feed: x(ROWS),
      updates: [],
      step(params, feed, context) {
        const latent = encode(params, feed.x as Tensor);
        const { z } = drawn(latent, context.normal(latent.zMean.shape, 'latent'));
        return { outputs: { base: prior.toBase(params, z, undefined).base } };
      },
    },
  };
}

function trained(prior: LatentPrior) {
  const affine = (name: string, from: number, to: number) => ({
    [`${name}/kernel`]: [from, to],
    [`${name}/bias`]: [to],
  });
  const shapes = {
    ...affine('encoder/hidden', VALUES, 64),
    ...affine('encoder/zMean', 64, LATENTS),
    ...affine('encoder/zLogVar', 64, LATENTS),
    ...affine('decoder/linear', LATENTS, VALUES),
  };
  const session = compile({
    state: new Map([...initialWeights(shapes, 1), ...prior.initialState(1)]),
    programs: programsOf(prior),
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, clipNorm: 100, emaDecay: 'asked' },
    seed: 1,
    towers: 1,
    precision: 'float32',
  });
  const { values } = moons(BATCH * 64, 'train');
  for (let step = 0; step < STEPS; step++) {
    const from = (step % 64) * BATCH * VALUES;
    const share = 0.5 * (1 + Math.cos((Math.PI * step) / STEPS));
    session.run('train', { x: values.subarray(from, from + BATCH * VALUES), learningRate: 3e-3 * share + 1e-5 });
    session.average(0.9);
  }
  const average = session.fetch(['decoder/linear/kernel', slotNames.average('decoder/linear/kernel')]);
  const heldOut = moons(ROWS, 'heldOut');
  const other = moons(ROWS, 'other');
  const x = session.run('draw', {}).x as Float32Array;
  const base = (x: Float32Array): Matrix => ({
    rows: ROWS,
    columns: LATENTS,
    values: session.run('base', { x }).base as Float32Array,
  });
  const seen = base(heldOut.values);
  const shifted = base(heldOut.values.map((value) => value + 0.4));
  session.dispose();
  return {
    average: [...average.values()],
    distance: energyDistance({ rows: ROWS, columns: VALUES, values: x }, heldOut),
    real: energyDistance(other, heldOut),
    seen: normality(seen, 1),
    shifted: normality(shifted, 1),
  };
}

test('a flow learns two half moons through a linear decoder, which the normal prior cannot', () => {
  const [plain, flow] = [trained(normalPrior), trained(flowPrior({ latentDim: LATENTS, classes: 0 }))];
  expect(Math.abs(plain.real)).toBeLessThan(0.03);
  expect(plain.distance).toBeGreaterThan(0.2);
  expect(flow.distance).toBeLessThan(0.05);
  // Held-out codes are normal in the base space; those of items that lie elsewhere are not, nor any under the normal prior.
  expect(flow.seen.isNormal).toBe(true);
  expect(flow.shifted.isNormal).toBe(false);
  expect(plain.seen.isNormal).toBe(false);
  // An average that is moved when asked follows the weights.
  const [weights, averages] = flow.average.map(({ values }) => values);
  for (const [i, value] of (weights ?? []).entries()) {
    expect(Math.abs(value - (averages?.[i] as number))).toBeLessThan(0.05);
  }
  expect(averages).not.toEqual(weights);
});
