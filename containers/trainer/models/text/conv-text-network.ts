// The network of a VAE of long texts: an encoder and a decoder of gated dilated convolutions, whose positions are computed at once. A
// recurrent network computes one after the other, and its exported encoder has a dozen operations a position.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import {
  gatedConv,
  gatedConvShapes,
  gatedConvStep,
  keptBefore,
  type MovePositions,
  moveByPosition,
  moveWithinItems,
} from '../layers/causal-conv.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { dense, matMul, relu } from '../layers/ops.ts';
import { denseShapes, latentOf, type TextNetwork, type TextNetworkSizes } from './text-network.ts';

/** Length of a symbol's embedding, and channels of the encoder and the decoder. */
const EMBEDDING = 64;
const ENCODER_CHANNELS = 96;
const DECODER_CHANNELS = 128;
const LAST_UNITS = 256;
const ENCODER_DILATIONS = [1, 2, 4, 8];
/** The decoder sees 1 + 2 x (sum of the dilations) symbols: 253. */
const DECODER_DILATIONS = [1, 2, 4, 8, 16, 32, 63];

export function convTextNetwork({ vocabulary, positions, latentDim, classes }: TextNetworkSizes): TextNetwork {
  const encoderLayers = ENCODER_DILATIONS.map((dilation, place) => ({ name: `encoder/layer${place + 1}`, dilation }));
  const decoderLayers = DECODER_DILATIONS.map((dilation, place) => ({ name: `decoder/layer${place + 1}`, dilation }));
  const kept = decoderLayers.map(({ dilation }) => keptBefore(DECODER_CHANNELS, dilation));
  const shapes: WeightShapes = {
    'encoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...denseShapes('encoder/input', EMBEDDING, ENCODER_CHANNELS),
    ...Object.assign({}, ...encoderLayers.map(({ name }) => gatedConvShapes(name, ENCODER_CHANNELS))),
    ...denseShapes('encoder/zMean', ENCODER_CHANNELS, latentDim),
    ...denseShapes('encoder/zLogVar', ENCODER_CHANNELS, latentDim),
    'decoder/symbols/kernel': [vocabulary, EMBEDDING],
    ...denseShapes('decoder/input', EMBEDDING + latentDim + classes, DECODER_CHANNELS),
    ...Object.assign({}, ...decoderLayers.map(({ name }) => gatedConvShapes(name, DECODER_CHANNELS))),
    ...denseShapes('decoder/last', DECODER_CHANNELS + latentDim + classes, LAST_UNITS),
    ...denseShapes('decoder/logits', LAST_UNITS, vocabulary),
  };
  const layer = (params: Params, name: string, x: Tensor) =>
    dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);

  /** Returns the states [rows, ENCODER_CHANNELS] of symbols [rows, vocabulary]. Beyond the end of a text (`mask` [rows, 1]) they are zeros. */
  function encoderStates(params: Params, symbols: Tensor, mask: Tensor, move: MovePositions): Tensor {
    const embedded = matMul(symbols, params['encoder/symbols/kernel'] as Tensor);
    let x = tf.mul(relu(layer(params, 'encoder/input', embedded)), mask);
    for (const { name, dilation } of encoderLayers)
      x = tf.mul(gatedConv(params, name, x, { move, dilation, causal: false }), mask);
    return x;
  }

  return {
    stateUnits: kept.reduce((sum, one) => sum + one, 0),
    initialState(seed, logShares) {
      const state = new Map(initialWeights(shapes, seed));
      state.set('decoder/logits/bias', { shape: [vocabulary], values: logShares.slice() });
      return state;
    },
    encode(params, symbols, mask) {
      const batch = mask.shape[1] as number;
      const states = encoderStates(params, symbols, tf.reshape(mask, [-1, 1]), moveByPosition(batch));
      const sums = tf.sum(tf.reshape(states, [positions, batch, ENCODER_CHANNELS]), 0);
      return latentOf(params, tf.div(sums, tf.reshape(tf.sum(mask, 0), [batch, 1])));
    },
    encodeSteps(params, { symbols, mask }) {
      const batch = mask.shape[0] as number;
      const rows = batch * positions;
      const states = encoderStates(
        params,
        tf.reshape(symbols, [rows, vocabulary]),
        tf.reshape(mask, [rows, 1]),
        moveWithinItems(positions),
      );
      const sums = tf.sum(tf.reshape(states, [batch, positions, ENCODER_CHANNELS]), 1);
      return latentOf(params, tf.div(sums, tf.sum(mask, 1, true)));
    },
    told: (z, label) => (label && classes > 0 ? tf.concat([z, label], 1) : z),
    states(params, before, told) {
      const batch = told.shape[0] as number;
      const everywhere = tf.tile(told, [positions, 1]);
      const embedded = matMul(before, params['decoder/symbols/kernel'] as Tensor);
      let x = relu(layer(params, 'decoder/input', tf.concat([embedded, everywhere], 1)));
      const move = moveByPosition(batch);
      for (const { name, dilation } of decoderLayers) x = gatedConv(params, name, x, { move, dilation, causal: true });
      return relu(layer(params, 'decoder/last', tf.concat([x, everywhere], 1)));
    },
    step(params, { symbol, told, state }) {
      const batch = symbol.shape[0] as number;
      const embedded = matMul(symbol, params['decoder/symbols/kernel'] as Tensor);
      let x = relu(layer(params, 'decoder/input', tf.concat([embedded, told], 1)));
      const next: Tensor[] = [];
      let first = 0;
      for (const [place, { name, dilation }] of decoderLayers.entries()) {
        const size = kept[place] as number;
        const after = gatedConvStep(params, name, x, tf.slice(state, [0, first], [batch, size]), dilation);
        x = after.value;
        next.push(after.next);
        first += size;
      }
      return { hidden: relu(layer(params, 'decoder/last', tf.concat([x, told], 1))), next: tf.concat(next, 1) };
    },
    logits: (params, states) => layer(params, 'decoder/logits', states),
  };
}
