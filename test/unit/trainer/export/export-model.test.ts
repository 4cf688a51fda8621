import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import * as onnxRuntime from '#core/model/onnx-runtime.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Program, StateMap } from '../../../../containers/trainer/engine/types.ts';
import { type ExportedFiles, exportModel } from '../../../../containers/trainer/export/export-model.ts';
import { forwardGraph } from '../../../../containers/trainer/export/forward.ts';
import { onnxBytes } from '../../../../containers/trainer/export/onnx-proto.ts';
import { checkParity, distance } from '../../../../containers/trainer/export/parity.ts';
import { initialWeights } from '../../../../containers/trainer/models/layers/initial.ts';
import {
  conv,
  convTranspose,
  dense,
  leakyRelu,
  softplus,
  tanh,
} from '../../../../containers/trainer/models/layers/ops.ts';
import { vae } from '../../../../containers/trainer/models/vae/vae.ts';

const MODEL = vae({ width: 12, height: 8, channels: 3, latentDim: 4, classes: 0, batchSize: 2 });
const folder = mkdtempSync(join(tmpdir(), 'goldpan-export-'));
let exported: ExportedFiles;

/** Weights of a size that makes pixels differ from one half. */
function livelyState(): StateMap {
  return new Map(
    [...MODEL.initialState(1)].map(([name, { shape, values }]) => {
      return [name, { shape, values: normals(2, name, values.length).map((value) => value * 0.1) }];
    }),
  );
}

beforeAll(async () => {
  const state = new Map(livelyState()).set('adam/decoder/beta1Power', { shape: [], values: new Float32Array(1) });
  exported = await exportModel({ exports: MODEL.exports, state, folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the folder holds exactly the files that are named', () => {
  expect(exported.files).toEqual([
    'weights.safetensors',
    'encoder.onnx',
    'encoder/model.json',
    'encoder/group1-shard1of1.bin',
    'decoder.onnx',
    'decoder/model.json',
    'decoder/group1-shard1of1.bin',
  ]);
  expect(exported.worstParity).toBeLessThan(0.5);
});

test('the decoder gives pixels in [0, 1] that depend on z, for any batch', async () => {
  const session = await onnxRuntime.InferenceSession.create(join(folder, 'decoder.onnx'));
  const z = new onnxRuntime.Tensor('float32', normals(1, 'z', 5 * 4), [5, 4]);
  const pixels = (await session.run({ z })).pixels as onnxRuntime.Tensor;
  expect(pixels.dims).toEqual([5, 8, 12, 3]);
  const values = pixels.data as Float32Array;
  expect(values.every((value) => value > 0 && value < 1)).toBe(true);
  expect(values.slice(0, 288)).not.toEqual(values.slice(288, 576));
});

test('weights alone are in the safetensors file, at the places its header says', () => {
  const bytes = readFileSync(join(folder, 'weights.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const state = livelyState();
  expect(Object.keys(header).filter((name) => name !== '__metadata__')).toEqual([...state.keys()].sort());
  const { data_offsets, shape } = header['decoder/dense/bias'];
  const [from, to] = data_offsets.map((offset: number) => offset + 8 + length);
  const values = new Float32Array(new Uint8Array(bytes.subarray(from, to)).buffer);
  expect([values, shape]).toEqual([state.get('decoder/dense/bias')?.values, [2 * 3 * 64]]);
});

test('a file that computes something else is refused', async () => {
  const other = vae({ width: 12, height: 8, channels: 3, latentDim: 4, classes: 0, batchSize: 2 });
  const target = {
    name: 'decoder',
    programOf: other.exports.decoder as (batch: number) => Program,
    state: other.initialState(9),
  };
  const files = { onnxFile: join(folder, 'decoder.onnx'), graphModelFile: join(folder, 'decoder', 'model.json') };
  await expect(checkParity({ ...target, ...files })).rejects.toMatchObject({
    name: 'ExportParityError',
    message: expect.stringContaining('the ONNX of decoder differs in pixels at batch 1'),
  });
});

test('a difference counts against the tolerance; a missing, short or undefined value never passes', () => {
  expect(distance(Float32Array.of(1), Float32Array.of(1.0001))).toBeCloseTo(0.5, 1);
  expect(distance(Float32Array.of(1), undefined)).toBe(Number.POSITIVE_INFINITY);
  expect(distance(Float32Array.of(1, 1), Float32Array.of(1))).toBe(Number.POSITIVE_INFINITY);
  expect(distance(Float32Array.of(1, 1), Float32Array.of(Number.NaN, 1))).toBe(Number.POSITIVE_INFINITY);
});

describe('other forward programs', () => {
  const weights = initialWeights({ 'net/dense/kernel': [4, 6], 'net/dense/bias': [6] }, 1);
  const programOf =
    (change: (h: Tensor, x: Tensor) => Tensor) =>
    (batch: number): Program => ({
      feed: { x: { shape: [batch, 4], dtype: 'float32' } },
      updates: [],
      step(params, feed) {
        const h = dense(feed.x as Tensor, params['net/dense/kernel'] as Tensor, params['net/dense/bias'] as Tensor);
        return { outputs: { y: change(h, feed.x as Tensor) } };
      },
    });
  const exportOne = (change: (h: Tensor, x: Tensor) => Tensor) =>
    exportModel({ exports: { net: programOf(change) }, state: weights, folder: join(folder, 'other') });

  test('files are compared at labels that a request can have: one class an item', async () => {
    const labelled = (batch: number): Program => ({
      feed: { x: { shape: [batch, 4], dtype: 'float32' }, label: { shape: [batch, 3], dtype: 'float32' } },
      updates: [],
      step(params, { x, label }) {
        const h = dense(x as Tensor, params['net/dense/kernel'] as Tensor, params['net/dense/bias'] as Tensor);
        // Not a number for any other label.
        const apart = tf.square(tf.sub(tf.square(label as Tensor), label as Tensor));
        return { outputs: { y: tf.add(h, tf.sqrt(tf.sub(1e-6, tf.sum(apart, 1, true)))) } };
      },
    });
    const { worstParity } = await exportModel({
      exports: { net: labelled },
      state: weights,
      folder: join(folder, 'labelled'),
    });
    expect(worstParity).toBeLessThan(0.5);
  });

  test('reductions, joins, products and activations reach both formats', async () => {
    const { worstParity } = await exportOne((h, x) => {
      const joined = tf.concat([tanh(h), leakyRelu(x, 0.2)], 1);
      const centred = tf.sub(joined, tf.mean(joined, 1, true));
      const scaled = tf.div(centred, tf.sqrt(tf.add(tf.sum(tf.square(centred), 1, true), 0.1)));
      return tf.mul(tf.softmax(scaled), tf.exp(tf.neg(softplus(joined))));
    });
    expect(worstParity).toBeLessThan(0.5);
  });

  test.each([
    ['convolution', 3, 2],
    ['convolution', 4, 2],
    ['convolution', 5, 1],
    ['transposed convolution', 3, 2],
    ['transposed convolution', 4, 2],
    ['transposed convolution', 5, 1],
  ] as const)(
    'a %s with kernel %i and stride %i is the same in both formats, at the edges too',
    async (what, size, stride) => {
      const kernel = normals(3, 'kernel', size * size * 2).map((value) => value / size);
      const state: StateMap = new Map([['net/kernel', { shape: [size, size, 2, 1], values: kernel }]]);
      const programOf = (batch: number): Program => ({
        feed: { x: { shape: [batch, 8, 6, what === 'convolution' ? 2 : 1], dtype: 'float32' } },
        updates: [],
        step(params, feed) {
          const apply = what === 'convolution' ? conv : convTranspose;
          return { outputs: { y: apply(feed.x as Tensor, params['net/kernel'] as Tensor, stride) } };
        },
      });
      const { worstParity } = await exportModel({ exports: { net: programOf }, state, folder: join(folder, 'edges') });
      expect(worstParity).toBeLessThan(0.5);
    },
  );

  test('an op outside the list is named', async () => {
    await expect(exportOne((h) => tf.cumsum(h, 1))).rejects.toThrow(/no ONNX form of Cumsum/);
  });

  test('a constant that follows the batch without being a size is refused', () => {
    const scaled = (batch: number): Program => ({
      ...programOf((h) => h)(batch),
      step: (_params, feed) => ({ outputs: { y: tf.mul(feed.x as Tensor, batch) } }),
    });
    expect(() => forwardGraph('net', scaled, weights)).toThrow('depends on the batch');
  });

  test('a program that draws noise is refused', () => {
    const noisy = (batch: number): Program => ({
      ...programOf((h) => h)(batch),
      step: (_params, feed, context) => ({
        outputs: { y: tf.add(feed.x as Tensor, context.normal([batch, 4], 'noise')) },
      }),
    });
    expect(() => forwardGraph('net', noisy, weights)).toThrow('draws noise at noise');
  });
});

test('a broken file fails loudly', async () => {
  const broken = join(folder, 'broken.onnx');
  writeFileSync(broken, 'no model');
  const programOf = MODEL.exports.decoder as (batch: number) => Program;
  const graphModelFile = join(folder, 'decoder', 'model.json');
  await expect(
    checkParity({ name: 'decoder', programOf, state: livelyState(), onnxFile: broken, graphModelFile }),
  ).rejects.toThrow();
});

test('the files follow the names of the weights, not the order that they come in', async () => {
  const folderOf = (name: string) => join(folder, name);
  const turned = new Map([...livelyState()].reverse());
  const other = await exportModel({ exports: MODEL.exports, state: turned, folder: folderOf('turned') });
  expect(other.files).toEqual(exported.files);
  for (const file of other.files)
    expect([file, readFileSync(join(folderOf('turned'), file)).equals(readFileSync(join(folder, file)))]).toEqual([
      file,
      true,
    ]);
});

test('a tensor that no node reads is not in the file', () => {
  const graph = {
    name: 'sum',
    nodes: [{ op: 'Add', inputs: ['x', 'one'], output: 'y', attributes: {} }],
    tensors: [{ name: 'one', dims: [1], values: Float32Array.of(1) }],
    inputs: [{ name: 'x', itemShape: [1] }],
    outputs: [{ name: 'y', itemShape: [1] }],
  };
  const idle = { name: 'idle', dims: [1], values: Float32Array.of(2) };
  expect(onnxBytes({ ...graph, tensors: [...graph.tensors, idle] })).toEqual(onnxBytes(graph));
});
