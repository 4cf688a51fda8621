import { expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { inBfloat16 } from '../../../../containers/trainer/engine/kernels/bfloat16.ts';
import { record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { refuseEmulation } from '../../../../containers/trainer/learn/channel.ts';
import { matMul, relu, softplus } from '../../../../containers/trainer/models/layers/ops.ts';
import { vae } from '../../../../containers/trainer/models/vae/vae.ts';
import { needsBfloat16 } from '../../../fixtures/needs-bfloat16.ts';
import { ADAM } from './toy.ts';

/** Of a weight's whole gradient, relative to its length in float32. */
const TOLERANCE = 0.1;
const SIDE = 8;
const BATCH = 16;

test('products and what follows them are in bfloat16, everything else in float32', () => {
  const { nodes, inputs } = record('step', (recorder) => {
    const [x, w] = [tf.ones([2, 3]), tf.ones([3, 4])];
    recorder.input('step/x', x);
    recorder.input('step/w', w);
    return { y: tf.sum(softplus(relu(matMul(relu(x), w)))) };
  });
  const typeOf = (node: { attr: Readonly<Record<string, { type?: number }>> } | undefined) => node?.attr.T?.type;
  const lowered = inBfloat16('step', nodes, inputs, 'cpu');
  const halves = lowered.filter((node) => typeOf(node) === 14).map(({ op }) => op);
  expect(halves).toEqual(['MatMul', 'Relu']);
  expect(lowered.filter(({ op }) => op === 'Softplus').map(typeOf)).toEqual([1]);
});

test('gradients in bfloat16 are near those in float32, and the state stays float32', (context) => {
  needsBfloat16(context);
  const moments = (precision: 'float32' | 'bfloat16') => {
    const model = vae({ width: SIDE, height: SIDE, channels: 1, latentDim: 4, classes: 0, batchSize: BATCH });
    const state = model.initialState(3);
    const { train } = model.programs;
    const session = compile({ state, programs: { train }, optimizer: ADAM, seed: 1, towers: 2, precision });
    const x = Float32Array.from({ length: BATCH * SIDE * SIDE }, (_, i) => (Math.sin(i * 0.7) + 1) / 2);
    session.run('train', { x, beta: 1, learningRate: 1e-3 });
    const saved = session.save();
    session.dispose();
    return new Map([...saved].filter(([name]) => name.startsWith('adam/') && name.endsWith('/m')));
  };
  const [exact, near] = [moments('float32'), moments('bfloat16')];
  expect([...near.keys()]).toEqual([...exact.keys()]);
  for (const [name, { values }] of exact) {
    const other = near.get(name)?.values as Float32Array;
    const off = Math.hypot(...values.map((value, i) => value - (other[i] as number)));
    expect(off, name).toBeGreaterThan(0);
    expect(off / Math.hypot(...values), name).toBeLessThan(TOLERANCE);
  }
});

test('bfloat16 is refused on a processor without it, and on no GPU', () => {
  const environment = { node: '', tensorflow: '', cpu: 'Old 486', device: 'cpu', threads: 1 } as const;
  const on = (device: 'cpu' | 'gpu', has: boolean) => () =>
    refuseEmulation('bfloat16', { environment: { ...environment, device }, hasBfloat16: has });
  expect(on('cpu', false)).toThrow('Old 486');
  expect(on('cpu', true)).not.toThrow();
  expect(on('gpu', false)).not.toThrow();
});
