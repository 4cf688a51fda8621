// The programs of a VAE of texts.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { logPosterior, normalPrior } from '../latent/latent-prior.ts';
import { chargedKl } from '../latent/posterior.ts';
import { sumPerItem } from '../layers/ops.ts';
import { beforeEach, drawnCode, lossOfTexts, readCodes } from './text-codes.ts';
import { DECODER_UNITS, type TextNetworkSizes, textNetwork } from './text-network.ts';

export type TextVaeConfig = TextNetworkSizes & {
  readonly batchSize: number;
  readonly freeBits: number;
};

export type TextVae = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  readonly programs: Readonly<Record<'train' | 'evaluate' | 'step', Program>>;
  readonly exports: Readonly<Record<'encoder' | 'decoder', (batchSize: number) => Program>>;
};

/** Number of texts drawn at a time for the samples of a running training. */
export const SHOWN_TEXTS = 64;
/**
 * Share of the symbols that are hidden from the decoder in training, so that z must encode them (Bowman et al. 2016).
 */
const SYMBOL_DROPOUT = 0.15;
const DROPOUT = 0.2;

/**
 * Returns the programs. `train` takes codes x [batch, positions] and the scalar beta; `evaluate` takes x and weight [batch] (0 for
 * padding), and its losses are nats of each text including its end. With classes, `train`, `evaluate` and `decoder` also take label [batch,
 * classes], one-hot. `decoder` is one position: z, symbol [batch, vocabulary] (one-hot; zeros at the first) and state [batch,
 * DECODER_UNITS] (zeros at the first) to logits and the next state. `encoder` takes codes.
 */
export function textVae(config: TextVaeConfig): TextVae {
  const { vocabulary, positions, latentDim, classes, batchSize, freeBits } = config;
  const labelled = (batch: number): Readonly<Record<string, FeedSpec>> =>
    classes > 0 ? { label: floats(batch, classes) } : {};
  const conditions = classes > 0 ? ['label'] : [];
  const network = textNetwork(config);

  const read = (x: Tensor) => readCodes(x, vocabulary);

  const train: Program = {
    feed: { x: floats(batchSize, positions), ...labelled(batchSize), beta: { shape: [], dtype: 'float32' } },
    batched: ['x', ...conditions],
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const { mask, symbols } = read(feed.x as Tensor);
      const latent = network.encode(params, symbols, mask);
      const draw = drawnCode(latent, context);
      const before = withoutSome(beforeEach(symbols, positions), context);
      const told = network.told(draw.z, feed.label);
      const states = context.observe('decoder/states', network.states(params, before, told));
      const logits = network.logits(params, context.dropout(states, DROPOUT, 'decoder/states'));
      const reconstructionLoss = tf.mean(lossOfTexts(logits, symbols, mask));
      const byUnit = tf.mean(normalPrior.divergence(params, draw), 0);
      const klLoss = tf.sum(byUnit);
      const loss = tf.add(reconstructionLoss, tf.mul(context.scalar('beta'), chargedKl(byUnit, freeBits)));
      return { loss, outputs: { reconstructionLoss, klLoss } };
    },
  };

  const evaluate: Program = {
    feed: {
      x: floats(batchSize, positions),
      ...labelled(batchSize),
      weight: { shape: [batchSize], dtype: 'float32' },
    },
    batched: ['x', ...conditions, 'weight'],
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const { mask, symbols } = read(feed.x as Tensor);
      const latent = network.encode(params, symbols, mask);
      const draw = drawnCode(latent, context);
      const states = network.states(params, beforeEach(symbols, positions), network.told(draw.z, feed.label));
      const itemLoss = lossOfTexts(network.logits(params, states), symbols, mask);
      const klByUnit = normalPrior.divergence(params, draw);
      const weight = feed.weight as Tensor;
      return {
        outputs: {
          ...latent,
          reconstructionLoss: tf.mul(itemLoss, weight),
          klLoss: tf.mul(sumPerItem(klByUnit), weight),
          logWeight: tf.sub(normalPrior.logRatio(params, draw, undefined), itemLoss),
          ...{ code: draw.z, logPosterior: logPosterior(draw), klByUnit },
        },
      };
    },
  };

  const decoder = (batch: number): Program => ({
    feed: {
      z: floats(batch, latentDim),
      ...labelled(batch),
      symbol: floats(batch, vocabulary),
      state: floats(batch, DECODER_UNITS),
    },
    batched: ['z', ...conditions, 'symbol', 'state'],
    updates: [],
    averaged: true,
    step(params, feed) {
      const { z, label, symbol, state } = feed as Record<'z' | 'symbol' | 'state', Tensor> &
        Partial<Record<string, Tensor>>;
      const next = network.step(params, { symbol, told: network.told(z, label), state });
      return { outputs: { logits: network.logits(params, next), next } };
    },
  });

  const encoder = (batch: number): Program => ({
    feed: { symbols: floats(batch, positions, vocabulary), mask: floats(batch, positions) },
    batched: ['symbols', 'mask'],
    updates: [],
    averaged: true,
    step: (params: Params, feed) => ({
      outputs: { ...network.encodeSteps(params, feed as Record<'symbols' | 'mask', Tensor>) },
    }),
  });

  return {
    initialState: network.initialState,
    programs: { train, evaluate, step: decoder(SHOWN_TEXTS) },
    exports: { encoder, decoder },
  };
}

function floats(...shape: number[]): FeedSpec {
  return { shape, dtype: 'float32' };
}

/** Returns symbols [rows, vocabulary] with some of the rows set to zeros. */
function withoutSome(symbols: Tensor, context: TraceContext): Tensor {
  const draws = context.uniform([symbols.shape[0] as number, 1], 'symbols');
  return tf.mul(symbols, tf.cast(tf.greaterEqual(draws, SYMBOL_DROPOUT), 'float32'));
}
