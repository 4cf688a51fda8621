import type { Tensor } from '@tensorflow/tfjs-node';
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { record } from '../../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import {
  averagePool,
  depthwiseConv,
  relu6,
  resize,
} from '../../../../../containers/trainer/models/layers/image-ops.ts';

const noise = (name: string, shape: number[]): Tensor =>
  tf.tensor(
    normals(
      1,
      name,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );
const numberOf = (tensor: Tensor): number => tensor.dataSync()[0] as number;

/** The slope of `f` along a random direction, by its gradient and by a finite difference. */
function slopes(f: (x: Tensor) => Tensor, x: Tensor): [number, number] {
  const direction = noise('direction', x.shape);
  const byGradient = numberOf(tf.sum(tf.mul(tf.grad(f)(x), direction)));
  const h = 1e-2;
  const at = (by: number) => numberOf(f(tf.add(x, tf.mul(direction, by))));
  return [byGradient, (at(h) - at(-h)) / (2 * h)];
}

function expectAgreement([byGradient, byDifference]: [number, number]): void {
  expect(Math.abs(byDifference)).toBeGreaterThan(1e-3);
  expect(Math.abs(byGradient - byDifference)).toBeLessThan(1e-2 * Math.abs(byDifference));
}

describe.each([1, 2])('a depthwise convolution of stride %i', (stride) => {
  const x = noise('x', [2, 6, 7, 3]);
  const kernel = noise('kernel', [3, 3, 3, 1]);
  const squares = (y: Tensor) => tf.sum(tf.square(y)) as Tensor;

  test('computes what tfjs does', () => {
    const difference = tf.sub(
      depthwiseConv(x, kernel, stride),
      tf.depthwiseConv2d(x as never, kernel as never, stride, 'same'),
    );
    expect(numberOf(tf.max(tf.abs(difference)))).toBeLessThan(1e-5);
  });

  test('has the gradients of finite differences', () => {
    expectAgreement(slopes((x) => squares(depthwiseConv(x, kernel, stride)), x));
    expectAgreement(slopes((k) => squares(depthwiseConv(x, k, stride)), kernel));
  });

  test('has the second gradients of finite differences', () => {
    const cubes = (x: Tensor, k: Tensor) => {
      const y = depthwiseConv(x, k, stride);
      return tf.sum(tf.mul(y, tf.square(y))) as Tensor;
    };
    const slope = (k: Tensor) => tf.sum(tf.square(tf.grad((x: Tensor) => cubes(x, k))(x))) as Tensor;
    expectAgreement(slopes(slope, kernel));
  });
});

test('relu6 keeps what lies between 0 and 6, and passes gradients there alone', () => {
  const x = tf.tensor1d([-2, 0.5, 5, 7]);
  expect([...relu6(x).dataSync()]).toEqual([0, 0.5, 5, 6]);
  const gradient = tf.grad((x: Tensor) => tf.sum(tf.mul(relu6(x), tf.tensor1d([1, 2, 3, 4]))) as Tensor)(x);
  expect([...gradient.dataSync()]).toEqual([0, 2, 3, 0]);
});

test('resizing gives the mean of an enlarged image back, and its gradients are those of finite differences', () => {
  const x = noise('x', [2, 4, 6, 3]);
  const larger = resize(x, [8, 12]);
  expect(larger.shape).toEqual([2, 8, 12, 3]);
  const constant = resize(tf.fill([1, 4, 4, 1], 3), [6, 6]);
  expect([numberOf(tf.min(constant)), numberOf(tf.max(constant))]).toEqual([3, 3]);
  const cubes = (x: Tensor) => {
    const y = resize(x, [6, 9]);
    return tf.sum(tf.mul(y, tf.square(y))) as Tensor;
  };
  expectAgreement(slopes(cubes, x));
  expectAgreement(slopes((x) => tf.sum(tf.square(tf.grad(cubes)(x))) as Tensor, x));
});

test('pooling averages squares', () => {
  const x = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
  expect([...averagePool(x, 2).dataSync()]).toEqual([3.5, 5.5]);
  const cubes = (x: Tensor) => {
    const y = averagePool(x, 2);
    return tf.sum(tf.mul(y, tf.square(y))) as Tensor;
  };
  const larger = noise('pooled', [2, 4, 6, 3]);
  expectAgreement(slopes(cubes, larger));
  expectAgreement(slopes((x) => tf.sum(tf.square(tf.grad(cubes)(x))) as Tensor, larger));
});

test('the gradient of a frozen kernel is in no graph that asks for the image alone', () => {
  const { nodes, outputs } = record('step', (recorder) => {
    const [x, kernel] = [noise('x', [1, 4, 4, 2]), noise('kernel', [3, 3, 2, 1])];
    recorder.input('step/x', x);
    recorder.input('step/kernel', kernel);
    return { gradient: tf.grad((x: Tensor) => tf.sum(relu6(depthwiseConv(x, kernel, 1))) as Tensor)(x) };
  });
  const makers = new Map(nodes.map((node) => [`${node.name}:0`, node]));
  const needed = new Set<string>();
  const visit = (ref: string): void => {
    const node = makers.get(ref);
    if (!node || needed.has(node.name)) return;
    needed.add(node.name);
    for (const input of node.input) visit(input);
  };
  visit(outputs.gradient?.ref ?? '');
  const ops = nodes.filter(({ name }) => needed.has(name)).map(({ op }) => op);
  expect(ops).toContain('DepthwiseConv2dNativeBackpropInput');
  expect(ops).not.toContain('DepthwiseConv2dNativeBackpropFilter');
});
