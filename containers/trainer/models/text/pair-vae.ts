// The programs of a conditional VAE of pairs.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap } from '../../engine/types.ts';
import type { Memory } from '../layers/attention.ts';
import { MEMORY_SIZES, PAIR_STATES, type PairNetworkSizes, pairNetwork } from './pair-network.ts';
import { beforeEach, drawnCode, readCodes } from './text-codes.ts';
import { heldOutLosses, trainingLoss } from './text-losses.ts';

export type PairVaeConfig = PairNetworkSizes & {
  readonly batchSize: number;
  readonly freeBits: number;
};

export type PairVae = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  readonly programs: Readonly<Record<'train' | 'evaluate' | 'remember' | 'step', Program>>;
  readonly exports: Readonly<Record<'reader' | 'decoder', (batchSize: number) => Program>>;
};

/** Number of texts that are answered at a time: the batch of the programs `remember` and `step`. */
export const ANSWERED_ROWS = 64;
const DROPOUT = 0.2;

/**
 * Returns the programs. `train` takes codes x [batch, positions + source positions], the text before its source, and the scalar beta;
 * `evaluate` takes x and weight [batch]. `remember` takes sources as codes and returns keys and values; `reader` takes them one-hot.
 * `decoder` is one position: z, symbol [batch, vocabulary], state [batch, PAIR_STATES] and the output of the reader, with a bias of -1e9
 * beyond each end.
 */
export function pairVae(config: PairVaeConfig): PairVae {
  const { vocabulary, positions, latentDim, source, batchSize, freeBits } = config;
  const network = pairNetwork(config);
  const width = positions + source.positions;

  /** Returns z of a text and its source, and the states of the decoder. */
  const run = (params: Params, x: Tensor, context: Parameters<Program['step']>[2]) => {
    const batch = x.shape[0] as number;
    const text = readCodes(tf.slice(x, [0, 0], [batch, positions]), vocabulary);
    const given = readCodes(tf.slice(x, [0, positions], [batch, source.positions]), source.vocabulary);
    const { memory, pooled } = network.read(params, given);
    const latent = network.encode(params, text, pooled);
    const draw = drawnCode(latent, context);
    return { text, latent, draw, states: network.states(params, beforeEach(text.symbols, positions), draw.z, memory) };
  };

  const train: Program = {
    feed: { x: floats(batchSize, width), beta: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates: ['reader', 'encoder', 'decoder'],
    step(params, feed, context) {
      const { text, draw, states } = run(params, feed.x as Tensor, context);
      const seen = context.dropout(context.observe('decoder/states', states), DROPOUT, 'decoder/states');
      const logits = network.logits(params, seen);
      return trainingLoss({ params, logits, text, draw }, context, freeBits);
    },
  };

  const evaluate: Program = {
    feed: { x: floats(batchSize, width), weight: { shape: [batchSize], dtype: 'float32' } },
    batched: ['x', 'weight'],
    updates: [],
    averaged: true,
    step(params, feed, context) {
      const { text, latent, draw, states } = run(params, feed.x as Tensor, context);
      const logits = network.logits(params, states);
      return { outputs: heldOutLosses({ params, logits, text, draw }, latent, feed.weight as Tensor) };
    },
  };

  const remember: Program = {
    feed: { x: floats(ANSWERED_ROWS, source.positions) },
    batched: ['x'],
    updates: [],
    averaged: true,
    step: (params, feed) => ({
      outputs: { ...network.read(params, readCodes(feed.x as Tensor, source.vocabulary)).memory },
    }),
  };

  const reader = (batch: number): Program => ({
    feed: { symbols: floats(batch, source.positions, source.vocabulary) },
    batched: ['symbols'],
    updates: [],
    averaged: true,
    step: (params, feed) => ({ outputs: { ...network.readSteps(params, feed as { symbols: Tensor }) } }),
  });

  const decoder = (batch: number): Program => ({
    feed: {
      z: floats(batch, latentDim),
      symbol: floats(batch, vocabulary),
      state: floats(batch, PAIR_STATES),
      keys: floats(batch, source.positions, MEMORY_SIZES.keys),
      values: floats(batch, source.positions, MEMORY_SIZES.values),
      bias: floats(batch, source.positions),
    },
    batched: ['z', 'symbol', 'state', 'keys', 'values', 'bias'],
    updates: [],
    averaged: true,
    step(params, feed) {
      const { z, symbol, state, ...memory } = feed as { z: Tensor; symbol: Tensor; state: Tensor } & Memory;
      const next = network.step(params, { symbol, z, state, memory });
      return { outputs: { logits: network.logits(params, network.lastLayer(next)), next } };
    },
  });

  return {
    initialState: network.initialState,
    programs: { train, evaluate, remember, step: decoder(ANSWERED_ROWS) },
    exports: { reader, decoder },
  };
}

function floats(...shape: number[]): FeedSpec {
  return { shape, dtype: 'float32' };
}
