import { expect, test } from 'vitest';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { convTranspose } from '../../../../containers/trainer/models/layers/ops.ts';
import { ADAM } from './toy.ts';

const [BATCH, HEIGHT, WIDTH, CHANNELS] = [2, 5, 3, 4];

test.each([
  { kernel: 3, stride: 1 },
  { kernel: 4, stride: 1 },
  { kernel: 2, stride: 2 },
  { kernel: 3, stride: 2 },
  { kernel: 4, stride: 2 },
  { kernel: 5, stride: 3 },
  { kernel: 2, stride: 3 },
])(
  'a transposed convolution to one channel is the same in the graph: kernel $kernel, stride $stride',
  ({ kernel, stride }) => {
    const weight = { shape: [kernel, kernel + 1, 1, CHANNELS], values: numbers(kernel * (kernel + 1) * CHANNELS, 1) };
    const program: Program = {
      feed: { x: { shape: [BATCH, HEIGHT, WIDTH, CHANNELS], dtype: 'float32' } },
      updates: [],
      step: (params, { x }) => ({
        outputs: { image: convTranspose(x as never, params['part/layer/kernel'] as never, stride) },
      }),
    };
    const session = compile({
      state: new Map([['part/layer/kernel', weight]]),
      programs: { draw: program },
      optimizer: ADAM,
      seed: 1,
      towers: 1,
      precision: 'float32',
    });
    const x = numbers(BATCH * HEIGHT * WIDTH * CHANNELS, 2);
    const image = session.run('draw', { x }).image as Float32Array;
    session.dispose();
    const eager = tf.tidy(() =>
      convTranspose(
        tf.tensor(x, [BATCH, HEIGHT, WIDTH, CHANNELS]),
        tf.tensor(weight.values, weight.shape),
        stride,
      ).dataSync(),
    );
    expect(image.length).toBe(BATCH * HEIGHT * WIDTH * stride ** 2);
    image.forEach((value, i) => {
      expect(value).toBeCloseTo(eager[i] as number, 5);
    });
  },
);

function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * 1.7));
}
