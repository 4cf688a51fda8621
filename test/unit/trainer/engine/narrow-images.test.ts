import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { inBfloat16 } from '../../../../containers/trainer/engine/kernels/bfloat16.ts';
import { record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { conv, convTranspose } from '../../../../containers/trainer/models/layers/ops.ts';
import { needsBfloat16 } from '../../../fixtures/needs-bfloat16.ts';
import { ADAM } from './toy.ts';

const SIDE = 3;

type Layer = {
  readonly kernel: number;
  readonly stride: number;
  readonly batch: number;
  readonly width: number;
  readonly channels: number;
};

const PLAIN: Layer = { kernel: 3, stride: 2, batch: 8, width: SIDE, channels: 16 };

const inputOf = ({ batch, width, channels, stride }: Layer) => [batch, SIDE * stride, width * stride, channels];
const outputOf = ({ batch, width, channels }: Layer) => [batch, SIDE, width, channels];
const kernelOf = ({ kernel, channels }: Layer) => [kernel, kernel, channels, channels];

/** How many images lie in a row when the layer's kernel gradient is taken: 0 = each lies alone. */
function together(layer: Layer, device: 'cpu' | 'gpu' = 'cpu'): number {
  const { nodes, inputs } = record('step', (recorder) => {
    const [x, kernel, share] = [inputOf(layer), kernelOf(layer), outputOf(layer)].map((shape, i) => {
      const tensor = tf.ones(shape);
      recorder.input(`step/input${i}`, tensor);
      return tensor;
    }) as [Tensor, Tensor, Tensor];
    return { gradient: tf.grad((k: Tensor) => tf.sum(tf.mul(conv(x, k, layer.stride), share)))(kernel) };
  });
  const lowered = inBfloat16('step', nodes, inputs, device);
  return lowered.find(({ op }) => op === 'Split')?.attr.num_split?.i ?? 0;
}

test('narrow images lie side by side, as many as the batch can be parted into', () => {
  expect(together(PLAIN)).toBe(8);
  expect(together({ ...PLAIN, batch: 12 })).toBe(4);
});

test.each<[string, Partial<Layer>]>([
  ['of a batch that cannot be parted', { batch: 6 }],
  ['that are wide enough', { width: 9 }],
  ['of few channels', { channels: 3 }],
  ['whose kernel would reach the next image', { kernel: 5, stride: 1 }],
])('images %s stay alone', (_what, given) => {
  expect(together({ ...PLAIN, ...given })).toBe(0);
});

test('on a GPU images stay alone', () => {
  expect(together(PLAIN, 'gpu')).toBe(0);
});

test.for([
  { kernel: 3, stride: 2 },
  { kernel: 4, stride: 2 },
  { kernel: 2, stride: 2 },
  { kernel: 5, stride: 2 },
  { kernel: 3, stride: 1 },
  { kernel: 1, stride: 1 },
])(
  'the gradient of whole numbers is that of float32 to the last bit: kernel $kernel, stride $stride',
  (given, context) => {
    needsBfloat16(context);
    const layer = { ...PLAIN, ...given };
    const shape = kernelOf(layer);
    const train: Program = {
      feed: {
        x: { shape: inputOf(layer), dtype: 'float32' },
        share: { shape: outputOf(layer), dtype: 'float32' },
      },
      updates: ['part'],
      step(params, feed) {
        const [x, share] = [feed.x as Tensor, feed.share as Tensor];
        const down = conv(x, params['part/down/kernel'] as Tensor, layer.stride);
        const up = convTranspose(share, params['part/up/kernel'] as Tensor, layer.stride);
        return { loss: tf.add(tf.sum(tf.mul(down, share)), tf.sum(tf.mul(up, x))), outputs: {} };
      },
    };
    const gradients = (precision: 'float32' | 'bfloat16') => {
      const state = new Map(
        ['part/down/kernel', 'part/up/kernel'].map((name, i) => [name, { shape, values: small(shape, i) }]),
      );
      // Without a first moment that is remembered it is the gradient.
      const options = { optimizer: { ...ADAM, beta1: 0 }, seed: 1, towers: 1, precision } as const;
      const session = compile({ state, programs: { train }, ...options });
      session.run('train', { x: small(inputOf(layer), 3), share: small(outputOf(layer), 4), learningRate: 1e-3 });
      const saved = session.save();
      session.dispose();
      return ['down', 'up'].map((name) => saved.get(`adam/part/${name}/kernel/m`)?.values);
    };
    expect(together(layer)).toBe(8);
    expect(gradients('bfloat16')).toEqual(gradients('float32'));
  },
);

/** Of -1, 0 and 1, so that no sum leaves the range in which bfloat16 holds each whole number. */
function small(shape: readonly number[], seed: number): Float32Array {
  const count = shape.reduce((a, b) => a * b);
  return Float32Array.from({ length: count }, (_, i) => Math.round(Math.sin(seed + i * 1.7)));
}
