import { describe, expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import { runTowers } from '../../../../containers/trainer/engine/towers.ts';
import { eagerContext } from '../../../fixtures/eager-context.ts';
import { ADAM, BATCH, toyFeed, toyProgram, toySession, toyState } from './toy.ts';

describe.each([1, 2])('with %i towers', (towers) => {
  test('fifty steps in the graph follow fifty eager steps of tf.train.adam with the same noise', () => {
    const session = toySession({ towers });
    const program = toyProgram(['body', 'head']);
    const names = [...toyState().keys()];
    const variables = names.map((name) => {
      const { shape, values } = toyState().get(name) as { shape: number[]; values: Float32Array };
      return tf.variable(tf.tensor(values, shape), true, `toy${towers}/${name}`);
    });
    const optimizer = tf.train.adam(0.01, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
    for (let step = 0; step < 50; step++) {
      const { x, scale } = toyFeed(step);
      const eagerLoss = tf.tidy(() => {
        const feed = { x: tf.tensor2d(x, [BATCH, 3]), scale: tf.scalar(scale) };
        const params = Object.fromEntries(names.map((name, i) => [name, variables[i] as (typeof variables)[number]]));
        const contextOf = (tower: number) =>
          eagerContext({ seed: 1, step, draw: 0 }, tower, { scale: feed.scale }, true);
        const { loss, gradients } = runTowers(program, { params, feed, towers, contextOf });
        optimizer.applyGradients(
          Object.fromEntries(
            names.map((name, i) => [(variables[i] as { name: string }).name, gradients[name] as never]),
          ),
        );
        return loss?.dataSync()[0] as number;
      });
      const loss = session.run('train', toyFeed(step)).loss?.[0] as number;
      expect(Math.abs(loss - eagerLoss)).toBeLessThan(1e-4 * Math.max(1, eagerLoss));
    }
    session.dispose();
  });
});

test('joined outputs are the per-item vectors in order and the mean of the scalars', () => {
  const [one, two] = [1, 2].map((towers) => toySession({ towers }, { look: toyProgram([], 0) }));
  const { x, scale } = toyFeed();
  const whole = one?.run('look', { x, scale });
  const split = two?.run('look', { x, scale });
  expect(split?.perItem?.length).toBe(BATCH);
  split?.perItem?.forEach((value, i) => {
    expect(value).toBeCloseTo(whole?.perItem?.[i] as number, 5);
  });
  expect(split?.mean?.[0]).toBeCloseTo(whole?.mean?.[0] as number, 5);
});
