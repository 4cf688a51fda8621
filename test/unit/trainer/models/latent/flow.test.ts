// The flow as a map: invertible, its density right, its gradient that of plain tfjs, and the same in exported files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../../containers/trainer/engine/towers.ts';
import type { Params, StateMap } from '../../../../../containers/trainer/engine/types.ts';
import { exportModel } from '../../../../../containers/trainer/export/export-model.ts';
import { flow, flowLogDensity } from '../../../../../containers/trainer/models/latent/flow.ts';
import { flowPrior } from '../../../../../containers/trainer/models/latent/latent-prior.ts';
import { vae } from '../../../../../containers/trainer/models/vae/vae.ts';
import { eagerContext } from '../../../../fixtures/eager-context.ts';

const ROWS = 5;

function livelyState(state: StateMap): StateMap {
  return new Map(
    [...state].map(([name, { shape, values }]) => {
      return [name, { shape, values: normals(2, name, values.length).map((value) => value * 0.1) }] as const;
    }),
  );
}

function paramsOf(state: StateMap): Params {
  return Object.fromEntries([...state].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));
}

const rows = (dim: number, stream = 'z') => tf.tensor2d(normals(3, stream, ROWS * dim), [ROWS, dim]);
const worst = (a: Tensor, b: Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number;

test.each([
  [2, 0],
  [5, 0],
  [32, 3],
])('codes of %i dimensions with %i classes go to the base space and come back', (latentDim, classes) => {
  tf.tidy(() => {
    const own = flow({ latentDim, classes });
    const params = paramsOf(livelyState(own.initialState(1)));
    const label = classes > 0 ? tf.oneHot(tf.tensor1d([0, 1, 2, 1, 0], 'int32'), classes).toFloat() : undefined;
    const z = rows(latentDim);
    const { base } = own.toBase(params, z, label);
    expect(worst(base, z)).toBeGreaterThan(0.1);
    expect(worst(own.fromBase(params, base, label), z)).toBeLessThan(1e-4);
  });
});

test('a new flow is the identity, so that training begins at the normal prior', () => {
  tf.tidy(() => {
    const own = flow({ latentDim: 6, classes: 0 });
    const params = paramsOf(own.initialState(1));
    const z = rows(6);
    const { base, logScale } = own.toBase(params, z, undefined);
    expect([worst(base, z), worst(logScale, tf.zerosLike(z))]).toEqual([0, 0]);
  });
});

test("the log density integrates to one: the determinant is the map's own", () => {
  tf.tidy(() => {
    const own = flow({ latentDim: 2, classes: 0 });
    const params = paramsOf(livelyState(own.initialState(1)));
    const [side, reach] = [241, 9];
    const at = Array.from({ length: side }, (_, i) => -reach + (2 * reach * i) / (side - 1));
    const grid = tf.tensor2d(at.flatMap((x) => at.map((y) => [x, y])));
    const density = tf.exp(flowLogDensity(own.toBase(params, grid, undefined)));
    const cell = ((2 * reach) / (side - 1)) ** 2;
    expect((tf.sum(density).dataSync()[0] as number) * cell).toBeCloseTo(1, 2);
  });
});

test('one latent dimension is refused with what to do', () => {
  expect(() => flow({ latentDim: 1, classes: 0 })).toThrow(/at least 2 latent dimensions. Use train.prior=mixture/);
});

test('with logShares an item is scored under all classes, whatever its own is', () => {
  tf.tidy(() => {
    const [latentDim, classes] = [4, 3];
    const prior = flowPrior({ latentDim, classes });
    const own = flow({ latentDim, classes });
    const params = paramsOf(livelyState(prior.initialState(1)));
    const [z, noise] = [rows(latentDim), rows(latentDim, 'noise')];
    const zeros = tf.zerosLike(z);
    const labelled = (label: Tensor) => ({ zMean: zeros, zLogVar: zeros, noise, z, label });
    const shares = [0.5, 0.3, 0.2, 0];
    const logShares = tf.tensor1d(shares.map((share) => Math.log(Math.max(share, 1e-30))));
    const oneHot = (index: number) => tf.oneHot(tf.fill([ROWS], index, 'int32'), classes).toFloat();
    const mixed = prior.logRatio(params, labelled(oneHot(0)), logShares);
    expect(worst(mixed, prior.logRatio(params, labelled(oneHot(2)), logShares))).toBe(0);
    const densities = [0, 1, 2].map((index) =>
      tf.mul(tf.exp(flowLogDensity(own.toBase(params, z, oneHot(index)))), shares[index] as number),
    );
    const logQ = tf.mul(-0.5, tf.sum(tf.add(tf.square(noise), Math.log(2 * Math.PI)), 1));
    expect(worst(mixed, tf.sub(tf.log(tf.addN(densities)), logQ))).toBeLessThan(1e-4);
    const alone = prior.logRatio(params, labelled(oneHot(1)), undefined);
    expect(worst(alone, tf.sub(flowLogDensity(own.toBase(params, z, oneHot(1))), logQ))).toBeLessThan(1e-4);
  });
});

test('the divergence is one number a dimension, and its gradient agrees with plain tfjs to 1e-5', () => {
  tf.tidy(() => {
    const prior = flowPrior({ latentDim: 4, classes: 0 });
    const params = paramsOf(livelyState(prior.initialState(1)));
    const names = Object.keys(params);
    const [z, noise] = [rows(4), rows(4, 'noise')];
    const zeros = tf.zerosLike(z);
    const draw = { zMean: zeros, zLogVar: zeros, noise, z, label: undefined };
    const program = {
      feed: {},
      updates: ['prior'],
      step: (given: Params) => {
        const byUnit = prior.divergence(given, draw);
        expect(byUnit.shape).toEqual([ROWS, 4]);
        return { loss: tf.mean(tf.sum(byUnit, 1)), outputs: {} };
      },
    };
    const contextOf = (tower: number) => eagerContext({ seed: 1, step: 0, draw: 0 }, tower, {}, true);
    const ours = runTowers(program, { params, feed: {}, towers: 1, contextOf });
    const { value, grads } = tf.valueAndGrads(plainDivergence(names, z, noise))(
      names.map((name) => params[name] as Tensor),
    );
    expect(ours.loss?.dataSync()[0]).toBeCloseTo(value.dataSync()[0] as number, 4);
    names.forEach((name, i) => {
      const want = grads[i] as Tensor;
      const off = tf.div(tf.norm(tf.sub(ours.gradients[name] as Tensor, want)), tf.norm(want)).dataSync()[0];
      expect(off, name).toBeLessThan(1e-5);
    });
  });
});

/** The couplings written out in tfjs's own ops. */
function plainDivergence(names: string[], z: Tensor, noise: Tensor): (...weights: Tensor[]) => Scalar {
  return (...weights) => {
    const weight = (name: string, place: number) =>
      (tf.unstack(weights[names.indexOf(name)] as Tensor) as Tensor[])[place] as Tensor;
    const layer = (name: string, place: number, x: Tensor) =>
      tf.add(tf.matMul(x, weight(`${name}/kernel`, place) as never), weight(`${name}/bias`, place));
    const swish = (x: Tensor) => tf.mul(x, tf.sigmoid(x));
    const halves = tf.split(z, 2, 1) as [Tensor, Tensor];
    let logs: Tensor = tf.zeros([ROWS]);
    for (let i = 0; i < 6; i++) {
      const [changed, read] = i % 2 === 0 ? ([1, 0] as const) : ([0, 1] as const);
      const name = `prior/${['second', 'first'][i % 2]}`;
      const place = Math.floor(i / 2);
      const hidden = swish(layer(`${name}/hidden2`, place, swish(layer(`${name}/hidden1`, place, halves[read]))));
      const [shift, raw] = tf.split(layer(`${name}/affine`, place, hidden), 2, 1) as [Tensor, Tensor];
      const logScale = tf.mul(1.5, tf.tanh(tf.div(raw, 1.5)));
      halves[changed] = tf.mul(tf.add(halves[changed], shift), tf.exp(logScale));
      logs = tf.add(logs, tf.sum(logScale, 1));
    }
    const squares = tf.sum(tf.sub(tf.square(tf.concat(halves, 1)), tf.square(noise)), 1);
    return tf.mean(tf.sub(tf.mul(0.5, squares), logs)) as Scalar;
  };
}

test('a whole model with a flow is exported: base noise to pixels in one graph, in both formats', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-flow-'));
  const config = { width: 8, height: 8, channels: 1, latentDim: 5, classes: 3, batchSize: 2 } as const;
  const model = vae(config, {
    preset: 'plain',
    likelihood: 'bernoulli',
    freeBits: 0,
    conditional: false,
    prior: 'flow',
  });
  const state = livelyState(model.initialState(1));
  const { files, worstParity } = await exportModel({ exports: model.exports, state, folder });
  rmSync(folder, { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(['decoder.onnx', 'encoder.onnx', 'toBase.onnx', 'fromBase.onnx', 'toBase/model.json']),
  );
  expect(worstParity).toBeLessThan(0.5);
});
