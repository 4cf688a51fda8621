import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node';
import { expect, test } from 'vitest';
import { attribute, executeOp } from '../../../../containers/trainer/engine/binding.ts';
import { record } from '../../../../containers/trainer/engine/record.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Program } from '../../../../containers/trainer/engine/types.ts';
import { toyProgram, toySession } from './toy.ts';

type Step = (x: Tensor) => Tensor;

function compiled(change: Step): () => void {
  const program: Program = {
    ...toyProgram([]),
    step: (_params, feed) => ({ outputs: { y: change(feed.x as Tensor) } }),
  };
  return () => toySession({}, { look: program }).dispose();
}

test('a step of ops alone is traced', () => {
  expect(compiled((x) => tf.mul(x, 2))).not.toThrow();
});

test('what a clone adds to a gradient, a conversion from float32 to float32, is not recorded', () => {
  const { nodes, outputs } = record('step', (recorder) => {
    const x = tf.ones([2]);
    recorder.input('step/x', x);
    return { same: tf.grad((x: Tensor) => tf.square(x.clone()))(x) };
  });
  expect(outputs.same?.shape).toEqual([2]);
  expect(nodes.map(({ op }) => op)).not.toContain('Cast');
});

test('a constant that JavaScript computes anew is refused, with its line', () => {
  expect(compiled((x) => tf.mul(x, Math.random()))).toThrow(
    /a constant computed in JavaScript differs.*trace\.test\.ts/,
  );
});

test('a step that takes another way on its second call is refused', () => {
  let calls = 0;
  expect(compiled((x) => (calls++ % 2 === 0 ? tf.add(x, 1) : tf.sub(x, 1)))).toThrow('make it two programs');
});

test('an attribute that changes is refused', () => {
  let slope = 0.1;
  expect(
    compiled((x) => {
      slope += 0.1;
      return tf.leakyRelu(x, slope);
    }),
  ).toThrow('differs from call to call');
});

test('random ops outside the context are refused', () => {
  expect(compiled((x) => tf.add(x, tf.randomStandardNormal(x.shape)))).toThrow(/draws outside|computed in JavaScript/);
  expect(compiled((x) => tf.dropout(x, 0.5))).toThrow(/draws outside|computed in JavaScript/);
  expect(compiled((x) => tf.cast(tf.multinomial(tf.reshape(x, [8, 3]) as Tensor2D, 1), 'float32'))).toThrow(
    'draws outside the context',
  );
});

test('a tensor from outside is refused, uploaded before or not', () => {
  const fresh = tf.tensor1d([1, 2, 3]);
  expect(compiled((x) => tf.add(x, fresh))).toThrow('neither a weight, nor a feed');
  const used = tf.tensor1d([1, 2, 3]);
  tf.neg(used).dispose();
  expect(compiled((x) => tf.add(x, used))).toThrow('neither a weight, nor a feed');
});

test('reading values inside a step is refused', () => {
  expect(compiled((x) => tf.mul(x, tf.max(x).dataSync()[0] as number))).toThrow("may not read a tensor's values");
});

test('after a refusal tensors work as before', () => {
  expect(compiled((x) => tf.mul(x, Math.random()))).toThrow();
  expect([...tf.add(tf.tensor1d([1]), 1).dataSync()]).toEqual([2]);
});

test('a site that draws twice is refused', () => {
  const program: Program = {
    ...toyProgram([]),
    step: (_params, feed, context) => ({
      outputs: { y: tf.add(context.normal([2], 'same'), context.uniform([2], 'same')), x: feed.x as Tensor },
    }),
  };
  expect(() => toySession({}, { look: program })).toThrow('the site same draws twice');
});

test('a stateless op whose key the context did not declare draws the same in every step, and is refused', () => {
  const types = ['dtype', 'T', 'Tseed'].map((name, i) => attribute.type(name, i === 0 ? 'float32' : 'int32'));
  const drawn = (x: Tensor) =>
    executeOp('StatelessRandomNormal', types, [tf.tensor1d([...x.shape], 'int32'), tf.tensor1d([1, 2], 'int32')]);
  expect(compiled((x) => tf.add(x, drawn(x)))).toThrow('draws outside the context');
});
