// A small model with two parts, for tests of the engine alone.
import type { Tensor } from '@tensorflow/tfjs-node';
import { compile } from '../../../../containers/trainer/engine/compile.ts';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type {
  CompileOptions,
  OptimizerOptions,
  Program,
  Session,
  StateMap,
} from '../../../../containers/trainer/engine/types.ts';
import { initialWeights } from '../../../../containers/trainer/models/layers/initial.ts';
import { dense, relu } from '../../../../containers/trainer/models/layers/ops.ts';

export const BATCH = 8;
export const ADAM: OptimizerOptions = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

const SHAPES = {
  'body/dense/kernel': [3, 5],
  'body/dense/bias': [5],
  'head/dense/kernel': [5, 1],
  'head/dense/bias': [1],
};

export function toyState(seed = 1): StateMap {
  return initialWeights(SHAPES, seed);
}

export function toyProgram(updates: string[], noise = 0.1): Program {
  return {
    feed: { x: { shape: [BATCH, 3], dtype: 'float32' }, scale: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates,
    step(params, feed, context) {
      const weight = (name: string) => params[name] as Tensor;
      const x = feed.x as Tensor;
      const shaken = tf.add(x, tf.mul(noise, context.normal(x.shape, 'shake')));
      const h = context.dropout(
        relu(dense(shaken, weight('body/dense/kernel'), weight('body/dense/bias'))),
        0.25,
        'drop',
      );
      const y = dense(h, weight('head/dense/kernel'), weight('head/dense/bias'));
      const wanted = tf.mul(context.scalar('scale'), tf.sum(x, 1, true));
      const perItem = tf.reshape(tf.square(tf.sub(y, wanted)), [x.shape[0] as number]);
      return { loss: tf.mean(perItem), outputs: { perItem, mean: tf.mean(perItem), shaken } };
    },
  };
}

export function toySession(
  options: Partial<CompileOptions<string>> = {},
  programs: Record<string, Program> = { train: toyProgram(['body', 'head']) },
): Session<string> {
  const rest = { state: toyState(), optimizer: ADAM, seed: 1, towers: 1, precision: 'float32' } as const;
  return compile({ ...rest, programs, ...options });
}

export function toyFeed(step = 0): { x: Float32Array; scale: number; learningRate: number } {
  const x = Float32Array.from({ length: BATCH * 3 }, (_, i) => Math.sin(i * 1.7 + step));
  return { x, scale: 0.5, learningRate: 0.01 };
}
