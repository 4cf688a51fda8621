import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import {
  conv,
  convTranspose,
  dense,
  exp,
  leakyRelu,
  matMul,
  relu,
  sigmoid,
  softplus,
  tanh,
} from '../../../../containers/trainer/models/layers/ops.ts';

const noise = (name: string, shape: number[]): Tensor =>
  tf.tensor(
    normals(
      1,
      name,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );
const scalarOf = (f: (x: Tensor) => Tensor) => (x: Tensor) => tf.sum(f(x)) as Tensor;
const difference = (a: Tensor, b: Tensor): number =>
  tf.div(tf.norm(tf.sub(a, b)), tf.add(tf.norm(b), 1e-12)).dataSync()[0] as number;

describe('second derivatives', () => {
  const s = (x: number) => 1 / (1 + Math.exp(-x));
  test.each<[string, (x: Tensor) => Tensor, (x: number) => number]>([
    ['tanh', tanh, (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)],
    ['sigmoid', sigmoid, (x) => s(x) * (1 - s(x)) * (1 - 2 * s(x))],
    ['softplus', softplus, (x) => s(x) * (1 - s(x))],
    ['exp', exp, Math.exp],
  ])('of %s are right', (_name, f, expected) => {
    const x = tf.tensor1d([-1.5, 0.3, 1]);
    const second = tf
      .grad((outer: Tensor) => scalarOf(tf.grad(scalarOf(f)))(outer))(x)
      .dataSync();
    [-1.5, 0.3, 1].forEach((at, i) => {
      expect(second[i]).toBeCloseTo(expected(at), 5);
    });
  });

  test('of a critic with a gradient penalty agree with finite differences', () => {
    const x = noise('x', [2, 8, 8, 3]);
    const kernel = tf.mul(noise('kernel', [3, 3, 3, 4]), 0.2);
    const back = tf.mul(noise('back', [3, 3, 2, 4]), 0.2);
    const head = tf.mul(noise('head', [128, 1]), 0.2);
    // The square makes the slope's own jump at zero harmless to a finite difference.
    const critic = (k: Tensor) => (images: Tensor) => {
      const up = tf.square(leakyRelu(convTranspose(tanh(conv(images, k, 2)), back, 2), 0.2));
      return tf.sum(matMul(tf.reshape(up, [2, 128]), head)) as Tensor;
    };
    const penalty = (k: Tensor): Tensor => tf.sum(tf.square(tf.grad(critic(k))(x)));
    const gradient = tf.grad(penalty)(kernel);
    const direction = noise('direction', kernel.shape);
    const along = tf.sum(tf.mul(gradient, direction)).dataSync()[0] as number;
    const h = 1e-3;
    const shifted = (by: number) => penalty(tf.add(kernel, tf.mul(direction, by))).dataSync()[0] as number;
    const numeric = (shifted(h) - shifted(-h)) / (2 * h);
    expect(Math.abs(along - numeric)).toBeLessThan(2e-2 * Math.abs(numeric));
  });
});

test('a penalty on slopes is led back through its slopes alone, not as zeros through the layers below', () => {
  const { nodes, outputs } = record('step', (recorder) => {
    const [x, kernel] = [noise('x', [2, 6, 8, 1]), noise('kernel', [3, 3, 1, 4])];
    recorder.input('step/x', x);
    recorder.input('step/kernel', kernel);
    const slope = (k: Tensor) => tf.grad((x: Tensor) => tf.sum(leakyRelu(conv(x, k, 2), 0.2)) as Tensor)(x);
    return { gradient: tf.grad((k: Tensor) => tf.sum(tf.square(slope(k))) as Tensor)(kernel) };
  });
  const makers = new Map(nodes.map((node) => [`${node.name}:0`, node]));
  const read = (ref: string, seen = new Set<string>()): Set<string> => {
    if (!seen.has(ref)) for (const input of makers.get(ref)?.input ?? []) read(input, seen.add(ref));
    return seen;
  };
  const ops = [...read(outputs.gradient?.ref ?? '')].map((ref) => makers.get(ref)?.op);
  expect(ops.filter((op) => op === 'Conv2DBackpropFilter')).toHaveLength(1);
});

test('an output layer of one channel has the gradients of plain tfjs, and their gradients', () => {
  const [x, kernel] = [noise('x', [2, 6, 8, 4]), noise('kernel', [3, 3, 1, 4])];
  const ours = (x: Tensor, k: Tensor): Tensor => tf.mean(tf.square(convTranspose(x, k, 1)));
  const plain = (x: Tensor, k: Tensor): Tensor =>
    tf.mean(tf.square(tf.conv2dTranspose(x as never, k as never, [2, 6, 8, 1], 1, 'same')));
  const second = (f: typeof ours) => (x: Tensor, k: Tensor) =>
    tf.sum(tf.square(tf.grad((inner: Tensor) => f(inner, k))(x))) as Tensor;
  for (const [a, b] of [
    [ours, plain],
    [second(ours), second(plain)],
  ] as const) {
    const [got, want] = [a, b].map((f) => tf.grads(f)([x, kernel]));
    got?.forEach((gradient, i) => {
      expect(difference(gradient, want?.[i] as Tensor)).toBeLessThan(1e-5);
    });
  }
});

test('first derivatives of a network agree with those of plain tfjs to 1e-5', () => {
  const x = noise('x', [4, 8, 12, 3]);
  const weights = [noise('a', [3, 3, 3, 5]), noise('b', [3, 3, 2, 5]), noise('c', [8 * 12 * 2, 3]), noise('d', [3])];
  const ours = (x: Tensor, a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor => {
    const up = relu(convTranspose(relu(conv(x, a, 2)), b, 2));
    return tf.mean(tf.square(dense(tf.reshape(up, [4, -1]), c, d)));
  };
  const plain = (x: Tensor, a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor => {
    const down = tf.relu(tf.conv2d(x as never, a as never, 2, 'same'));
    const up = tf.relu(tf.conv2dTranspose(down as never, b as never, [4, 8, 12, 2], 2, 'same'));
    return tf.mean(tf.square(tf.add(tf.matMul(tf.reshape(up, [4, -1]), c), d)));
  };
  const [got, want] = [ours, plain].map((f) => tf.grads(f as never)([x, ...weights]));
  got?.forEach((gradient, i) => {
    expect(difference(gradient, want?.[i] as Tensor)).toBeLessThan(1e-5);
  });
});

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])(
  'the gradient of a product agrees with finite differences: a transposed %s, b transposed %s',
  (transposeA, transposeB) => {
    const a = noise('a', transposeA ? [3, 2] : [2, 3]);
    const b = noise('b', transposeB ? [4, 3] : [3, 4]);
    const weight = noise('weight', [2, 4]);
    const value = (a: Tensor, b: Tensor) => tf.sum(tf.mul(weight, matMul(a, b, transposeA, transposeB)));
    const [da, db] = tf.grads((a: Tensor, b: Tensor) => value(a, b))([a, b]) as [Tensor, Tensor];
    // The product is linear in each factor, so a difference of any size is exact.
    const [alongA, alongB] = [noise('along a', a.shape), noise('along b', b.shape)];
    const change = (from: Tensor, to: Tensor) => tf.sub(to, from).dataSync()[0] as number;
    const along = (gradient: Tensor, direction: Tensor) => tf.sum(tf.mul(gradient, direction)).dataSync()[0] as number;
    expect(along(da, alongA)).toBeCloseTo(change(value(a, b), value(tf.add(a, alongA), b)), 4);
    expect(along(db, alongB)).toBeCloseTo(change(value(a, b), value(a, tf.add(b, alongB))), 4);
  },
);
