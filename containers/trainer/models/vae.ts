// A convolutional variational autoencoder (Kingma and Welling 2013) with a Bernoulli decoder over pixels in [0, 1].
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../engine/tensorflow.ts';
import type { Params, Program } from '../engine/types.ts';
import { initialWeights, type WeightShapes } from './initial.ts';
import type { ImageModelConfig, Model } from './model.ts';
import { addBias, bernoulliLoss, conv, convTranspose, dense, exp, relu, sigmoid, sumPerItem } from './ops.ts';

const FILTERS = [32, 64] as const;
const KERNEL = 3;
/** Two layers of stride 2 each way. */
const REDUCTION = 4;

export type VaeProgram = 'train' | 'evaluate' | 'sample' | 'reconstruct' | 'encode';

interface Latent {
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
}

/**
 * Losses are nats per item. `train` takes x [batch, height, width, channels] and the scalar beta; `evaluate` takes x and
 * weight [batch] (0 for padding) and gives losses item by item. Throws when a side of the image is no multiple of 4.
 */
export function vae(config: ImageModelConfig): Model<VaeProgram> {
  const { width, height, channels, latentDim, batchSize } = config;
  if (width % REDUCTION !== 0 || height % REDUCTION !== 0) {
    throw new Error(`a VAE needs image sides that are multiples of ${REDUCTION}, not ${width} x ${height}`);
  }
  const decode = (params: Params, z: Tensor): Tensor => decodeLogits(params, z, height / REDUCTION, width / REDUCTION);
  const x = (batch: number) => ({ shape: [batch, height, width, channels], dtype: 'float32' }) as const;
  const z = (batch: number) => ({ shape: [batch, latentDim], dtype: 'float32' }) as const;

  const encoder = (batch: number): Program => ({
    feed: { x: x(batch) },
    batched: ['x'],
    updates: [],
    step: (params, feed) => ({ outputs: { ...encode(params, feed.x as Tensor) } }),
  });
  const decoder = (batch: number): Program => ({
    feed: { z: z(batch) },
    batched: ['z'],
    updates: [],
    step: (params, feed) => ({ outputs: { pixels: sigmoid(decode(params, feed.z as Tensor)) } }),
  });

  const train: Program = {
    feed: { x: x(batchSize), beta: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const pixels = feed.x as Tensor;
      const latent = encode(params, pixels);
      const noise = context.normal(latent.zMean.shape, 'latent');
      const reconstructionLoss = tf.mean(bernoulliLoss(decode(params, drawn(latent, noise)), pixels));
      const klLoss = tf.mean(klDivergence(latent));
      const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), klLoss));
      return { loss, outputs: { reconstructionLoss, klLoss } };
    },
  };

  const evaluate: Program = {
    feed: { x: x(batchSize), weight: { shape: [batchSize], dtype: 'float32' } },
    batched: ['x', 'weight'],
    updates: [],
    step(params, feed, context) {
      const pixels = feed.x as Tensor;
      const latent = encode(params, pixels);
      const logits = decode(params, drawn(latent, context.normal(latent.zMean.shape, 'latent')));
      const weight = feed.weight as Tensor;
      const reconstructionLoss = tf.mul(bernoulliLoss(logits, pixels), weight);
      return { outputs: { reconstructionLoss, klLoss: tf.mul(klDivergence(latent), weight) } };
    },
  };

  const reconstruct: Program = {
    feed: { x: x(batchSize) },
    batched: ['x'],
    updates: [],
    step: (params, feed) => ({ outputs: { pixels: sigmoid(decode(params, encode(params, feed.x as Tensor).zMean)) } }),
  };

  return {
    parts: ['encoder', 'decoder'],
    initialState: (seed) => initialWeights(weightShapes(config), seed),
    programs: { train, evaluate, sample: decoder(batchSize), reconstruct, encode: encoder(batchSize) },
    exports: { encoder, decoder },
  };
}

function encode(params: Params, x: Tensor): Latent {
  const h1 = relu(convLayer(params, 'encoder/conv1', x)); // [batch, height / 2, width / 2, 32]
  const h2 = relu(convLayer(params, 'encoder/conv2', h1)); // [batch, height / 4, width / 4, 64]
  const flat = tf.reshape(h2, [x.shape[0] as number, h2.size / (x.shape[0] as number)]);
  const zMean = dense(flat, params['encoder/zMean/kernel'] as Tensor, params['encoder/zMean/bias'] as Tensor);
  const zLogVar = dense(flat, params['encoder/zLogVar/kernel'] as Tensor, params['encoder/zLogVar/bias'] as Tensor);
  return { zMean, zLogVar };
}

function decodeLogits(params: Params, z: Tensor, height: number, width: number): Tensor {
  const flat = relu(dense(z, params['decoder/dense/kernel'] as Tensor, params['decoder/dense/bias'] as Tensor));
  const h0 = tf.reshape(flat, [z.shape[0] as number, height, width, FILTERS[1]]);
  const h1 = relu(convTransposeLayer(params, 'decoder/conv1', h0, 2)); // [batch, height * 2, width * 2, 64]
  const h2 = relu(convTransposeLayer(params, 'decoder/conv2', h1, 2)); // [batch, height * 4, width * 4, 32]
  return convTransposeLayer(params, 'decoder/logits', h2, 1); // [batch, height * 4, width * 4, channels]
}

/** z = mean + deviation * noise: the draw that gradients pass through. */
function drawn({ zMean, zLogVar }: Latent, noise: Tensor): Tensor {
  return tf.add(zMean, tf.mul(exp(tf.mul(zLogVar, 0.5)), noise));
}

/** KL(q(z|x) || N(0, 1)) per item, in closed form. */
function klDivergence({ zMean, zLogVar }: Latent): Tensor {
  const inner = tf.sub(tf.sub(tf.add(zLogVar, 1), tf.square(zMean)), exp(zLogVar));
  return tf.mul(-0.5, sumPerItem(inner));
}

function convLayer(params: Params, layer: string, x: Tensor): Tensor {
  return addBias(conv(x, params[`${layer}/kernel`] as Tensor, 2), params[`${layer}/bias`] as Tensor);
}

function convTransposeLayer(params: Params, layer: string, x: Tensor, stride: number): Tensor {
  return addBias(convTranspose(x, params[`${layer}/kernel`] as Tensor, stride), params[`${layer}/bias`] as Tensor);
}

function weightShapes({ width, height, channels, latentDim }: ImageModelConfig): WeightShapes {
  const [few, many] = FILTERS;
  const flat = (height / REDUCTION) * (width / REDUCTION) * many;
  return {
    'encoder/conv1/kernel': [KERNEL, KERNEL, channels, few],
    'encoder/conv1/bias': [few],
    'encoder/conv2/kernel': [KERNEL, KERNEL, few, many],
    'encoder/conv2/bias': [many],
    'encoder/zMean/kernel': [flat, latentDim],
    'encoder/zMean/bias': [latentDim],
    'encoder/zLogVar/kernel': [flat, latentDim],
    'encoder/zLogVar/bias': [latentDim],
    'decoder/dense/kernel': [latentDim, flat],
    'decoder/dense/bias': [flat],
    'decoder/conv1/kernel': [KERNEL, KERNEL, many, many],
    'decoder/conv1/bias': [many],
    'decoder/conv2/kernel': [KERNEL, KERNEL, few, many],
    'decoder/conv2/bias': [few],
    'decoder/logits/kernel': [KERNEL, KERNEL, channels, few],
    'decoder/logits/bias': [channels],
  };
}
