import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { withoutProductSums } from '../../../../containers/trainer/engine/kernels/product-sums.ts';
import { type Recording, record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { matMul, relu } from '../../../../containers/trainer/models/layers/ops.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';
import { ADAM } from './toy.ts';

const [ROWS, HEIGHT, WIDTH] = [2, 20, 30];

type Products = readonly [Tensor, Tensor, Tensor];

/** Three products' sum as `combine` has it, after the engine's change. */
function changed(combine: (products: Products) => Record<string, Tensor>, width = WIDTH): string[] {
  const recording: Recording = record('step', (recorder) => {
    const product = (i: number): Tensor => {
      const [left, right] = [tf.ones([ROWS, HEIGHT]), tf.ones([ROWS, width])];
      recorder.input(`step/left${i}`, left);
      recorder.input(`step/right${i}`, right);
      return matMul(left, right, true);
    };
    return combine([product(0), product(1), product(2)]);
  });
  const outputs = Object.values(recording.outputs).map(({ ref }) => ref);
  const nodes = withoutProductSums(recording.nodes, recording.inputs, new Set(outputs));
  const makers = new Map(nodes.map((node) => [`${node.name}:0`, node]));
  const read = (ref: string): string[] => {
    const node = makers.get(ref);
    return node === undefined || node.op === 'Const' ? [] : [node.op, ...node.input.flatMap(read)];
  };
  return outputs.flatMap(read);
}

describe('a sum of products', () => {
  test('is one product, however it was added up', () => {
    expect(changed(([a, b, c]) => ({ sum: tf.addN([a, tf.add(b, c)]) }))).toEqual(['MatMul', 'ConcatV2', 'ConcatV2']);
  });

  test('leaves what is no product to be added', () => {
    const ops = changed(([a, b, c]) => ({ sum: tf.addN([a, b, tf.sqrt(c)]) }));
    expect(ops).toEqual(['AddN', 'MatMul', 'ConcatV2', 'ConcatV2', 'Sqrt', 'MatMul']);
  });

  test.each<[string, Parameters<typeof changed>]>([
    ['a product that is fetched too', [([a, b]) => ({ sum: tf.add(a, b), a })]],
    ['a product that is read twice', [([a, b]) => ({ sum: tf.add(a, b), root: tf.sqrt(a) })]],
    ['so small a product that its factors are larger', [([a, b]) => ({ sum: tf.add(a, b) }), 1]],
  ])('stays as it is with %s', (_what, given) => {
    expect(changed(...given)).not.toContain('ConcatV2');
  });
});

test('a layer that is used twice has the same gradient in the graph of two towers as eagerly', () => {
  const program: Program = {
    feed: { x: { shape: [2 * ROWS, HEIGHT], dtype: 'float32' } },
    batched: ['x'],
    updates: ['part'],
    step(params, { x }) {
      const layer = (from: Tensor) => relu(matMul(from, params['part/layer/kernel'] as Tensor));
      const twice = tf.add(layer(x as Tensor), layer(tf.square(x as Tensor)));
      return { loss: tf.mean(tf.square(twice)), outputs: {} };
    },
  };
  const numbers = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * i));
  const kernel = { shape: [HEIGHT, WIDTH], values: numbers(HEIGHT * WIDTH, 1) };
  const state = new Map([['part/layer/kernel', kernel]]);
  const options = { optimizer: { ...ADAM, beta1: 0 }, seed: 1, towers: 2, precision: 'float32' } as const;
  const session = compile({ state, programs: { train: program }, ...options });
  const x = numbers(2 * ROWS * HEIGHT, 2);
  session.run('train', { x, learningRate: 0.1 });
  // Without a first moment that is remembered it is the gradient.
  const got = session.save().get('adam/part/layer/kernel/m')?.values as Float32Array;
  session.dispose();
  const { gradients } = runTowers(program, {
    params: { 'part/layer/kernel': tf.tensor(kernel.values, kernel.shape) },
    feed: { x: tf.tensor(x, [2 * ROWS, HEIGHT]) },
    towers: 1,
    contextOf: (tower) => eagerContext({ seed: 1, step: 0, draw: 0 }, tower, {}, true),
  });
  const want = gradients['part/layer/kernel']?.dataSync() as Float32Array;
  const off = Math.hypot(...want.map((value, i) => value - (got[i] as number)));
  expect(off / Math.hypot(...want)).toBeLessThan(1e-6);
});
