// A convolutional variational autoencoder (Kingma and Welling 2013): its programs, over the network of vae-network.ts.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program } from '../../engine/types.ts';
import { flowLogDensity } from '../latent/flow.ts';
import { flowPrior, logPosterior, normalPrior, type PosteriorDraw } from '../latent/latent-prior.ts';
import { chargedKl, drawPosterior } from '../latent/posterior.ts';
import { initialWeights } from '../layers/initial.ts';
import { sumPerItem } from '../layers/ops.ts';
import { startsAtZero } from '../layers/residual.ts';
import type { ImageModelConfig, Model } from '../model.ts';
import { LIKELIHOODS, type Likelihood } from './likelihoods.ts';
import { vaePreset } from './presets.ts';
import { type Latent, type VaeNetwork, vaeNetwork } from './vae-network.ts';

export type VaeProgram = 'train' | 'evaluate' | 'sample' | 'decode' | 'reconstruct' | 'encode';

/** The parts of a VAE: a network, and the likelihood of its output. */
export type VaeParts = {
  readonly network: VaeNetwork;
  readonly pixels: Likelihood;
};

export type VaeSettings = Pick<ResolvedTrain, 'preset' | 'likelihood' | 'freeBits' | 'conditional' | 'prior'>;

type Feed = Readonly<Record<string, Tensor>>;

const PLAIN: VaeSettings = {
  preset: 'plain',
  likelihood: 'bernoulli',
  freeBits: 0,
  conditional: false,
  prior: 'normal',
};

const unobserved = (_site: string, x: Tensor): Tensor => x;

/**
 * Returns the programs. Losses are nats per item. `train` takes x [batch, height, width, channels] and the scalar beta. `evaluate` takes x
 * and weight [batch] (0 for padding) and returns losses by item, and the values that priors are compared by: `code`, a draw of the
 * posterior, its log density `logPosterior`, `base`, the draw in the base space, and `meanDensity`, the log density of the posterior mean
 * under the prior. `sample` takes base vectors, `decode` codes; they differ when the prior is a flow. With classes, every program that
 * takes x or z also takes label [batch, classes]: the flow reads it, and encoder and decoder do when `conditional`. When only the flow
 * does, `evaluate` takes logShares [classes + 1], the last for items without a class, and bounds log p(x); otherwise it bounds log p(x |
 * class). Throws when a side of the image is no multiple of the preset's total stride.
 */
export function vae(
  config: ImageModelConfig,
  settings: VaeSettings = PLAIN,
  parts: (config: ImageModelConfig) => VaeParts = (sized) => ({
    network: vaeNetwork(sized, vaePreset(settings.preset, sized)),
    pixels: LIKELIHOODS[settings.likelihood],
  }),
): Model<VaeProgram> {
  const { freeBits, conditional, prior: kind } = settings;
  const { width, height, channels, latentDim, classes, batchSize } = config;
  const isFlow = kind === 'flow';
  // Without a flow, only a conditional network uses classes.
  const readsLabel = conditional || !isFlow;
  const { network, pixels } = parts({ ...config, classes: readsLabel ? classes : 0 });
  const prior = isFlow ? flowPrior(config) : normalPrior;
  const x = { x: [height, width, channels] };
  const z = { z: [latentDim] };
  const conditions: Record<string, number[]> = classes > 0 ? { label: [classes] } : {};
  const networkConditions = readsLabel ? conditions : {};
  const labelOf = (feed: Feed): Tensor | undefined => (readsLabel ? feed.label : undefined);

  const encode = (params: Params, feed: Feed): Latent =>
    network.encode(params, feed.x as Tensor, labelOf(feed), unobserved);
  const drawPixels = (params: Params, z: Tensor, feed: Feed): Tensor =>
    pixels.mean(network.decode(params, z, labelOf(feed), unobserved));

  const encoder = (batch: number): Program => ({
    ...inputs({ ...x, ...conditions }, batch),
    updates: [],
    averaged: true,
    step(params, feed) {
      const latent = encode(params, feed);
      if (!isFlow) return { outputs: { ...latent } };
      const inBase = prior.toBase(params, latent.zMean, feed.label);
      return { outputs: { ...latent, base: inBase.base, logDensity: flowLogDensity(inBase) } };
    },
  });
  const decoder = (batch: number): Program => ({
    ...inputs({ ...z, ...conditions }, batch),
    updates: [],
    averaged: true,
    step: (params, feed) => ({
      outputs: { pixels: drawPixels(params, prior.fromBase(params, feed.z as Tensor, feed.label), feed) },
    }),
  });
  const codeDecoder = (batch: number): Program => ({
    ...inputs({ ...z, ...networkConditions }, batch),
    updates: [],
    averaged: true,
    step: (params, feed) => ({ outputs: { pixels: drawPixels(params, feed.z as Tensor, feed) } }),
  });

  const toBase = (batch: number): Program => ({
    ...inputs({ ...z, ...conditions }, batch),
    updates: [],
    step(params, feed) {
      const inBase = prior.toBase(params, feed.z as Tensor, feed.label);
      return { outputs: { base: inBase.base, logDensity: flowLogDensity(inBase) } };
    },
  });
  const fromBase = (batch: number): Program => ({
    ...inputs({ base: [latentDim], ...conditions }, batch),
    updates: [],
    step: (params, feed) => ({ outputs: { z: prior.fromBase(params, feed.base as Tensor, feed.label) } }),
  });

  const taken = inputs({ ...x, ...conditions }, batchSize);
  const train: Program = {
    feed: { ...taken.feed, beta: { shape: [], dtype: 'float32' } },
    batched: taken.batched,
    updates: ['encoder', 'decoder', ...(isFlow ? ['prior'] : [])],
    step(params, feed, context) {
      const latent = network.encode(params, feed.x as Tensor, labelOf(feed), context.observe);
      const draw = drawn(latent, context.normal(latent.zMean.shape, 'latent'), feed.label);
      const raw = network.decode(params, draw.z, labelOf(feed), context.observe);
      const reconstructionLoss = tf.mean(pixels.loss(params, raw, feed.x as Tensor));
      const byUnit = prior.divergence(params, draw);
      const klLoss = tf.mean(sumPerItem(byUnit));
      const charged = freeBits === 0 ? klLoss : chargedKl(tf.mean(byUnit, 0), freeBits);
      const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), charged));
      return { loss, outputs: { reconstructionLoss, klLoss } };
    },
  };

  const scored = inputs({ ...x, ...conditions, weight: [] }, batchSize);
  const shares: Record<string, FeedSpec> =
    isFlow && classes > 0 && !conditional ? { logShares: { shape: [classes + 1], dtype: 'float32' } } : {};
  const evaluate: Program = {
    feed: { ...scored.feed, ...shares },
    batched: scored.batched,
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const latent = encode(params, feed);
      const draw = drawn(latent, context.normal(latent.zMean.shape, 'latent'), feed.label);
      const raw = network.decode(params, draw.z, labelOf(feed), unobserved);
      const weight = feed.weight as Tensor;
      const itemLoss = pixels.loss(params, raw, feed.x as Tensor);
      const logWeight = tf.sub(prior.logRatio(params, draw, feed.logShares), itemLoss);
      const reconstructionLoss = tf.mul(itemLoss, weight);
      const klLoss = tf.mul(prior.heldOutDivergence(params, draw, feed.logShares), weight);
      return {
        outputs: {
          ...{ reconstructionLoss, klLoss, logWeight, ...latent },
          ...{ code: draw.z, logPosterior: logPosterior(draw), klByUnit: prior.divergence(params, draw) },
          base: prior.toBase(params, draw.z, feed.label).base,
          meanDensity: flowLogDensity(prior.toBase(params, latent.zMean, feed.label)),
        },
      };
    },
  };

  const reconstruct: Program = {
    ...taken,
    updates: [],
    averaged: true,
    step: (params, feed) => ({ outputs: { pixels: drawPixels(params, encode(params, feed).zMean, feed) } }),
  };

  return {
    parts: ['encoder', 'decoder', ...(isFlow ? ['prior'] : [])],
    initialState: (seed) =>
      new Map([
        ...initialWeights({ ...network.shapes, ...pixels.shapes }, seed, startsAtZero),
        ...prior.initialState(seed),
      ]),
    programs: {
      ...{ train, evaluate, reconstruct, sample: decoder(batchSize), decode: codeDecoder(batchSize) },
      encode: encoder(batchSize),
    },
    exports: isFlow ? { encoder, decoder, toBase, fromBase } : { encoder, decoder },
  };
}

/** Returns float feeds with the batch as the first axis, which towers split. */
function inputs(shapes: Readonly<Record<string, readonly number[]>>, batch: number) {
  const feed = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]): [string, FeedSpec] => [
      name,
      { shape: [batch, ...shape], dtype: 'float32' },
    ]),
  );
  return { feed, batched: Object.keys(shapes) };
}

function drawn({ zMean, zLogVar }: Latent, noise: Tensor, label: Tensor | undefined): PosteriorDraw {
  return { zMean, zLogVar, noise, z: drawPosterior({ zMean, zLogVar }, noise), label };
}
