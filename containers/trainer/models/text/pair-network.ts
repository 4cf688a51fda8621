// The network of a conditional VAE of pairs: an encoder of the source, one of both for z, and a decoder of two recurrent layers. The first
// layer reads z and the text so far; the second reads what the first layer's states attend to in the encoded source.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap } from '../../engine/types.ts';
import { attend, attendOnce, type Memory } from '../layers/attention.ts';
import { gru, gruBackwards, gruShapes, gruStep } from '../layers/gru.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { dense, matMul } from '../layers/ops.ts';
import type { TextLatent } from './text-network.ts';

export type PairNetworkSizes = {
  readonly vocabulary: number;
  readonly positions: number;
  readonly latentDim: number;
  /** Sizes of the sources. */
  readonly source: { readonly vocabulary: number; readonly positions: number };
};

/**
 * Length of a symbol's embedding, states of each direction of an encoder, states of each layer of the decoder, and length of the keys of
 * attention.
 */
const EMBEDDING = 64;
const ENCODER_UNITS = 128;
const LAYER_UNITS = 256;
const KEYS = 128;
/** States of both layers of the decoder. */
export const PAIR_STATES = 2 * LAYER_UNITS;
export const MEMORY_SIZES = { keys: KEYS, values: 2 * ENCODER_UNITS } as const;
/** Attention bias of places without a symbol. */
const NOWHERE = -1e9;

/**
 * Symbols [positions * batch, vocabulary] one-hot, zeros beyond the end, and mask [positions, batch]: 1 up to the end.
 */
export type ReadSymbols = { readonly symbols: Tensor; readonly mask: Tensor };

export type PairNetwork = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  /** Returns the memory for the attention of the decoder, and the mean of its states [batch, 2 * ENCODER_UNITS]. */
  read(params: Params, source: ReadSymbols): { readonly memory: Memory; readonly pooled: Tensor };
  /** Returns the same from operations that every export format supports, for symbols [batch, positions, vocabulary]. */
  readSteps(params: Params, input: { symbols: Tensor }): Omit<Memory, 'bias'>;
  encode(params: Params, text: ReadSymbols, pooled: Tensor): TextLatent;
  /** Returns the states of the second layer [positions * batch, LAYER_UNITS] from the symbols before each position. */
  states(params: Params, before: Tensor, z: Tensor, memory: Memory): Tensor;
  /**
   * Returns the same for one position, with the states of both layers [batch, PAIR_STATES]; `symbol` is zeros at the first.
   */
  step(params: Params, input: { symbol: Tensor; z: Tensor; state: Tensor; memory: Memory }): Tensor;
  logits(params: Params, states: Tensor): Tensor;
  /** Returns the states of the second layer from those of both. */
  lastLayer(states: Tensor): Tensor;
};

export function pairNetwork({ vocabulary, positions, latentDim, source }: PairNetworkSizes): PairNetwork {
  const memoryUnits = 2 * ENCODER_UNITS;
  const shapes: WeightShapes = {
    'reader/symbols/kernel': [source.vocabulary, EMBEDDING],
    ...gruShapes('reader/forwards', EMBEDDING, ENCODER_UNITS),
    ...gruShapes('reader/backwards', EMBEDDING, ENCODER_UNITS),
    'reader/keys/kernel': [memoryUnits, KEYS],
    'encoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...gruShapes('encoder/forwards', EMBEDDING, ENCODER_UNITS),
    ...denseShapes('encoder/zMean', ENCODER_UNITS + memoryUnits, latentDim),
    ...denseShapes('encoder/zLogVar', ENCODER_UNITS + memoryUnits, latentDim),
    'decoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...gruShapes('decoder/first', EMBEDDING + latentDim, LAYER_UNITS),
    'decoder/queries/kernel': [LAYER_UNITS, KEYS],
    ...gruShapes('decoder/second', LAYER_UNITS + memoryUnits, LAYER_UNITS),
    ...denseShapes('decoder/logits', LAYER_UNITS, vocabulary),
  };
  const kernel = (params: Params, name: string) => params[`${name}/kernel`] as Tensor;

  return {
    initialState(seed, logShares) {
      const state = new Map(initialWeights(shapes, seed));
      state.set('decoder/logits/bias', { shape: [vocabulary], values: logShares.slice() });
      return state;
    },
    read(params, { symbols, mask }) {
      const embedded = matMul(symbols, kernel(params, 'reader/symbols'));
      const forwards = gru(params, 'reader/forwards', embedded, source.positions);
      const states = tf.concat([forwards, gruBackwards(params, 'reader/backwards', embedded, mask)], 1);
      const byItem = (x: Tensor) => itemsFirst(x, source.positions);
      return {
        memory: {
          keys: byItem(matMul(states, kernel(params, 'reader/keys'))),
          values: byItem(states),
          bias: tf.mul(tf.sub(1, tf.transpose(mask)), NOWHERE),
        },
        pooled: pool(states, mask),
      };
    },
    readSteps(params, { symbols }) {
      const { positions: places, vocabulary: size } = source;
      const batch = symbols.shape[0] as number;
      const flat = tf.reshape(symbols, [batch, places * size]);
      const embedded = Array.from({ length: places }, (_, place) =>
        matMul(
          tf.reshape(tf.slice(flat, [0, place * size], [batch, size]), [batch, size]),
          kernel(params, 'reader/symbols'),
        ),
      );
      const order = Array.from({ length: places }, (_, place) => place);
      // Beyond the end, symbols are zeros.
      const mask = tf.reshape(tf.sum(symbols, 2), [batch, places]);
      const both = [order, order.toReversed()].map((all, backwards) => {
        const states: Tensor[] = new Array(places);
        let state = tf.mul(0, matMul(embedded[0] as Tensor, tf.zeros([EMBEDDING, ENCODER_UNITS])));
        for (const place of all) {
          state = gruStep(params, `reader/${backwards ? 'backwards' : 'forwards'}`, embedded[place] as Tensor, state);
          // The way back begins at the end of the source.
          if (backwards) state = tf.mul(state, tf.slice(mask, [0, place], [batch, 1]));
          states[place] = state;
        }
        return states;
      }) as [Tensor[], Tensor[]];
      const states = order.map((place) => tf.concat([both[0][place] as Tensor, both[1][place] as Tensor], 1));
      const keys = states.map((one) => matMul(one, kernel(params, 'reader/keys')));
      const stacked = (parts: Tensor[], units: number) => tf.reshape(tf.concat(parts, 1), [batch, places, units]);
      return { keys: stacked(keys, KEYS), values: stacked(states, memoryUnits) };
    },
    encode(params, { symbols, mask }, pooled) {
      const embedded = matMul(symbols, kernel(params, 'encoder/symbols'));
      const states = gru(params, 'encoder/forwards', embedded, positions);
      const hidden = tf.concat([pool(states, mask), pooled], 1);
      return { zMean: layer(params, 'encoder/zMean', hidden), zLogVar: layer(params, 'encoder/zLogVar', hidden) };
    },
    states(params, before, z, memory) {
      const embedded = matMul(before, kernel(params, 'decoder/symbols'));
      const first = gru(params, 'decoder/first', tf.concat([embedded, tf.tile(z, [positions, 1])], 1), positions);
      const found = attend(itemsFirst(matMul(first, kernel(params, 'decoder/queries')), positions), memory);
      return gru(params, 'decoder/second', tf.concat([first, positionsFirst(found)], 1), positions);
    },
    step(params, { symbol, z, state, memory }) {
      const batch = symbol.shape[0] as number;
      const [before, last] = [0, 1].map((at) => tf.slice(state, [0, at * LAYER_UNITS], [batch, LAYER_UNITS])) as [
        Tensor,
        Tensor,
      ];
      const embedded = matMul(symbol, kernel(params, 'decoder/symbols'));
      const first = gruStep(params, 'decoder/first', tf.concat([embedded, z], 1), before);
      const found = attendOnce(matMul(first, kernel(params, 'decoder/queries')), memory);
      const second = gruStep(params, 'decoder/second', tf.concat([first, found], 1), last);
      return tf.concat([first, second], 1);
    },
    lastLayer: (states) => tf.slice(states, [0, LAYER_UNITS], [states.shape[0] as number, LAYER_UNITS]),
    logits: (params, states) => layer(params, 'decoder/logits', states),
  };
}

/** Transposes [positions * batch, n] to [batch, positions, n]. */
function itemsFirst(x: Tensor, positions: number): Tensor {
  const [rows, columns] = x.shape as [number, number];
  return tf.transpose(tf.reshape(x, [positions, rows / positions, columns]), [1, 0, 2]);
}

/** Transposes [batch, positions, n] to [positions * batch, n]. */
function positionsFirst(x: Tensor): Tensor {
  const [batch, positions, columns] = x.shape as [number, number, number];
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [positions * batch, columns]);
}

/** Returns the mean of the states [positions * batch, units] up to the end of each text. */
function pool(states: Tensor, mask: Tensor): Tensor {
  const [positions, batch] = mask.shape as [number, number];
  const units = states.shape[1] as number;
  const shares = tf.div(mask, tf.sum(mask, 0, true));
  return tf.sum(tf.mul(tf.reshape(states, [positions, batch, units]), tf.reshape(shares, [positions, batch, 1])), 0);
}

function denseShapes(name: string, inputs: number, outputs: number): WeightShapes {
  return { [`${name}/kernel`]: [inputs, outputs], [`${name}/bias`]: [outputs] };
}

function layer(params: Params, name: string, x: Tensor): Tensor {
  return dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);
}
