// A generative adversarial network: generator and critic trained in turns, each by a program over one state.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import type { ImageModelConfig, Model } from '../model.ts';
import { augment } from './gan-augment.ts';
import { type CriticOptions, criticise, ganCriticShapes } from './gan-critic.ts';
import { batchNorms, generate, generatorShapes, storedNorms } from './gan-generator.ts';
import { type GanObjective, LOGISTIC, WASSERSTEIN } from './gan-losses.ts';
import { ganSizes } from './gan-sizes.ts';

export type GanProgram = 'critic' | 'criticPenalised' | 'generator' | 'calibrate' | 'judge' | 'sample';
export type GanTrain = Pick<ResolvedTrain, 'preset' | 'augment' | 'r1Gamma'>;

type Feed = Readonly<Record<string, Tensor>>;

export function objectiveOf({ preset }: Pick<ResolvedTrain, 'preset'>): GanObjective {
  return preset === 'wgan-gp' ? WASSERSTEIN : LOGISTIC;
}

/**
 * Returns the programs. `critic` and `criticPenalised` take x [batch, height, width, channels] in [0, 1] and label [batch, classes];
 * `generator` takes label alone. Only `calibrate` moves the statistics of the norms, those of the averaged generator, towards those of the
 * batch by `share`. `judge` returns the critic's logit of each x; `sample` takes z and label and returns pixels in [0, 1].
 */
export function gan(config: ImageModelConfig, train: GanTrain): Model<GanProgram> {
  const { width, height, channels, latentDim, classes, batchSize } = config;
  const sizes = ganSizes(config, train.preset);
  const objective = objectiveOf(train);
  const x: FeedSpec = { shape: [batchSize, height, width, channels], dtype: 'float32' };
  const label = (batch: number): FeedSpec => ({ shape: [batch, classes], dtype: 'float32' });
  const known = (feed: Feed) => (classes > 0 ? (feed.label as Tensor) : undefined);

  const drawn = (params: Params, feed: Feed, context: TraceContext, observe: TraceContext['observe']) => {
    const norms = batchNorms(params);
    const batch = (feed.label as Tensor).shape[0] as number;
    const z = context.normal([batch, latentDim], 'latent');
    return { images: generate({ sizes, params, norms, observe }, z, known(feed)), seen: norms.seen };
  };
  const shown = (images: Tensor, context: TraceContext, site: string) =>
    train.augment ? augment(images, context, site) : images;

  const critic = (isPenalised: boolean): Program => ({
    feed: { x, label: label(batchSize) },
    batched: ['x', 'label'],
    updates: ['critic'],
    step(params, feed, context) {
      const real = shown(centred(feed.x as Tensor), context, 'real');
      // No weight of the generator is trained here, so no gradient passes through it.
      const fake = shown(drawn(params, feed, context, unobserved).images, context, 'drawn');
      const judge = (images: Tensor) => criticise({ sizes, params, observe: unobserved }, images, known(feed));
      const [realLogits, drawnLogits] = judged({ sizes, params, observe: context.observe }, [real, fake], known(feed));
      const criticLoss = objective.critic(realLogits, drawnLogits);
      const outputs = { criticLoss, realLogit: tf.mean(realLogits), drawnLogit: tf.mean(drawnLogits) };
      if (!isPenalised) return { loss: criticLoss, outputs };
      const share = () => context.uniform([real.shape[0] as number, 1, 1, 1], 'between');
      const term = objective.penalty({ critic: judge, real, drawn: fake, share, gamma: train.r1Gamma });
      const penalty = tf.mul(term, objective.penaltyEvery);
      return { loss: tf.add(criticLoss, penalty), outputs: { ...outputs, penalty } };
    },
  });

  const generator: Program = {
    feed: { label: label(batchSize) },
    batched: ['label'],
    updates: ['generator'],
    step(params, feed, context) {
      const { images } = drawn(params, feed, context, context.observe);
      const logits = criticise({ sizes, params, observe: unobserved }, shown(images, context, 'drawn'), known(feed));
      const generatorLoss = objective.generator(logits);
      return { loss: generatorLoss, outputs: { generatorLoss } };
    },
  };

  const calibrate: Program = {
    feed: { label: label(batchSize), share: { shape: [], dtype: 'float32' } },
    batched: ['label'],
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const { seen } = drawn(params, feed, context, unobserved);
      const towards = (name: string, seen: Tensor) => {
        const before = params[name] as Tensor;
        return tf.add(before, tf.mul(tf.sub(seen, before), context.scalar('share')));
      };
      const assigns = Object.fromEntries(Object.entries(seen).map(([name, tensor]) => [name, towards(name, tensor)]));
      return { outputs: {}, assigns };
    },
  };

  const judge: Program = {
    feed: { x, label: label(batchSize) },
    batched: ['x', 'label'],
    updates: [],
    step: (params, feed) => ({
      outputs: {
        logit: criticise({ sizes, params, observe: unobserved }, centred(feed.x as Tensor), known(feed)),
      },
    }),
  };

  const sample = (batch: number, averaged: boolean): Program => ({
    feed: { z: { shape: [batch, latentDim], dtype: 'float32' }, ...(classes > 0 && { label: label(batch) }) },
    batched: classes > 0 ? ['z', 'label'] : ['z'],
    updates: [],
    averaged,
    step(params, feed) {
      const drawing = { sizes, params, norms: storedNorms(params), observe: unobserved };
      const images = generate(drawing, feed.z as Tensor, known(feed));
      return { outputs: { pixels: tf.mul(tf.add(images, 1), 0.5) } };
    },
  });

  return {
    parts: ['critic', 'generator', 'statistics'],
    initialState: (seed) =>
      initialState({ ...generatorShapes(config, sizes), ...ganCriticShapes(config, sizes) }, seed),
    programs: {
      critic: critic(false),
      criticPenalised: critic(true),
      generator,
      calibrate,
      judge,
      sample: sample(batchSize, true),
    },
    exports: { generator: (batch) => sample(batch, false) },
  };
}

/**
 * Returns the logits of real and of generated images from one pass of twice the size, which reads the weights of the dense layer once.
 */
function judged(judging: CriticOptions, [real, drawn]: [Tensor, Tensor], label: Tensor | undefined): [Tensor, Tensor] {
  const labels = label && tf.concat([label, label], 0);
  return tf.split(criticise(judging, tf.concat([real, drawn], 0), labels, 2), 2) as [Tensor, Tensor];
}

const unobserved: TraceContext['observe'] = (_, tensor) => tensor;

/** Maps [0, 1] to [-1, 1]. */
function centred(pixels: Tensor): Tensor {
  return tf.sub(tf.mul(pixels, 2), 1);
}

/** Gains and variances start at one, means at zero. */
function initialState(shapes: WeightShapes, seed: number): StateMap {
  const isVector = (name: string) => /\/(gain|variance|mean)$/.test(name);
  const drawn = initialWeights(Object.fromEntries(Object.entries(shapes).filter(([name]) => !isVector(name))), seed);
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const values = new Float32Array(shape[0] ?? 0).fill(name.endsWith('/mean') ? 0 : 1);
      return [name, drawn.get(name) ?? { shape, values }];
    }),
  );
}
