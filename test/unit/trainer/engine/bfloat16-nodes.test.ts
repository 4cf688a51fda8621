import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { inBfloat16 } from '../../../../containers/trainer/engine/kernels/bfloat16.ts';
import { record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Params, Program } from '../../../../containers/trainer/engine/types.ts';
import { addBias, conv, convTranspose, relu } from '../../../../containers/trainer/models/layers/ops.ts';
import { needsBfloat16 } from '../../../fixtures/needs-bfloat16.ts';
import { ADAM } from './toy.ts';

const [BATCH, SIDE, CHANNELS, KERNEL, STRIDE] = [4, 3, 16, 3, 2];
const IMAGES = [BATCH, SIDE * STRIDE, SIDE * STRIDE, CHANNELS];

type Layer = (x: Tensor, kernel: Tensor, stride: number) => Tensor;

/** The ops that the lowered graph computes a layer and its gradient with, constants and conversions left out. */
function opsOf(layer: Layer, { channels = CHANNELS, device = 'cpu' }: { channels?: number; device?: 'cpu' | 'gpu' }) {
  const { nodes, inputs } = record('step', (recorder) => {
    const given = { x: [BATCH, SIDE, SIDE, channels], kernel: [KERNEL, KERNEL, channels, channels], bias: [channels] };
    const [x, kernel, bias] = Object.entries(given).map(([name, shape]) => {
      const tensor = tf.ones(shape);
      recorder.input(`step/${name}`, tensor);
      return tensor;
    }) as [Tensor, Tensor, Tensor];
    return { gradient: tf.grad((b: Tensor) => tf.sum(relu(addBias(layer(x, kernel, STRIDE), b))))(bias) };
  });
  return inBfloat16('step', nodes, inputs, device).map(({ op }) => op);
}

describe('in bfloat16', () => {
  test('what a transposed convolution adds no bias to has it from a norm, and relu is led back through whole numbers', () => {
    const ops = opsOf(convTranspose, {});
    expect(ops).toEqual(expect.arrayContaining(['FusedBatchNormV3', 'Bitcast', 'Assert']));
    expect(ops).not.toContain('BiasAdd');
  });

  test('a convolution keeps the bias that TensorFlow fuses into it', () => {
    expect(opsOf(conv, {})).toContain('BiasAdd');
  });

  test('a norm of other than whole vectors of channels would be slower than a bias', () => {
    expect(opsOf(convTranspose, { channels: CHANNELS + 8 })).toContain('BiasAdd');
  });

  test('a GPU, which has no such kernels, runs the ops as they were recorded', () => {
    const ops = opsOf(convTranspose, { device: 'gpu' });
    expect(ops).toContain('BiasAdd');
    expect(ops).not.toContain('Bitcast');
  });
});

test('whole numbers that bfloat16 holds come out the same as in float32, to the last bit', (context) => {
  needsBfloat16(context);
  const weights: Record<string, readonly number[]> = {
    'part/layer/kernel': [KERNEL, KERNEL, CHANNELS, CHANNELS],
    'part/layer/bias': [CHANNELS],
  };
  const drawn = (params: Params, x: Tensor) =>
    relu(addBias(convTranspose(x, params['part/layer/kernel'] as Tensor, STRIDE), params['part/layer/bias'] as Tensor));
  const train: Program = {
    feed: {
      x: { shape: [BATCH, SIDE, SIDE, CHANNELS], dtype: 'float32' },
      share: { shape: IMAGES, dtype: 'float32' },
    },
    updates: ['part'],
    step(params, { x, share }) {
      const images = drawn(params, x as Tensor);
      return { loss: tf.sum(tf.mul(images, share as Tensor)), outputs: { images } };
    },
  };
  const feed = {
    x: small(BATCH * SIDE ** 2 * CHANNELS, 1),
    share: small(
      IMAGES.reduce((a, b) => a * b),
      2,
    ),
    learningRate: 1e-3,
  };
  const run = (precision: 'float32' | 'bfloat16') => {
    const state = new Map(
      Object.entries(weights).map(([name, shape], i) => [
        name,
        {
          shape,
          values: small(
            shape.reduce((a, b) => a * b),
            3 + i,
          ),
        },
      ]),
    );
    // Without a first moment that is remembered it is the gradient.
    const optimizer = { ...ADAM, beta1: 0 };
    const session = compile({ state, programs: { train }, optimizer, seed: 1, towers: 1, precision });
    const { images } = session.run('train', feed, ['images']);
    const saved = session.save();
    session.dispose();
    return { images, gradients: Object.keys(weights).map((name) => saved.get(`adam/${name}/m`)?.values) };
  };
  const { images, gradients } = run('bfloat16');
  expect({ images, gradients }).toEqual(run('float32'));
  const isPassed = [...(images as Float32Array)].map((value) => value > 0);
  expect(new Set(isPassed).size).toBe(2);
});

/** Of -1, 0 and 1, so that no sum leaves the range in which bfloat16 holds each whole number. */
function small(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.round(Math.sin(seed + i * 1.7)));
}
