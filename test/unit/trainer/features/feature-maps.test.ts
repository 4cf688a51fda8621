import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { LITE0_MAPS } from '#core/kinds/image/pretrained-features.ts';
import * as onnxRuntime from '#core/model/onnx-runtime.ts';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { StateMap } from '../../../../containers/trainer/engine/types.ts';
import { FEATURES_PART, featureMaps, frozenFeatures } from '../../../../containers/trainer/features/feature-maps.ts';
import { readFeatureWeights } from '../../../../containers/trainer/features/feature-weights.ts';
import { readPretrainedFile } from '../../../../containers/trainer/features/pretrained-file.ts';

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
const SHAPE = [2, 48, 40, 3];
const COUNT = 2 * 48 * 40 * 3;

const features = frozenFeatures(readFeatureWeights());
const images = Float32Array.from(uniforms(1, 'images', COUNT));

test('the engine and the ONNX file give the same maps of an image of any size', async () => {
  const session = compile({
    state: features,
    programs: {
      maps: {
        feed: { x: { shape: SHAPE, dtype: 'float32' } },
        updates: [],
        step: (params, feed) => {
          const maps = featureMaps(params, feed.x as never);
          return { outputs: Object.fromEntries(LITE0_MAPS.map(({ name }, i) => [name, maps[i] as never])) };
        },
      },
    },
    optimizer: ADAM,
    seed: 1,
    towers: 1,
    precision: 'float32',
  });
  const ours = session.run('maps', { x: images });
  session.dispose();
  for (const file of ['lite0.onnx', 'lite0-stride16.onnx'] as const) {
    const onnx = await onnxRuntime.InferenceSession.create(readPretrainedFile(file));
    const theirs = await onnx.run({ images: new onnxRuntime.Tensor('float32', images, SHAPE) });
    for (const { name, stride, channels } of LITE0_MAPS.filter(({ name }) => onnx.outputNames.includes(name))) {
      expect(theirs[name]?.dims).toEqual([2, Math.ceil(48 / stride), Math.ceil(40 / stride), channels]);
      const values = theirs[name]?.data as Float32Array;
      const largest = Math.max(...values.map(Math.abs));
      const difference = Math.max(...values.map((value, i) => Math.abs(value - (ours[name]?.[i] as number))));
      expect(difference / largest).toBeLessThan(1e-4);
    }
  }
});

test('training through the maps moves the image and leaves the frozen network as it was', () => {
  const state: StateMap = new Map([
    ...features,
    ['picture/pixels/values', { shape: SHAPE, values: new Float32Array(COUNT).fill(0.5) }],
  ]);
  const session = compile({
    state,
    programs: {
      train: {
        feed: { x: { shape: SHAPE, dtype: 'float32' } },
        updates: ['picture'],
        step(params, feed) {
          const [drawn, wanted] = [params['picture/pixels/values'], feed.x].map((x) => featureMaps(params, x as never));
          const losses = (drawn ?? []).map((map, i) => tf.mean(tf.square(tf.sub(map, wanted?.[i] as never))));
          return { loss: tf.addN(losses), outputs: {} };
        },
      },
    },
    optimizer: ADAM,
    seed: 1,
    towers: 1,
    precision: 'float32',
  });
  const losses = Array.from(
    { length: 8 },
    () => session.run('train', { x: images, learningRate: 0.02 }).loss?.[0] ?? 0,
  );
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] as number));
  const after = session.save();
  session.dispose();
  for (const [name, { values }] of features) expect(after.get(name)?.values).toEqual(values);
  expect([...after.keys()].some((name) => name.includes(`${FEATURES_PART}/`) && !features.has(name))).toBe(false);
});
