// Contestant: the same network and loss as anyone would write them in tfjs-node, with `optimizer.minimize`.
import { createRequire } from 'node:module';
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node';
import { answerRounds } from '../rounds.ts';
import { BATCH, LATENT_DIM, LEARNING_RATE, mnistBatches, SIZE, STEPS } from './setting.ts';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const tf: typeof import('@tensorflow/tfjs-node') = createRequire(import.meta.url)('@tensorflow/tfjs-node');

const FLAT = 7 * 7 * 64;
const SHAPES = {
  conv1: [3, 3, 1, 32],
  conv2: [3, 3, 32, 64],
  latent: [FLAT, 2 * LATENT_DIM],
  dense: [LATENT_DIM, FLAT],
  up1: [3, 3, 64, 64],
  up2: [3, 3, 32, 64],
  logits: [3, 3, 1, 32],
};
type Layer = keyof typeof SHAPES;
const TRANSPOSED: readonly Layer[] = ['up1', 'up2', 'logits'];

const layers = Object.keys(SHAPES) as Layer[];
const kernels = new Map(layers.map((layer) => [layer, tf.variable(tf.randomUniform(SHAPES[layer], -0.05, 0.05))]));
const biases = new Map(layers.map((layer) => [layer, tf.variable(tf.zeros([biasSize(layer)]))]));
const optimizer = tf.train.adam(LEARNING_RATE);
const variables = [...kernels.values(), ...biases.values()];
const nextBatch = mnistBatches();

answerRounds({
  version: tf.version['tfjs-core'],
  items: BATCH,
  steps: STEPS,
  step: () =>
    tf.tidy(() => {
      const x = tf.tensor4d(nextBatch(), [BATCH, SIZE, SIZE, 1]);
      optimizer.minimize(() => lossOf(x), true, variables)?.dataSync();
    }),
});

function lossOf(x: Tensor4D): Scalar {
  const h1 = tf.relu(biased(tf.conv2d(x, kernel('conv1'), 2, 'same'), 'conv1')) as Tensor4D;
  const h2 = tf.relu(biased(tf.conv2d(h1, kernel('conv2'), 2, 'same'), 'conv2'));
  const [mean, logVar] = tf.split(linear(tf.reshape(h2, [BATCH, FLAT]), 'latent'), 2, 1) as [Tensor2D, Tensor2D];
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), tf.randomNormal([BATCH, LATENT_DIM]))) as Tensor2D;
  const h3 = tf.reshape(tf.relu(linear(z, 'dense')), [BATCH, 7, 7, 64]) as Tensor4D;
  const h4 = tf.relu(biased(tf.conv2dTranspose(h3, kernel('up1'), [BATCH, 14, 14, 64], 2, 'same'), 'up1')) as Tensor4D;
  const h5 = tf.relu(biased(tf.conv2dTranspose(h4, kernel('up2'), [BATCH, 28, 28, 32], 2, 'same'), 'up2')) as Tensor4D;
  const logits = biased(tf.conv2dTranspose(h5, kernel('logits'), [BATCH, 28, 28, 1], 1, 'same'), 'logits');
  const cross = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, x)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(logVar, 1), tf.square(mean)), tf.exp(logVar))));
  return tf.div(tf.add(tf.sum(cross), kl), BATCH) as Scalar;
}

function linear(x: Tensor, layer: Layer): Tensor {
  return biased(tf.matMul(x as Tensor2D, kernels.get(layer) as Variable<never>), layer);
}

function biased(x: Tensor, layer: Layer): Tensor {
  return tf.add(x, biases.get(layer) as Variable);
}

function kernel(layer: Layer): Tensor4D {
  return kernels.get(layer) as unknown as Tensor4D;
}

function biasSize(layer: Layer): number {
  return SHAPES[layer].at(TRANSPOSED.includes(layer) ? -2 : -1) as number;
}
