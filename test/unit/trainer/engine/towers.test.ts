import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';

const program: Program = {
  feed: { x: { shape: [8, 1], dtype: 'float32' } },
  batched: ['x'],
  updates: ['net'],
  step(params, { x }) {
    const y = tf.mul(x as Tensor, params['net/w'] as Tensor);
    const perItem = tf.reshape(tf.square(y), [-1]);
    return { loss: tf.mean(perItem), outputs: { perItem, mean: tf.mean(perItem) } };
  },
};

test.each([1, 2, 4])('%i towers give the loss, the gradients and the outputs of one batch', (towers) => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [8, 1]);
  const result = runTowers(program, {
    params: { 'net/w': tf.scalar(0.5) },
    feed: { x },
    towers,
    contextOf: (tower) => eagerContext({ seed: 1, step: 0, draw: 0 }, tower, {}, true),
  });
  // The mean of the squares of 1 to 8 is 25.5; the loss is w squared times that.
  expect(result.loss?.dataSync()[0]).toBeCloseTo(0.25 * 25.5, 5);
  expect(result.gradients['net/w']?.dataSync()[0]).toBeCloseTo(25.5, 5);
  expect(result.outputs.mean?.dataSync()[0]).toBeCloseTo(0.25 * 25.5, 5);
  expect([...(result.outputs.perItem?.dataSync() ?? [])]).toEqual([0.25, 1, 2.25, 4, 6.25, 9, 12.25, 16]);
});
