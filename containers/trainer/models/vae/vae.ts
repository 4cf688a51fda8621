// A convolutional variational autoencoder (Kingma and Welling 2013): its programs, over the network of vae-network.ts.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program } from '../../engine/types.ts';
import { initialWeights } from '../layers/initial.ts';
import { exp, relu, sumPerItem } from '../layers/ops.ts';
import { startsAtZero } from '../layers/residual.ts';
import type { ImageModelConfig, Model } from '../model.ts';
import { LIKELIHOODS } from './likelihoods.ts';
import { vaePreset } from './presets.ts';
import { type Latent, vaeNetwork } from './vae-network.ts';

export type VaeProgram = 'train' | 'evaluate' | 'sample' | 'reconstruct' | 'encode';

export type VaeSettings = Pick<ResolvedTrain, 'preset' | 'likelihood' | 'freeBits'>;

type Feed = Readonly<Record<string, Tensor>>;

const PLAIN: VaeSettings = { preset: 'plain', likelihood: 'bernoulli', freeBits: 0 };

const unobserved = (_site: string, x: Tensor): Tensor => x;

/**
 * Losses are nats per item. `train` takes x [batch, height, width, channels] and the scalar beta; `evaluate` takes x and
 * weight [batch] (0 for padding) and gives losses item by item, logWeight [batch], zMean and zLogVar
 * [batch, latentDim]. A model of classes takes label
 * [batch, classes] wherever it takes x or z. Throws when a side of the image is no multiple of what the preset halves it by.
 */
export function vae(
  config: ImageModelConfig,
  { preset, likelihood, freeBits }: VaeSettings = PLAIN,
): Model<VaeProgram> {
  const { width, height, channels, latentDim, classes, batchSize } = config;
  const network = vaeNetwork(config, vaePreset(preset, config));
  const pixels = LIKELIHOODS[likelihood];
  const x = { x: [height, width, channels] };
  const z = { z: [latentDim] };
  const told: Record<string, number[]> = classes > 0 ? { label: [classes] } : {};

  const encode = (params: Params, feed: Feed): Latent =>
    network.encode(params, feed.x as Tensor, feed.label, unobserved);
  const drawPixels = (params: Params, z: Tensor, label: Tensor | undefined): Tensor =>
    pixels.mean(network.decode(params, z, label, unobserved));

  const encoder = (batch: number): Program => ({
    ...inputs({ ...x, ...told }, batch),
    updates: [],
    step: (params, feed) => ({ outputs: { ...encode(params, feed) } }),
  });
  const decoder = (batch: number): Program => ({
    ...inputs({ ...z, ...told }, batch),
    updates: [],
    step: (params, feed) => ({ outputs: { pixels: drawPixels(params, feed.z as Tensor, feed.label) } }),
  });

  const taken = inputs({ ...x, ...told }, batchSize);
  const train: Program = {
    feed: { ...taken.feed, beta: { shape: [], dtype: 'float32' } },
    batched: taken.batched,
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const latent = network.encode(params, feed.x as Tensor, feed.label, context.observe);
      const noise = context.normal(latent.zMean.shape, 'latent');
      const raw = network.decode(params, drawn(latent, noise), feed.label, context.observe);
      const reconstructionLoss = tf.mean(pixels.loss(params, raw, feed.x as Tensor));
      const klLoss = tf.mean(sumPerItem(klByUnit(latent)));
      const charged = freeBits === 0 ? klLoss : chargedKl(latent, freeBits);
      const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), charged));
      return { loss, outputs: { reconstructionLoss, klLoss } };
    },
  };

  const scored = inputs({ ...x, ...told, weight: [] }, batchSize);
  const evaluate: Program = {
    ...scored,
    updates: [],
    step(params, feed, context) {
      const latent = encode(params, feed);
      const noise = context.normal(latent.zMean.shape, 'latent');
      const z = drawn(latent, noise);
      const raw = network.decode(params, z, feed.label, unobserved);
      const weight = feed.weight as Tensor;
      const itemLoss = pixels.loss(params, raw, feed.x as Tensor);
      // log p(x|z) + log p(z) - log q(z|x) at the draw itself: what the importance-weighted bound averages.
      const logRatio = tf.add(tf.sub(tf.square(noise), tf.square(z)), latent.zLogVar);
      const logWeight = tf.sub(tf.mul(0.5, sumPerItem(logRatio)), itemLoss);
      const reconstructionLoss = tf.mul(itemLoss, weight);
      const klLoss = tf.mul(sumPerItem(klByUnit(latent)), weight);
      return { outputs: { reconstructionLoss, klLoss, logWeight, ...latent } };
    },
  };

  const reconstruct: Program = {
    ...taken,
    updates: [],
    step: (params, feed) => ({ outputs: { pixels: drawPixels(params, encode(params, feed).zMean, feed.label) } }),
  };

  return {
    parts: ['encoder', 'decoder'],
    initialState: (seed) => initialWeights({ ...network.shapes, ...pixels.shapes }, seed, startsAtZero),
    programs: { train, evaluate, sample: decoder(batchSize), reconstruct, encode: encoder(batchSize) },
    exports: { encoder, decoder },
  };
}

/** Float feeds with the batch in front, which towers split. */
function inputs(shapes: Readonly<Record<string, readonly number[]>>, batch: number) {
  const feed = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]): [string, FeedSpec] => [
      name,
      { shape: [batch, ...shape], dtype: 'float32' },
    ]),
  );
  return { feed, batched: Object.keys(shapes) };
}

/** z = mean + deviation * noise: the draw that gradients pass through. */
function drawn({ zMean, zLogVar }: Latent, noise: Tensor): Tensor {
  return tf.add(zMean, tf.mul(exp(tf.mul(zLogVar, 0.5)), noise));
}

/** KL(q(z|x) || N(0, 1)) in closed form, one number a latent dimension: [batch, latentDim]. */
function klByUnit({ zMean, zLogVar }: Latent): Tensor {
  return tf.mul(-0.5, tf.sub(tf.sub(tf.add(zLogVar, 1), tf.square(zMean)), exp(zLogVar)));
}

/** What the loss counts of the divergence: of each dimension's mean over the batch no less than the free nats (Kingma 2016). */
function chargedKl(latent: Latent, freeNats: number): Tensor {
  const byUnit = tf.mean(klByUnit(latent), 0);
  return tf.sum(tf.add(freeNats, relu(tf.sub(byUnit, freeNats))));
}
