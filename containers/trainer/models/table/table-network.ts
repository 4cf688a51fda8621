// The network of the VAE of a table: an encoder, an unmasked context path, and a masked residual network that predicts each sub-column from
// earlier ones (ResMADE: Durkan and Nash 2019; MADE: Germain et al. 2015).
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap, TraceContext } from '../../engine/types.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { dense, matMul, relu } from '../layers/ops.ts';
import { KERNELS_OF_CODES, KERNELS_TO_CODES, type OrderedCodes, orderedCodes, SHARED } from './ordered-codes.ts';
import { type TableLayout, unitDegrees } from './table-layout.ts';

export type TableNetworkSizes = {
  readonly layout: TableLayout;
  readonly latentDim: number;
  /** Hidden units of the masked network. */
  readonly units: number;
  /** Hidden units of the encoder and of the context path. */
  readonly contextUnits: number;
  /** Whether ordered codes share weights, as in training; exported kernels are summed. */
  readonly isShared?: boolean;
};

export type TableLatent = {
  /** [batch, latentDim], both. */
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
};

export type Dropout = (x: Tensor, site: string) => Tensor;

export type TableNetwork = {
  initialState(seed: number, logShares: Float32Array): StateMap;
  /** Encodes x [batch, codes], one-hot. */
  encode(params: Params, x: Tensor): TableLatent;
  /**
   * Reads the condition, `given` [batch, codes + sub-columns]: the given codes one-hot, then 1 for each sub-column that is not given.
   */
  readContext(params: Params, given: Tensor): Tensor;
  /** Returns the prior of z under the condition. */
  prior(params: Params, context: Tensor): TableLatent;
  /** Returns the logits of every sub-column [batch, codes]; those of a sub-column depend on x in earlier ones only. */
  decode(
    params: Params,
    input: { x: Tensor; context: Tensor; z: Tensor; dropout: Dropout; observe: TraceContext['observe'] },
  ): Tensor;
};

/** Weights that start at zero, so that context and residuals are learned as corrections. */
const AT_ZERO = ['context/prior/kernel', 'decoder/second/kernel', 'decoder/logitsContext/kernel'];

export function tableNetwork({ layout, latentDim, units, contextUnits, isShared }: TableNetworkSizes): TableNetwork {
  const { codes, subColumns, subColumnOfCode } = layout;
  const ordered = isShared ? orderedCodes(layout) : undefined;
  const degrees = unitDegrees(units, layout);
  const told = contextUnits + latentDim;
  const shapes: WeightShapes = {
    ...denseShapes('encoder/hidden1', codes, contextUnits),
    ...denseShapes('encoder/hidden2', contextUnits, contextUnits),
    ...denseShapes('encoder/zMean', contextUnits, latentDim),
    ...denseShapes('encoder/zLogVar', contextUnits, latentDim),
    ...denseShapes('context/hidden1', codes + subColumns.length, contextUnits),
    ...denseShapes('context/hidden2', contextUnits, contextUnits),
    ...denseShapes('context/prior', contextUnits, 2 * latentDim),
    ...denseShapes('decoder/input', codes, units),
    'decoder/inputContext/kernel': [told, units],
    ...denseShapes('decoder/first', units, units),
    'decoder/firstContext/kernel': [told, units],
    ...denseShapes('decoder/second', units, units),
    ...denseShapes('decoder/logits', units, codes),
    'decoder/logitsContext/kernel': [told, codes],
    ...(ordered && sharedShapes(ordered, { contextUnits, units, told })),
  };
  // A unit reads its own sub-column; a prediction reads units of earlier sub-columns only.
  const inputMask = () => maskOf([...subColumnOfCode, ...(ordered?.subColumnOfFeature ?? [])], degrees);
  const unitMask = () => maskOf(degrees, degrees);
  const outputMask = () =>
    maskOf(
      degrees.map((degree) => degree + 1),
      subColumnOfCode,
    );

  /** A layer whose input begins with codes, and goes on with their features where they have an order. */
  const ofCodes = (params: Params, name: string, input: Tensor, mask?: Tensor): Tensor => {
    const [kernel, bias] = [params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor];
    const masked = (whole: Tensor) => (mask ? tf.mul(whole, mask) : whole);
    if (!ordered) return dense(input, masked(kernel), bias);
    const features = matMul(input, tableOf(ordered, input.shape[1] as number));
    const weights = tf.concat([kernel, params[`${name}${SHARED}`] as Tensor], 0);
    return dense(tf.concat([input, features], 1), masked(weights), bias);
  };

  return {
    initialState(seed, logShares) {
      const isZero = (name: string) => name.endsWith(SHARED) || AT_ZERO.includes(name);
      const state = new Map(initialWeights(shapes, seed, isZero));
      state.set('decoder/logits/bias', { shape: [codes], values: logShares.slice() });
      return state;
    },
    encode(params, x) {
      const hidden = relu(layer(params, 'encoder/hidden2', relu(ofCodes(params, 'encoder/hidden1', x))));
      return { zMean: layer(params, 'encoder/zMean', hidden), zLogVar: layer(params, 'encoder/zLogVar', hidden) };
    },
    readContext: (params, given) =>
      relu(layer(params, 'context/hidden2', relu(ofCodes(params, 'context/hidden1', given)))),
    prior(params, context) {
      const both = layer(params, 'context/prior', context);
      const batch = context.shape[0] as number;
      return {
        zMean: tf.slice(both, [0, 0], [batch, latentDim]),
        zLogVar: tf.slice(both, [0, latentDim], [batch, latentDim]),
      };
    },
    decode(params, { x, context, z, dropout, observe }) {
      const told = tf.concat([context, z], 1);
      const from = (name: string) => matMul(told, params[`decoder/${name}/kernel`] as Tensor);
      const masked = (name: string, input: Tensor, mask: Tensor) =>
        dense(input, tf.mul(params[`${name}/kernel`] as Tensor, mask), params[`${name}/bias`] as Tensor);
      const read = ofCodes(params, 'decoder/input', x, inputMask());
      const base = observe('decoder/input', tf.add(read, from('inputContext')));
      const first = tf.add(masked('decoder/first', relu(base), unitMask()), from('firstContext'));
      const correction = masked('decoder/second', dropout(relu(first), 'decoder/first'), unitMask());
      const hidden = observe('decoder/hidden', relu(tf.add(base, correction)));
      const kept = dropout(hidden, 'decoder/hidden');
      const logits = tf.add(masked('decoder/logits', kept, outputMask()), from('logitsContext'));
      if (!ordered) return logits;
      const after = degrees.map((degree) => degree + 1);
      const byFeature = tf.add(
        product(kept, params, 'decoder/logits', maskOf(after, ordered.subColumnOfFeature)),
        product(told, params, 'decoder/logitsContext'),
      );
      return tf.add(logits, matMul(byFeature, tableOf(ordered, codes), false, true));
    },
  };
}

/** Returns [from, to] with 1 where `to` is at least `from`, else 0, for whole numbers. */
function maskOf(from: readonly number[], to: readonly number[]): Tensor {
  const below = tf.sub(tf.tensor2d([...from], [from.length, 1]), tf.tensor2d([...to], [1, to.length]));
  return tf.sub(1, relu(tf.sub(1, relu(tf.sub(1, below)))));
}

/** [rows, features], with rows of zeros for inputs that are no codes. */
function tableOf({ values, features }: OrderedCodes, rows: number): Tensor {
  const padded = new Float32Array(rows * features);
  padded.set(values);
  return tf.tensor2d(padded, [rows, features]);
}

function product(input: Tensor, params: Params, name: string, mask?: Tensor): Tensor {
  const weights = params[`${name}${SHARED}`] as Tensor;
  return matMul(input, mask ? tf.mul(weights, mask) : weights);
}

function sharedShapes(
  { features }: OrderedCodes,
  { contextUnits, units, told }: { contextUnits: number; units: number; told: number },
): WeightShapes {
  const outputs = [contextUnits, contextUnits, units];
  const inputs = [units, told];
  return Object.fromEntries([
    ...KERNELS_OF_CODES.map((name, at) => [`${name}${SHARED}`, [features, outputs[at] as number]]),
    ...KERNELS_TO_CODES.map((name, at) => [`${name}${SHARED}`, [inputs[at] as number, features]]),
  ]);
}

function layer(params: Params, name: string, x: Tensor): Tensor {
  return dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);
}

function denseShapes(name: string, inputs: number, outputs: number): WeightShapes {
  return { [`${name}/kernel`]: [inputs, outputs], [`${name}/bias`]: [outputs] };
}
