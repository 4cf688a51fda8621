import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import { planTrainingBatches } from '../../../../../containers/trainer/data/batches.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import { exportModel } from '../../../../../containers/trainer/export/export-model.ts';
import { fitModel } from '../../../../../containers/trainer/learn/fit.ts';
import type { Learner } from '../../../../../containers/trainer/learn/learner.ts';
import { oneHotByPosition } from '../../../../../containers/trainer/models/layers/symbols.ts';
import { convTextNetwork } from '../../../../../containers/trainer/models/text/conv-text-network.ts';
import { symbolShares } from '../../../../../containers/trainer/models/text/symbol-shares.ts';
import { readCodes } from '../../../../../containers/trainer/models/text/text-codes.ts';
import { textNetwork } from '../../../../../containers/trainer/models/text/text-network.ts';
import { textVae } from '../../../../../containers/trainer/models/text/text-vae.ts';
import { openTextVae } from '../../../../../containers/trainer/models/text/text-vae-learner.ts';
import { decodeState, encodeState, START } from '../../../../../containers/trainer/state/checkpoint.ts';
import { codedTexts, ENTROPY, knownCodec, knownTexts, LAW } from './known-texts.ts';

const codec = knownCodec();
const { vocabulary, positions, decode } = textCoder(codec);
const hooks = {
  yieldToEventLoop: async () => undefined,
  stepDone: () => undefined,
  checkpoint: async () => undefined,
  now: () => 0,
  memoryMiB: () => 0,
};

describe.each([
  ['recurrent', textNetwork],
  ['convolutional', convTextNetwork],
] as const)('the %s network', (_name, networkOf) => {
  const network = networkOf({ vocabulary, positions, latentDim: 3, classes: 0 });
  const params = Object.fromEntries(
    [...network.initialState(1, new Float32Array(vocabulary))].map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, [...shape]),
    ]),
  );
  const z = tf.tensor2d(normals(1, 'z', 6), [2, 3]);
  const symbolsOf = (rows: number[][]) => oneHotByPosition(tf.tensor2d(rows), vocabulary);
  const logitsOf = (before: Tensor) =>
    tf.reshape(network.logits(params, network.states(params, before, z)), [positions, 2, vocabulary]).arraySync();

  test('a prediction depends on earlier symbols and z only', () => {
    const [one, other] = [
      symbolsOf([
        [2, 3, 4, 5, 6],
        [6, 5, 4, 3, 2],
      ]),
      symbolsOf([
        [2, 3, 4, 6, 5],
        [6, 5, 4, 7, 8],
      ]),
    ];
    const [a, b] = [logitsOf(one), logitsOf(other)] as number[][][][];
    // The symbol at a position is read by the state at it: what differs from the fourth symbol on differs from there.
    expect(a?.slice(0, 3)).toEqual(b?.slice(0, 3));
    expect(a?.[3]).not.toEqual(b?.[3]);
  });

  test('the exported forms compute what training does: one position of the decoder, and the encoder', () => {
    const rows = [
      [2, 3, 4, 0, 0],
      [6, 5, 4, 3, 0],
    ];
    const flat = symbolsOf(rows);
    const whole = tf.reshape(network.states(params, flat, z), [positions, 2, -1]).arraySync() as number[][][];
    let state: Tensor = tf.zeros([2, network.stateUnits]);
    for (let at = 0; at < positions; at++) {
      const symbol = tf.slice(flat, [at * 2, 0], [2, vocabulary]);
      const { hidden, next } = network.step(params, { symbol, told: z, state });
      state = next;
      for (const [row, values] of (hidden.arraySync() as number[][]).entries())
        for (const [unit, value] of values.entries()) expect(value).toBeCloseTo(whole[at]?.[row]?.[unit] as number, 4);
    }
    const mask = tf.tensor2d([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 1],
    ]);
    const symbols = tf.mul(flat, tf.reshape(mask, [-1, 1]));
    const trained = network.encode(params, symbols, mask).zMean.dataSync();
    const byItem = tf.transpose(tf.reshape(symbols, [positions, 2, vocabulary]), [1, 0, 2]);
    const exported = network.encodeSteps(params, { symbols: byItem, mask: tf.transpose(mask) }).zMean.dataSync();
    for (const [at, value] of exported.entries()) expect(value).toBeCloseTo(trained[at] as number, 4);
  });
});

test.each([
  ['recurrent', textNetwork],
  ['convolutional', convTextNetwork],
] as const)('a %s network codes a text alike, however many positions follow it', (_name, networkOf) => {
  const sizes = { vocabulary, latentDim: 3, classes: 0 };
  const state = networkOf({ ...sizes, positions: 3 }).initialState(1, new Float32Array(vocabulary));
  const params = Object.fromEntries([...state].map(([name, one]) => [name, tf.tensor(one.values, [...one.shape])]));
  const codesOf = (rows: number[][]) => {
    const network = networkOf({ ...sizes, positions: rows[0]?.length ?? 0 });
    const { symbols, mask } = readCodes(tf.tensor2d(rows), vocabulary);
    return [...network.encode(params, symbols, mask).zMean.dataSync()];
  };
  const [short, long] = [codesOf([[2, 3, 0]]), codesOf([[2, 3, 0, 0, 0, 0, 0]])];
  for (const [at, value] of short.entries()) expect(value).toBeCloseTo(long[at] as number, 5);
  expect(codesOf([[2, 4, 0]])[0]).not.toBeCloseTo(short[0] as number, 5);
});

test.each(['recurrent', 'convolutional'] as const)(
  'the files of a %s network compute what training does, at any batch',
  async (preset) => {
    const model = textVae({ preset, vocabulary, positions, latentDim: 3, classes: 2, batchSize: 4, freeBits: 0 });
    const state = model.initialState(1, new Float32Array(vocabulary));
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-text-'));
    try {
      // It throws where a file differs from the session.
      const { files } = await exportModel({ exports: model.exports, state, folder });
      expect(files).toEqual(expect.arrayContaining(['encoder.onnx', 'decoder.onnx']));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function opened(settings: Partial<TrainConfig>, items = 400) {
  const small = { batchSize: 100, latentDim: 4, learningRate: 4e-3, conditional: false };
  const train = resolveTextTrain(TrainConfig.parse({ ...small, ...settings }), {
    classes: 0,
    items: 0,
    isPairs: false,
    positions,
  });
  const data = {
    train: codedTexts(knownTexts(items, 1)),
    validation: codedTexts(knownTexts(100, 2)),
    test: codedTexts(knownTexts(200, 3)),
  };
  const plan = planTrainingBatches({ ...train, items, cores: 1, device: 'cpu', towers: 1 });
  const { logShares } = symbolShares(codec, data.train);
  const given = {
    codec,
    sizes: [[positions]],
    vocabulary,
    logShares,
    classes: 0,
    classShares: [],
    rateScale: 1,
    temperature: 1,
  };
  return { train, data, learner: openTextVae({ ...plan, ...given, train }) };
}

const trainOn = (run: ReturnType<typeof opened>, progress = START, epochs = run.train.epochs) =>
  fitModel({
    ...{ learner: run.learner, train: { ...run.train, epochs }, data: run.data, classes: 0 },
    ...{ progress, best: undefined, hooks },
  });

test.each(['recurrent', 'convolutional'] as const)(
  'the law is learned by a %s network: bits near its entropy and never below, lawful texts, and z in use',
  async (preset) => {
    const run = opened({ epochs: 25, freeBits: 0.3, preset });
    const { best, progress } = await trainOn(run);
    run.learner.use(best, progress.best?.step ?? 0);
    const scores = await run.learner.score(run.data.test, hooks.yieldToEventLoop);
    const nats = (scores.bitsPerSymbol as number) * Math.LN2 * positions;
    // The law is estimated from 400 texts.
    expect(nats).toBeGreaterThan(ENTROPY - 0.1);
    expect(nats).toBeLessThan(ENTROPY + 0.6);
    expect(scores.klLoss).toBeGreaterThan(0.5);
    expect(scores.activeUnits).toBeGreaterThan(0);
    const codes = run.learner.generate({ count: 200, stream: 'test' });
    const texts = Array.from({ length: 200 }, (_, at) => decode(codes.subarray(at * positions, (at + 1) * positions)));
    // With vowels by chance it would be a third.
    expect(texts.filter((text) => LAW.test(text)).length / texts.length).toBeGreaterThan(0.6);
    run.learner.dispose();
  },
);

test('an interrupted training goes on to the same bytes', async () => {
  const stateOf = (learner: Learner) => encodeState({ state: learner.save(), best: undefined });
  const whole = opened({ epochs: 2 }, 200);
  await trainOn(whole);
  const expected = stateOf(whole.learner);
  const first = opened({ epochs: 2 }, 200);
  const { progress } = await trainOn(first, START, 1);
  const second = opened({ epochs: 2 }, 200);
  second.learner.load(decodeState(stateOf(first.learner)).state);
  await trainOn(second, progress);
  expect(Buffer.compare(Buffer.from(stateOf(second.learner)), Buffer.from(expected))).toBe(0);
});

test('a flow is refused, with the priors that there are', () => {
  expect(() =>
    resolveTextTrain(TrainConfig.parse({ prior: 'flow' }), { classes: 0, items: 0, isPairs: false, positions }),
  ).toThrow('models of texts do not have. Set it to auto, mixture or normal');
});

test('texts of more than 64 symbols have a convolutional network and smaller batches; presets of images are refused', () => {
  const facts = { classes: 0, items: 0, isPairs: false };
  const of = (positions: number, settings: Partial<TrainConfig> = {}) => {
    const { preset, batchSize } = resolveTextTrain(TrainConfig.parse(settings), { ...facts, positions });
    return { preset, batchSize };
  };
  expect(of(65)).toEqual({ preset: 'recurrent', batchSize: 128 });
  expect(of(66)).toEqual({ preset: 'convolutional', batchSize: 128 });
  expect(of(1_025)).toEqual({ preset: 'convolutional', batchSize: 16 });
  expect(of(1_025, { preset: 'recurrent', batchSize: 8 })).toEqual({ preset: 'recurrent', batchSize: 8 });
  expect(() => of(16, { preset: 'deep' })).toThrow('which models of texts do not have. Set it to auto, recurrent or');
  expect(() =>
    resolveTextTrain(TrainConfig.parse({ preset: 'convolutional' }), { ...facts, isPairs: true, positions: 9 }),
  ).toThrow('which models of pairs do not have');
});
