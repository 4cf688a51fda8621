// The programs of the GAN of a table: alternating steps of critic and generator, as a Wasserstein GAN with a gradient penalty.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { batchNorms, storedNorms } from '../gan/gan-generator.ts';
import { WASSERSTEIN } from '../gan/gan-losses.ts';
import { matMul } from '../layers/ops.ts';
import { crossEntropies, indicator, sumsByBlock } from './code-blocks.ts';
import { askedCodes } from './gan-conditions.ts';
import { SHOWN_ROWS } from './shown-rows.ts';
import { tableGanNetwork } from './table-gan-network.ts';
import type { TableLayout } from './table-layout.ts';

export type TableGanConfig = {
  readonly layout: TableLayout;
  readonly latentDim: number;
  readonly batchSize: number;
};
export type TableGanProgram = 'critic' | 'generator' | 'calibrate' | 'logits';

export type TableGan = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  readonly programs: Readonly<Record<TableGanProgram, Program>>;
  /**
   * `generator` takes noise [batch, latentDim] and condition [batch, conditional codes] and returns logits [batch, codes].
   */
  readonly exports: { readonly generator: (batchSize: number) => Program };
};

/** Maximum number of rows that the critic judges at once. */
const MOST_PACKED = 10;

export function tableGan({ layout, latentDim, batchSize }: TableGanConfig): TableGan {
  const { codes } = layout;
  const pack = packOf(batchSize);
  const asked = askedCodes(layout);
  const network = tableGanNetwork({ layout, latentDim, asked: asked.length, pack });
  const condition = floats(batchSize, asked.length);

  const drawn = (params: Params, given: Tensor, context: TraceContext) => {
    const norms = batchNorms(params);
    const batch = given.shape[0] as number;
    const logits = network.generate(params, norms, context.normal([batch, latentDim], 'latent'), given);
    return { logits, rows: network.soften(logits, context.uniform([batch, codes], 'codes')), seen: norms.seen };
  };

  const critic: Program = {
    feed: { x: floats(batchSize, codes), condition },
    updates: ['critic'],
    step(params, feed, context) {
      const given = feed.condition as Tensor;
      const real = network.packed(feed.x as Tensor, given);
      // No weight of the generator is trained here, so no gradient passes through it.
      const fake = network.packed(drawn(params, given, context).rows, given);
      // One pass for both reads the weights once.
      const both = network.criticise(params, tf.concat([real, fake], 0), context, 'both');
      const [realScores, drawnScores] = tf.split(both, 2) as [Tensor, Tensor];
      const criticLoss = WASSERSTEIN.critic(realScores, drawnScores);
      const penalty = WASSERSTEIN.penalty({
        critic: (packs) => network.criticise(params, packs, context, 'between'),
        ...{ real, drawn: fake, gamma: 0 },
        share: () => context.uniform([batchSize / pack, 1], 'between'),
      });
      const outputs = { criticLoss, penalty, realLogit: tf.mean(realScores), drawnLogit: tf.mean(drawnScores) };
      return { loss: tf.add(criticLoss, penalty), outputs };
    },
  };

  const generator: Program = {
    feed: { condition },
    updates: ['generator'],
    step(params, feed, context) {
      const given = feed.condition as Tensor;
      const { logits, rows } = drawn(params, given, context);
      const scores = network.criticise(params, network.packed(rows, given), context, 'drawn');
      // The generator shall draw the code of the condition.
      const codesAsked = matMul(given, indicator(asked, codes));
      const entropies = tf.mul(crossEntropies(logits, codesAsked, layout), sumsByBlock(codesAsked, layout));
      const conditionLoss = tf.mean(tf.sum(entropies, 1));
      const generatorLoss = WASSERSTEIN.generator(scores);
      return { loss: tf.add(generatorLoss, conditionLoss), outputs: { generatorLoss, conditionLoss } };
    },
  };

  const calibrate: Program = {
    feed: { condition, share: { shape: [], dtype: 'float32' } },
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const { seen } = drawn(params, feed.condition as Tensor, context);
      const towards = (name: string, seenNow: Tensor) => {
        const before = params[name] as Tensor;
        return tf.add(before, tf.mul(tf.sub(seenNow, before), context.scalar('share')));
      };
      const assigns = Object.fromEntries(Object.entries(seen).map(([name, tensor]) => [name, towards(name, tensor)]));
      return { outputs: {}, assigns };
    },
  };

  const sample = (batch: number, averaged: boolean): Program => ({
    feed: { noise: floats(batch, latentDim), condition: floats(batch, asked.length) },
    batched: ['noise', 'condition'],
    updates: [],
    averaged,
    step: (params, feed) => ({
      outputs: {
        logits: network.generate(params, storedNorms(params), feed.noise as Tensor, feed.condition as Tensor),
      },
    }),
  });

  return {
    initialState: network.initialState,
    programs: { critic, generator, calibrate, logits: sample(SHOWN_ROWS, true) },
    exports: { generator: (batch) => sample(batch, false) },
  };
}

/** Returns the largest divisor of a batch up to MOST_PACKED. */
function packOf(batchSize: number): number {
  let pack = Math.min(MOST_PACKED, batchSize);
  while (batchSize % pack !== 0) pack--;
  return pack;
}

function floats(...shape: number[]): FeedSpec {
  return { shape, dtype: 'float32' };
}
