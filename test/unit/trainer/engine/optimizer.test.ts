import type { Tensor } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { ADAM, toyFeed, toyProgram, toySession, toyState } from './toy.ts';

/** All gradients are zero, so that only the decay moves a weight. */
const still: Program = {
  ...toyProgram(['body', 'head']),
  step(params) {
    const sums = Object.values(params).map((weight) => tf.sum(tf.mul(weight as Tensor, 0)));
    return { loss: tf.addN(sums), outputs: {} };
  },
};

test('weight decay shrinks matrices by the rate times the decay, and leaves biases and gains as they are', () => {
  const state = new Map(
    [...toyState()].map(([name, { shape, values }]) => [name, { shape, values: values.map(() => 2) }]),
  );
  const session = toySession({ state, optimizer: { ...ADAM, kind: 'adamw', weightDecay: 0.5 } }, { train: still });
  session.run('train', { ...toyFeed(), learningRate: 0.1 });
  const saved = session.save();
  session.dispose();
  for (const [name, { shape }] of state) {
    const expected = shape.length > 1 ? 2 * (1 - 0.1 * 0.5) : 2;
    for (const value of saved.get(name)?.values ?? []) expect(value, name).toBeCloseTo(expected, 6);
  }
});

test('plain Adam has no decay', () => {
  const session = toySession({}, { train: still });
  session.run('train', toyFeed());
  for (const [name, { values }] of toyState()) expect(session.save().get(name)?.values, name).toEqual(values);
  session.dispose();
});
