import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { normals, permutation } from '#core/base/random.ts';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import { type Items, planTrainingBatches } from '../../../../../containers/trainer/data/batches.ts';
import { lengthGroups } from '../../../../../containers/trainer/data/text/length-groups.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import { fitModel } from '../../../../../containers/trainer/learn/fit.ts';
import type { Learner } from '../../../../../containers/trainer/learn/learner.ts';
import { attend, attendOnce } from '../../../../../containers/trainer/models/layers/attention.ts';
import { oneHotByPosition } from '../../../../../containers/trainer/models/layers/symbols.ts';
import { pairNetwork } from '../../../../../containers/trainer/models/text/pair-network.ts';
import { openPairVae } from '../../../../../containers/trainer/models/text/pair-vae-learner.ts';
import { symbolShares } from '../../../../../containers/trainer/models/text/symbol-shares.ts';
import { decodeState, encodeState, START } from '../../../../../containers/trainer/state/checkpoint.ts';

/** Each letter of a source has a letter of its own in the answer. */
const SAID: Readonly<Record<string, string>> = { a: 'x', b: 'y', c: 'z', d: 'w' };
const answerTo = (source: string) => [...source].map((letter) => SAID[letter]).join('');
const SOURCES = [1, 2, 3, 4].flatMap((length) =>
  Array.from({ length: 4 ** length }, (_, at) =>
    Array.from({ length }, (_, place) => 'abcd'[Math.floor(at / 4 ** place) % 4]).join(''),
  ),
);
const hooks = {
  yieldToEventLoop: async () => undefined,
  stepDone: () => undefined,
  checkpoint: async () => undefined,
  now: () => 0,
  memoryMiB: () => 0,
};

function codecOf(texts: readonly string[]) {
  const fit = textCodecFit();
  for (const text of texts) fit.add(text, true);
  return fit.codec();
}
const [codec, sourceCodec] = [codecOf(SOURCES.map(answerTo)), codecOf(SOURCES)];
const [text, source] = [textCoder(codec), textCoder(sourceCodec)];
const SIZES = { vocabulary: text.vocabulary, positions: text.positions, latentDim: 3, source };

function rowsOf(sources: readonly string[]): Items<Uint8Array> {
  const size = text.positions + source.positions;
  const bytes = new Uint8Array(sources.length * size);
  for (const [place, one] of sources.entries())
    bytes.set([...text.row(answerTo(one)), ...source.row(one)], place * size);
  return {
    items: sources.length,
    size,
    bytes,
    areCodes: true,
    labels: new Int32Array(sources.length).fill(-1),
    classes: 0,
  };
}

test('attention has the gradients that differences tell, and is the same for one position', () => {
  const shapes = { queries: [2, 3, 4], keys: [2, 5, 4], values: [2, 5, 6] } as const;
  const given = Object.entries(shapes).map(([name, shape]) =>
    tf.tensor(
      normals(
        1,
        name,
        shape.reduce<number>((a, b) => a * b, 1),
      ),
      [...shape],
    ),
  );
  const bias = tf.tensor2d([0, 0, 0, -1e9, -1e9, 0, 0, 0, 0, 0], [2, 5]);
  const [queries, keys, values] = given as [Tensor, Tensor, Tensor];
  const weights = tf.tensor(normals(1, 'weights', 36), [2, 3, 6]);
  const loss = (q: Tensor, k: Tensor, v: Tensor) => tf.sum(tf.mul(attend(q, { keys: k, values: v, bias }), weights));
  const slopes = tf.grads((...args: Tensor[]) => loss(...(args as [Tensor, Tensor, Tensor])).asScalar())(given);
  for (const [at, tensor] of given.entries()) {
    const plain = tensor.dataSync();
    for (const place of [0, 7, 13]) {
      const moved = (by: number) => {
        const changed = given.map((one, other) =>
          other === at
            ? tf.tensor(
                plain.map((v, i) => (i === place ? v + by : v)),
                one.shape,
              )
            : one,
        );
        return loss(...(changed as [Tensor, Tensor, Tensor])).dataSync()[0] as number;
      };
      expect(slopes[at]?.dataSync()[place]).toBeCloseTo((moved(1e-2) - moved(-1e-2)) / 2e-2, 2);
    }
  }
  const whole = attend(queries, { keys, values, bias });
  const second = attendOnce(tf.reshape(tf.slice(queries, [0, 1, 0], [2, 1, 4]), [2, 4]), {
    keys,
    values,
    bias,
  }).dataSync();
  const expected = tf.slice(whole, [0, 1, 0], [2, 1, 6]).dataSync();
  for (const [at, value] of second.entries()) expect(value).toBeCloseTo(expected[at] as number, 5);
  // Beyond the end nothing is found.
  const elsewhere = tf.mul(values, tf.tensor([1, 1, 1, 9, 9, 1, 1, 1, 1, 1], [2, 5, 1]));
  expect(attend(queries, { keys, values: elsewhere, bias }).dataSync()).toEqual(whole.dataSync());
});

test('the exported forms compute what training does: the memory of sources, and one position of the decoder', () => {
  const network = pairNetwork(SIZES);
  const params = Object.fromEntries(
    [...network.initialState(1, new Float32Array(text.vocabulary))].map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, [...shape]),
    ]),
  );
  const codes = tf.tensor2d(['abc', 'd'].map((one) => [...source.row(one)]));
  const mask = tf.tensor2d([1, 1, 1, 1, 1, 0, 1, 0, 0, 0], [5, 2]);
  const symbols = tf.mul(oneHotByPosition(codes, source.vocabulary), tf.reshape(mask, [-1, 1]));
  const { memory } = network.read(params, { symbols, mask: tf.tensor2d([1, 1, 1, 1, 1, 0, 1, 0, 0, 0], [5, 2]) });
  const byItem = tf.transpose(tf.reshape(symbols, [5, 2, source.vocabulary]), [1, 0, 2]);
  const steps = network.readSteps(params, { symbols: byItem });
  for (const name of ['keys', 'values'] as const) {
    const [trained, exported] = [memory[name].dataSync(), steps[name].dataSync()];
    for (const [at, value] of exported.entries()) expect(value).toBeCloseTo(trained[at] as number, 4);
  }
  const z = tf.tensor2d(normals(1, 'z', 6), [2, 3]);
  const before = oneHotByPosition(
    tf.tensor2d([
      [2, 3, 4, 5, 2],
      [5, 4, 3, 2, 2],
    ]),
    text.vocabulary,
  );
  const whole = tf.reshape(network.states(params, before, z, memory), [5, 2, -1]).arraySync() as number[][][];
  let state = tf.zeros([2, 2 * (whole[0]?.[0]?.length ?? 0)]);
  for (let at = 0; at < 5; at++) {
    const symbol = tf.slice(before, [at * 2, 0], [2, text.vocabulary]);
    state = network.step(params, { symbol, z, state, memory }) as typeof state;
    const last = network.lastLayer(state).arraySync() as number[][];
    for (const [row, values] of last.entries())
      for (const [unit, value] of values.entries()) expect(value).toBeCloseTo(whole[at]?.[row]?.[unit] as number, 4);
  }
});

function opened(settings: Partial<TrainConfig>, count = SOURCES.length) {
  const order = permutation(1, 'sources', SOURCES.length).subarray(0, count);
  const shuffled = Array.from(order, (at) => SOURCES[at] as string);
  const held = Math.round(count / 10);
  const [coded, validation, test] = [
    shuffled.slice(2 * held),
    shuffled.slice(held, 2 * held),
    shuffled.slice(0, held),
  ].map(rowsOf) as [Items<Uint8Array>, Items<Uint8Array>, Items<Uint8Array>];
  const train = resolveTextTrain(TrainConfig.parse({ latentDim: 2, batchSize: 32, learningRate: 6e-3, ...settings }), {
    ...{ classes: 0, items: coded.items, isPairs: true, positions: text.positions },
  });
  const plan = planTrainingBatches({ ...train, items: coded.items, cores: 1, device: 'cpu', towers: 1 });
  const { vocabulary, logShares } = symbolShares(codec, coded);
  const { sizes, items } = lengthGroups(coded, [text.positions, source.positions]);
  const given = { codec, sizes, vocabulary, logShares, source };
  const options = { ...plan, ...given, train, shown: validation, rateScale: 1 };
  const data = { train: items, validation, test };
  return { train, data, held: shuffled.slice(0, held), learner: openPairVae(options) };
}

const trainOn = (run: ReturnType<typeof opened>, progress = START, epochs = run.train.epochs) =>
  fitModel({
    ...{ learner: run.learner, train: { ...run.train, epochs }, data: run.data, classes: 0 },
    ...{ progress, best: undefined, hooks },
  });

test('sources that were never seen are answered, and no tensor is left over', async () => {
  const run = opened({ epochs: 14 });
  const before = tf.memory().numTensors;
  const { best, progress } = await trainOn(run);
  run.learner.use(best, progress.best?.step ?? 0);
  const found = await run.learner.answer(run.data.test, 3, hooks.yieldToEventLoop);
  const answers = found.map(([first]) => text.decode(first?.codes ?? []));
  const right = answers.filter((answer, place) => answer === answerTo(run.held[place] as string)).length;
  expect(right / answers.length).toBeGreaterThan(0.8);
  const shown = run.learner.samples();
  expect(shown).toHaveLength(run.data.validation.bytes.length);
  expect(tf.memory().numTensors).toBe(before);
  run.learner.dispose();
});

test('an interrupted training goes on to the same bytes', async () => {
  const stateOf = (learner: Learner) => encodeState({ state: learner.save(), best: undefined });
  const whole = opened({ epochs: 2 }, 80);
  await trainOn(whole);
  const expected = stateOf(whole.learner);
  const first = opened({ epochs: 2 }, 80);
  const { progress } = await trainOn(first, START, 1);
  const second = opened({ epochs: 2 }, 80);
  second.learner.load(decodeState(stateOf(first.learner)).state);
  await trainOn(second, progress);
  expect(Buffer.compare(Buffer.from(stateOf(second.learner)), Buffer.from(expected))).toBe(0);
});
