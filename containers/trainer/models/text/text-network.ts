// The network of a VAE of texts: an encoder that averages its states (Long et al. 2019: using the last state alone invites collapse), and a
// recurrent decoder that reads z, and the class where there are labels, at every position.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap } from '../../engine/types.ts';
import { gru, gruBackwards, gruShapes, gruStep } from '../layers/gru.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { dense, matMul } from '../layers/ops.ts';

export type TextNetworkSizes = {
  readonly vocabulary: number;
  readonly positions: number;
  readonly latentDim: number;
  /** Number of classes that the decoder reads; 0 = none. */
  readonly classes: number;
};

export type TextLatent = {
  /** [batch, latentDim], both. */
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
};

/** Length of a symbol's embedding, states of each direction of the encoder, states of the decoder. */
const EMBEDDING = 32;
const ENCODER_UNITS = 128;
const DECODER_UNITS = 256;

export type TextNetwork = {
  /** Numbers of a state of the decoder between two positions; it is zeros at the first. */
  readonly stateUnits: number;
  /**
   * Returns the input of the decoder at every position: z [batch, latentDim] and, with classes, label [batch, classes] one-hot.
   */
  told(z: Tensor, label: Tensor | undefined): Tensor;
  /** Returns the first weights. `logShares` [vocabulary] are those of the symbols, at which the logits start. */
  initialState(seed: number, logShares: Float32Array): StateMap;
  /**
   * Encodes texts. `symbols` [positions * batch, vocabulary] one-hot, zeros beyond the end; `mask` [positions, batch]: 1 up to the end.
   */
  encode(params: Params, symbols: Tensor, mask: Tensor): TextLatent;
  /**
   * Returns the same from operations that every export format supports, for symbols [batch, positions, vocabulary] and mask [batch,
   * positions].
   */
  encodeSteps(params: Params, input: { symbols: Tensor; mask: Tensor }): TextLatent;
  /**
   * Returns what the logits are computed from, [positions * batch, units], from the symbols before each position and the input at each of
   * them.
   */
  states(params: Params, before: Tensor, told: Tensor): Tensor;
  /**
   * Returns the same for one position, and the next state; `symbol` [batch, vocabulary] and `state` [batch, stateUnits] are zeros at the
   * first.
   */
  step(
    params: Params,
    input: { symbol: Tensor; told: Tensor; state: Tensor },
  ): { readonly hidden: Tensor; readonly next: Tensor };
  logits(params: Params, states: Tensor): Tensor;
};

export function textNetwork({ vocabulary, positions, latentDim, classes }: TextNetworkSizes): TextNetwork {
  const read = EMBEDDING + latentDim + classes;
  const shapes: WeightShapes = {
    'encoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...gruShapes('encoder/forwards', EMBEDDING, ENCODER_UNITS),
    ...gruShapes('encoder/backwards', EMBEDDING, ENCODER_UNITS),
    ...denseShapes('encoder/zMean', 2 * ENCODER_UNITS, latentDim),
    ...denseShapes('encoder/zLogVar', 2 * ENCODER_UNITS, latentDim),
    'decoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...gruShapes('decoder/states', read, DECODER_UNITS),
    ...denseShapes('decoder/logits', DECODER_UNITS, vocabulary),
  };
  return {
    stateUnits: DECODER_UNITS,
    initialState(seed, logShares) {
      const state = new Map(initialWeights(shapes, seed));
      state.set('decoder/logits/bias', { shape: [vocabulary], values: logShares.slice() });
      return state;
    },
    encode(params, symbols, mask) {
      const batch = mask.shape[1] as number;
      const embedded = matMul(symbols, params['encoder/symbols/kernel'] as Tensor);
      const shares = tf.div(mask, tf.sum(mask, 0, true));
      const both = [
        gru(params, 'encoder/forwards', embedded, positions),
        gruBackwards(params, 'encoder/backwards', embedded, mask),
      ];
      const pooled = both.map((states) => {
        const byPosition = tf.reshape(states, [positions, batch, ENCODER_UNITS]);
        return tf.sum(tf.mul(byPosition, tf.reshape(shares, [positions, batch, 1])), 0);
      });
      return latentOf(params, tf.concat(pooled, 1));
    },
    encodeSteps(params, { symbols, mask }) {
      const batch = mask.shape[0] as number;
      const at = (x: Tensor, position: number, size: number) =>
        tf.reshape(tf.slice(x, [0, position * size], [batch, size]), [batch, size]);
      const flat = tf.reshape(symbols, [batch, positions * vocabulary]);
      const length = tf.sum(mask, 1, true);
      const order = Array.from({ length: positions }, (_, position) => position);
      const pooled = [order, order.toReversed()].map((places, backwards) => {
        const name = `encoder/${backwards ? 'backwards' : 'forwards'}`;
        const none = tf.mul(0, matMul(at(flat, 0, vocabulary), tf.zeros([vocabulary, ENCODER_UNITS])));
        let [state, sum] = [none, none];
        for (const position of places) {
          const embedded = matMul(at(flat, position, vocabulary), params['encoder/symbols/kernel'] as Tensor);
          // Masked, so that the way back begins at the end of the text.
          state = tf.mul(gruStep(params, name, embedded, state), at(mask, position, 1));
          sum = tf.add(sum, state);
        }
        return tf.div(sum, length);
      });
      return latentOf(params, tf.concat(pooled, 1));
    },
    told: (z, label) => (label && classes > 0 ? tf.concat([z, label], 1) : z),
    states(params, before, told) {
      const embedded = matMul(before, params['decoder/symbols/kernel'] as Tensor);
      const input = tf.concat([embedded, tf.tile(told, [positions, 1])], 1);
      return gru(params, 'decoder/states', input, positions);
    },
    step(params, { symbol, told, state }) {
      const embedded = matMul(symbol, params['decoder/symbols/kernel'] as Tensor);
      const next = gruStep(params, 'decoder/states', tf.concat([embedded, told], 1), state);
      return { hidden: next, next };
    },
    logits: (params, states) => layer(params, 'decoder/logits', states),
  };
}

/** Returns the posterior from what an encoder has pooled of a text. */
export function latentOf(params: Params, hidden: Tensor): TextLatent {
  return { zMean: layer(params, 'encoder/zMean', hidden), zLogVar: layer(params, 'encoder/zLogVar', hidden) };
}

export function denseShapes(name: string, inputs: number, outputs: number): WeightShapes {
  return { [`${name}/kernel`]: [inputs, outputs], [`${name}/bias`]: [outputs] };
}

function layer(params: Params, name: string, x: Tensor): Tensor {
  return dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);
}
