import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import type { Program, Session, StateMap } from '../../../../containers/trainer/engine/types.ts';
import { exportModel } from '../../../../containers/trainer/export/export-model.ts';
import { forwardGraph } from '../../../../containers/trainer/export/forward.ts';
import { type GanProgram, type GanTrain, gan } from '../../../../containers/trainer/models/gan/gan.ts';
import { criticise, ganCriticShapes } from '../../../../containers/trainer/models/gan/gan-critic.ts';
import { LOGISTIC, WASSERSTEIN } from '../../../../containers/trainer/models/gan/gan-losses.ts';
import { ganSizes } from '../../../../containers/trainer/models/gan/gan-sizes.ts';
import { initialWeights } from '../../../../containers/trainer/models/layers/initial.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';

const TRAIN: GanTrain = { preset: 'plain', augment: true, r1Gamma: 2 };
const CONFIG = { width: 8, height: 8, channels: 1, latentDim: 3, classes: 2, batchSize: 4 } as const;
const ADAM = { kind: 'adam', beta1: 0, beta2: 0.99, epsilon: 1e-8, emaDecay: 0.5, emaParts: ['generator'] } as const;
const X = Float32Array.from({ length: 4 * 64 }, (_, i) => ((i * 37) % 101) / 100);
const LABEL = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);

const model = gan(CONFIG, TRAIN);
const state = model.initialState(1);
let session: Session<GanProgram>;
let tensors: number;
beforeAll(() => {
  tensors = tf.memory().numTensors;
  session = compile<GanProgram>({
    ...{ state, programs: model.programs, optimizer: ADAM, seed: 5, towers: 2, precision: 'float32' },
  });
});
afterAll(() => session.dispose());

const rate = { learningRate: 0.01 };
const changed = (before: StateMap, after: StateMap) => [
  ...new Set(
    [...after].filter(([name, { values }]) => !equal(values, before.get(name)?.values)).map(([name]) => partOf(name)),
  ),
];
const equal = (a: Float32Array, b: Float32Array | undefined) =>
  b !== undefined && Buffer.compare(bytes(a), bytes(b)) === 0;
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);
const partOf = (name: string) =>
  /^(adam|ema)\//.test(name) ? name.split('/').slice(0, 2).join('/') : name.split('/')[0];

describe('turns', () => {
  test.each([
    ['critic', { x: X, label: LABEL, ...rate }, ['critic', 'adam/critic', 'step']],
    ['criticPenalised', { x: X, label: LABEL, ...rate }, ['critic', 'adam/critic', 'step']],
    ['generator', { label: LABEL, ...rate }, ['generator', 'adam/generator', 'ema/generator', 'step']],
    ['calibrate', { label: LABEL, share: 1 }, ['statistics']],
    ['judge', { x: X, label: LABEL }, []],
  ] as const)('%s moves its own part and leaves the rest as it was, bit by bit', (program, feed, moved) => {
    const before = session.save();
    session.run(program, feed);
    expect(changed(before, session.save()).sort()).toEqual([...moved].sort());
  });

  test('tracing and running leave no tensor behind', () => {
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('classes draw different images from the same latents', () => {
    const z = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const [one, other] = [0, 1].map((label) => {
      const labels = Float32Array.from({ length: 8 }, (_, i) => Number(i % 2 === label));
      return session.run('sample', { z, label: labels }).pixels as Float32Array;
    }) as [Float32Array, Float32Array];
    expect(one.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
    expect(one).not.toEqual(other);
  });
});

describe('gradients', () => {
  const params = (from: StateMap) =>
    Object.fromEntries([...from].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));
  const feed = () => ({ x: tf.tensor4d(X, [4, 8, 8, 1]), label: tf.tensor2d(LABEL, [4, 2]) });
  const eager = (program: Program, weights: Record<string, Tensor>, towers: number, step: number) =>
    runTowers(program, {
      ...{ params: weights, feed: feed(), towers },
      contextOf: (tower) => eagerContext({ seed: 5, step, draw: 0 }, tower, {}, true),
    });

  test.each(['critic', 'criticPenalised', 'generator'] as const)(
    'of %s are the same in the graph as eagerly',
    (name) => {
      const names = session.norms(name).filter((norm) => norm.startsWith('norm/gradient/'));
      const weights = params(session.save());
      const step = session.step;
      const given = name === 'generator' ? { label: LABEL, ...rate } : { x: X, label: LABEL, ...rate };
      const fetched = session.run(name, given, names);
      const { gradients } = eager(model.programs[name], weights, 2, step);
      expect(names).toHaveLength(Object.keys(gradients).length);
      for (const norm of names) {
        const gradient = gradients[norm.slice('norm/gradient/'.length)] as Tensor;
        const want = tf.sqrt(tf.mean(tf.square(gradient))).dataSync()[0] as number;
        expect(Math.abs((fetched[norm]?.[0] as number) / want - 1), norm).toBeLessThan(1e-5);
      }
    },
  );

  test('the R1 penalty is taken every 16 steps and counts 16 times', () => {
    const sizes = ganSizes(CONFIG, 'plain');
    const unaugmented = gan(CONFIG, { ...TRAIN, augment: false });
    const weights = params(unaugmented.initialState(4));
    const { outputs } = eager(unaugmented.programs.criticPenalised, weights, 1, 0);
    const { x, label } = feed();
    const observe = (_: string, tensor: Tensor) => tensor;
    const critic = (images: Tensor) => criticise({ sizes, params: weights, observe }, images, label);
    const real = tf.sub(tf.mul(x, 2), 1);
    const term = LOGISTIC.penalty({ critic, real, drawn: real, share: () => real, gamma: TRAIN.r1Gamma });
    const ratio = (outputs.penalty?.dataSync()[0] as number) / (term.dataSync()[0] as number);
    expect(ratio).toBeCloseTo(16, 3);
    expect([LOGISTIC.penaltyEvery, WASSERSTEIN.penaltyEvery]).toEqual([16, 1]);
  });

  test.each([
    ['plain', LOGISTIC],
    ['residual', LOGISTIC],
    ['wgan-gp', WASSERSTEIN],
  ] as const)(
    'of the critic of %s with its penalty are those of plain tfjs, twice differentiated',
    (preset, objective) => {
      const sizes = ganSizes(CONFIG, preset);
      const weights = params(initialWeights(ganCriticShapes(CONFIG, sizes), 2));
      const names = Object.keys(weights);
      const { x, label } = feed();
      const drawn = tf.randomUniform(x.shape, -1, 1, 'float32', 3);
      const share = () => tf.tensor4d([0.1, 0.4, 0.7, 0.9], [4, 1, 1, 1]);
      const observe = (_: string, tensor: Tensor) => tensor;
      const penaltyOf = (critic: (params: Record<string, Tensor>, images: Tensor) => Tensor) =>
        tf.valueAndGrads((...given: Tensor[]) => {
          const moved = Object.fromEntries(names.map((name, i) => [name, given[i] as Tensor]));
          const penalised = { critic: (images: Tensor) => critic(moved, images), real: x, drawn, share, gamma: 2 };
          return tf.add(objective.penalty(penalised), tf.mean(critic(moved, x))) as Scalar;
        })(names.map((name) => weights[name] as Tensor));
      const ours = penaltyOf((params, images) => criticise({ sizes, params, observe }, images, label));
      const plain = penaltyOf((params, images) => plainCritic(params, images, label));
      expect(ours.value.dataSync()[0]).toBeCloseTo(plain.value.dataSync()[0] as number, 5);
      names.forEach((name, i) => {
        const want = plain.grads[i] as Tensor;
        const off = tf.div(tf.norm(tf.sub(ours.grads[i] as Tensor, want)), tf.add(tf.norm(want), 1e-9)).dataSync()[0];
        expect(off, name).toBeLessThan(1e-5);
      });
    },
  );
});

test.each(['plain', 'residual', 'wgan-gp'] as const)(
  'the critic of %s judges real and drawn images in one pass as it does one after the other',
  (preset) => {
    const sizes = ganSizes(CONFIG, preset);
    const weights = initialWeights(ganCriticShapes(CONFIG, sizes), 2);
    const params = Object.fromEntries(
      [...weights].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
    );
    const judging = { sizes, params, observe: (_: string, tensor: Tensor) => tensor };
    const [real, drawn] = [tf.tensor4d(X, [4, 8, 8, 1]), tf.randomUniform([4, 8, 8, 1], -1, 1, 'float32', 3)];
    const label = tf.tensor2d(LABEL, [4, 2]);
    const apart = [real, drawn].flatMap((images) => [...criticise(judging, images, label).dataSync()]);
    const together = criticise(judging, tf.concat([real, drawn]), tf.concat([label, label]), 2).dataSync();
    apart.forEach((logit, i) => {
      expect(together[i]).toBeCloseTo(logit, 5);
    });
  },
);

describe('what is exported', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-gan-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['plain', 2],
    ['residual', 0],
  ] as const)('is the %s generator, in files that draw what the session draws', async (preset, classes) => {
    const { exports, initialState } = gan({ ...CONFIG, classes, channels: 3 }, { ...TRAIN, preset });
    const drawn = new Map([...initialState(3)].filter(([name]) => !name.startsWith('critic/')));
    const { worstParity, files } = await exportModel({ exports, state: drawn, folder: join(folder, preset) });
    expect(worstParity).toBeLessThan(1);
    expect(files).toContain('generator.onnx');
    const { inputs } = forwardGraph('generator', exports.generator as (batch: number) => Program, drawn);
    expect(inputs.map(({ name }) => name)).toEqual(classes > 0 ? ['z', 'label'] : ['z']);
  });
});

test('sides that cannot be halved twice are refused', () => {
  expect(() => gan({ ...CONFIG, width: 30 }, TRAIN)).toThrow('multiples of 4');
});

/** The critic as anyone would write it, of operations whose second derivatives tfjs has right. */
function plainCritic(params: Record<string, Tensor>, images: Tensor, label: Tensor): Tensor {
  const p = (name: string) => params[`critic/${name}`] as never;
  const leaky = (x: Tensor) => tf.sub(tf.relu(x), tf.mul(0.2, tf.relu(tf.neg(x))));
  const conv = (x: Tensor, name: string, stride: number) => tf.conv2d(x as never, p(`${name}/kernel`), stride, 'same');
  let h = images;
  for (let level = 1; `critic/down${level}/kernel` in params; level++) {
    const down = `down${level}`;
    const isBlock = `critic/${down}.inner/kernel` in params;
    const inner = isBlock ? leaky(tf.add(conv(h, `${down}.inner`, 1), p(`${down}.inner/bias`))) : h;
    const shrunk = tf.add(conv(inner, down, 2), p(`${down}/bias`));
    h = leaky(isBlock ? tf.add(shrunk, conv(h, `${down}.skip`, 2)) : shrunk);
  }
  const batch = images.shape[0] as number;
  let flat = tf.reshape(h, [batch, -1]);
  if ((p('features/kernel') as Tensor).shape[0] !== flat.shape[1]) {
    // Four images are one group.
    const centred = tf.sub(flat, tf.mean(flat, 0, true));
    const spread = tf.mean(tf.sqrt(tf.add(tf.mean(tf.mul(centred, centred), 0), 1e-8)));
    flat = tf.concat([flat, tf.mul(tf.ones([batch, 1]), spread)], 1);
  }
  const features = leaky(tf.add(tf.matMul(flat, p('features/kernel')), p('features/bias')));
  const logit = tf.add(tf.matMul(features, p('logit/kernel')), p('logit/bias'));
  return tf.add(tf.sum(logit, 1), tf.sum(tf.mul(tf.matMul(label, p('classes/kernel')), features), 1));
}
