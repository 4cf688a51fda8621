import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { Params } from '../../../../../containers/trainer/engine/types.ts';
import { gru, gruBackwards, gruShapes, gruStep } from '../../../../../containers/trainer/models/layers/gru.ts';
import { crossEntropy } from '../../../../../containers/trainer/models/layers/symbols.ts';

const [positions, batch, inputs, units] = [4, 3, 2, 5];
const shapes = gruShapes('cell', inputs, units);
const names = Object.keys(shapes);
const normalTensor = (name: string, shape: readonly number[]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    normals(1, name, count).map((value) => value * 0.7),
    [...shape],
  );
};
const paramsOf = () => Object.fromEntries(names.map((name) => [name, normalTensor(name, shapes[name] as number[])]));

/** The second text ends after two positions, the third after three. */
const mask = tf.tensor2d([
  [1, 1, 1],
  [1, 1, 1],
  [1, 0, 1],
  [1, 0, 0],
]);

/** The same position by position, from operations whose gradients tfjs knows. */
function stepped(params: Params, x: ReturnType<typeof normalTensor>, backwards: boolean) {
  const states: ReturnType<typeof normalTensor>[] = new Array(positions);
  let state = tf.zeros([batch, units]);
  for (let place = 0; place < positions; place++) {
    const at = backwards ? positions - 1 - place : place;
    state = gruStep(params, 'cell', tf.slice(x, [at * batch, 0], [batch, inputs]), state);
    if (backwards) state = tf.mul(state, tf.reshape(tf.slice(mask, [at, 0], [1, batch]), [batch, 1]));
    states[at] = state;
  }
  return tf.concat(states, 0);
}

test.each([false, true])('a sequence is what its steps are, and so are its gradients (backwards: %s)', (backwards) => {
  const params = paramsOf();
  const x = normalTensor('x', [positions * batch, inputs]);
  const weights = normalTensor('weights', [positions * batch, units]);
  const loss = (of: (params: Params, x: ReturnType<typeof normalTensor>) => ReturnType<typeof normalTensor>) =>
    tf.valueAndGrads((given, ...kernels) => {
      const trained = Object.fromEntries(
        names.map((name, at) => [name, kernels[at] as ReturnType<typeof normalTensor>]),
      );
      return tf.sum(tf.mul(of(trained, given as ReturnType<typeof normalTensor>), weights)).asScalar();
    })([x, ...names.map((name) => params[name] as ReturnType<typeof normalTensor>)]);
  const whole = loss((given, from) =>
    backwards ? gruBackwards(given, 'cell', from, mask) : gru(given, 'cell', from, positions),
  );
  const parts = loss((given, from) => stepped(given, from, backwards));
  expect(whole.value.dataSync()[0]).toBeCloseTo(parts.value.dataSync()[0] as number, 4);
  for (const [at, gradient] of whole.grads.entries()) {
    const expected = (parts.grads[at] as typeof gradient).dataSync();
    for (const [place, value] of gradient.dataSync().entries())
      expect(value, `${['x', ...names][at]} ${place}`).toBeCloseTo(expected[place] as number, 4);
  }
});

test('cross-entropy and its gradient are those of a softmax', () => {
  const logits = normalTensor('logits', [6, 4]);
  const targets = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32'), 4).toFloat();
  const weights = normalTensor('row', [6]);
  const own = tf.valueAndGrad((x) => tf.sum(tf.mul(crossEntropy(x, targets), weights)).asScalar())(logits);
  const known = tf.valueAndGrad((x) =>
    tf.neg(tf.sum(tf.mul(tf.sum(tf.mul(tf.logSoftmax(x as typeof logits), targets), 1), weights))).asScalar(),
  )(logits);
  expect(own.value.dataSync()[0]).toBeCloseTo(known.value.dataSync()[0] as number, 4);
  const expected = known.grad.dataSync();
  for (const [at, value] of own.grad.dataSync().entries()) expect(value).toBeCloseTo(expected[at] as number, 4);
});
