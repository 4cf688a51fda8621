// A VAE of dense layers, 784-512-256-32, on the product's layers: the engine's figure where no convolution takes the time.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import type { Params, Program, StateMap } from '../../containers/trainer/engine/types.ts';
import { initialWeights } from '../../containers/trainer/models/layers/initial.ts';
import { bernoulliLoss, dense, exp, relu, sumPerItem } from '../../containers/trainer/models/layers/ops.ts';
import { LATENT_DIM, SIZE } from './setting.ts';

const WIDTHS = {
  hidden1: [SIZE * SIZE, 512],
  hidden2: [512, 256],
  zMean: [256, LATENT_DIM],
  zLogVar: [256, LATENT_DIM],
};
const BACK = { dense1: [LATENT_DIM, 256], dense2: [256, 512], logits: [512, SIZE * SIZE] };

export function mlpVae(batchSize: number): { initialState(seed: number): StateMap; train: Program } {
  const shapes = Object.fromEntries(
    Object.entries({ ...WIDTHS, ...BACK }).flatMap(([layer, [from, to]]) => [
      [`vae/${layer}/kernel`, [from, to] as number[]],
      [`vae/${layer}/bias`, [to] as number[]],
    ]),
  );
  const train: Program = {
    feed: { x: { shape: [batchSize, SIZE * SIZE], dtype: 'float32' }, beta: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates: ['vae'],
    step(params, feed, context) {
      const x = feed.x as Tensor;
      const h = relu(layer(params, 'hidden2', relu(layer(params, 'hidden1', x))));
      const [zMean, zLogVar] = [layer(params, 'zMean', h), layer(params, 'zLogVar', h)];
      const z = tf.add(zMean, tf.mul(exp(tf.mul(zLogVar, 0.5)), context.normal(zMean.shape, 'latent')));
      const raw = layer(params, 'logits', relu(layer(params, 'dense2', relu(layer(params, 'dense1', z)))));
      const kl = tf.mul(-0.5, tf.sub(tf.sub(tf.add(zLogVar, 1), tf.square(zMean)), exp(zLogVar)));
      const loss = tf.add(tf.mean(bernoulliLoss(raw, x)), tf.mul(context.scalar('beta'), tf.mean(sumPerItem(kl))));
      return { loss, outputs: {} };
    },
  };
  return { initialState: (seed) => initialWeights(shapes, seed), train };
}

function layer(params: Params, name: string, x: Tensor): Tensor {
  return dense(x, params[`vae/${name}/kernel`] as Tensor, params[`vae/${name}/bias`] as Tensor);
}
