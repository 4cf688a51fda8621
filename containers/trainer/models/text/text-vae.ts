// The programs of a VAE of texts.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTextTrain } from '#core/model/text/resolve-text-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { convTextNetwork } from './conv-text-network.ts';
import { beforeEach, drawnCode, readCodes } from './text-codes.ts';
import { heldOutLosses, trainingLoss } from './text-losses.ts';
import { type TextNetwork, type TextNetworkSizes, textNetwork } from './text-network.ts';

export type TextVaeConfig = TextNetworkSizes & {
  readonly preset: ResolvedTextTrain['preset'];
  readonly batchSize: number;
  readonly freeBits: number;
};

export type TextVae = {
  /** Numbers of a state of the decoder. */
  readonly stateUnits: number;
  initialState(seed: number, logShares: Float32Array): StateMap;
  readonly programs: Readonly<Record<'train' | 'evaluate' | 'step', Program>>;
  readonly exports: Readonly<Record<'encoder' | 'decoder', (batchSize: number) => Program>>;
};

const NETWORKS: Readonly<Record<ResolvedTextTrain['preset'], (sizes: TextNetworkSizes) => TextNetwork>> = {
  recurrent: textNetwork,
  convolutional: convTextNetwork,
};
/** Number of texts drawn at a time for the samples of a running training. */
export const SHOWN_TEXTS = 64;
/**
 * Share of the symbols that are hidden from the decoder at the highest learning rate, so that z must encode them (Bowman et al. 2016). It
 * falls with the rate: in the end the decoder reads whole texts, as where it is used.
 */
export const SYMBOL_DROPOUT = 0.15;
const DROPOUT = 0.2;

/**
 * Returns the programs. `train` takes codes x [batch, positions] and the scalars beta and hiddenShare; `evaluate` takes x and weight [batch] (0 for
 * padding), and its losses are nats of each text including its end. With classes, `train`, `evaluate` and `decoder` also take label [batch,
 * classes], one-hot. `decoder` is one position: z, symbol [batch, vocabulary] (one-hot; zeros at the first) and state [batch,
 * stateUnits] (zeros at the first) to logits and the next state. `encoder` takes codes.
 */
export function textVae(config: TextVaeConfig): TextVae {
  const { vocabulary, positions, latentDim, classes, batchSize, freeBits } = config;
  const labelled = (batch: number): Readonly<Record<string, FeedSpec>> =>
    classes > 0 ? { label: floats(batch, classes) } : {};
  const conditions = classes > 0 ? ['label'] : [];
  const network = NETWORKS[config.preset](config);
  const { stateUnits } = network;

  const read = (x: Tensor) => readCodes(x, vocabulary);

  const train: Program = {
    feed: { x: floats(batchSize, positions), ...labelled(batchSize), ...{ beta: floats(), hiddenShare: floats() } },
    batched: ['x', ...conditions],
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const text = read(feed.x as Tensor);
      const { mask, symbols } = text;
      const latent = network.encode(params, symbols, mask);
      const draw = drawnCode(latent, context);
      const before = withoutSome(beforeEach(symbols, positions), context);
      const told = network.told(draw.z, feed.label);
      const states = context.observe('decoder/states', network.states(params, before, told));
      const logits = network.logits(params, context.dropout(states, DROPOUT, 'decoder/states'));
      return trainingLoss({ params, logits, text, draw }, context, freeBits);
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
      const text = read(feed.x as Tensor);
      const { mask, symbols } = text;
      const latent = network.encode(params, symbols, mask);
      const draw = drawnCode(latent, context);
      const states = network.states(params, beforeEach(symbols, positions), network.told(draw.z, feed.label));
      const logits = network.logits(params, states);
      return { outputs: heldOutLosses({ params, logits, text, draw }, latent, feed.weight as Tensor) };
    },
  };

  const decoder = (batch: number): Program => ({
    feed: {
      z: floats(batch, latentDim),
      ...labelled(batch),
      symbol: floats(batch, vocabulary),
      state: floats(batch, stateUnits),
    },
    batched: ['z', ...conditions, 'symbol', 'state'],
    updates: [],
    averaged: true,
    step(params, feed) {
      const { z, label, symbol, state } = feed as Record<'z' | 'symbol' | 'state', Tensor> &
        Partial<Record<string, Tensor>>;
      const { hidden, next } = network.step(params, { symbol, told: network.told(z, label), state });
      return { outputs: { logits: network.logits(params, hidden), next } };
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
    stateUnits,
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
  return tf.mul(symbols, tf.cast(tf.greaterEqual(draws, context.scalar('hiddenShare')), 'float32'));
}
