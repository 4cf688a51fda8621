// One affine coupling of a flow (Dinh et al. 2017, "Density estimation using Real NVP"): half of a vector is shifted and scaled by
// numbers that a small network computes from the other half, so the map is inverted without inverting the network.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { swish } from '../layers/activations.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { dense, exp, tanh } from '../layers/ops.ts';

const WIDTH = 192;
/** Bounds the log scale of one coupling: an unbounded one overflows in the first steps. */
const MOST_LOG_SCALE = 1.5;

export type CouplingSizes = {
  /** Dimensions that the network reads. */
  readonly read: number;
  /** Dimensions that are shifted and scaled. */
  readonly changed: number;
  /** Width of the one-hot label that the network reads too; 0 = none. */
  readonly classes: number;
};

export type Changed = {
  /** [batch, changed] */
  readonly value: Tensor;
  /** [batch, changed]: its sum over the dimensions is the log determinant of the map. */
  readonly logScale: Tensor;
};

/** Kernels and biases of the two hidden layers, and of one layer for shift and scale. */
export type CouplingWeights = Readonly<Record<string, Tensor>>;

/** Returns the shapes of the weights: two hidden layers, and one layer for shift and scale. */
export function couplingShapes({ read, changed, classes }: CouplingSizes): WeightShapes {
  const layer = (part: string, from: number, to: number): WeightShapes => ({
    [`${part}/kernel`]: [from, to],
    [`${part}/bias`]: [to],
  });
  return {
    ...layer('hidden1', read + classes, WIDTH),
    ...layer('hidden2', WIDTH, WIDTH),
    ...layer('affine', WIDTH, 2 * changed),
  };
}

/** Returns true for the weights that start at zero, which makes a new coupling the identity. */
export function couplingStartsAtZero(name: string): boolean {
  return name.endsWith('affine/kernel');
}

/** Returns (x + shift) exp(logScale), both computed from `read` [batch, read] and, where given, `label` [batch, classes]. */
export function couple(weights: CouplingWeights, x: Tensor, read: Tensor, label: Tensor | undefined): Changed {
  const { shift, logScale } = affine(weights, read, label);
  return { value: tf.mul(tf.add(x, shift), exp(logScale)), logScale };
}

/** Inverts `couple`: returns y exp(-logScale) - shift. */
export function uncouple(weights: CouplingWeights, y: Tensor, read: Tensor, label: Tensor | undefined): Tensor {
  const { shift, logScale } = affine(weights, read, label);
  return tf.sub(tf.mul(y, exp(tf.neg(logScale))), shift);
}

function affine(weights: CouplingWeights, read: Tensor, label: Tensor | undefined) {
  const layer = (part: string, x: Tensor) =>
    dense(x, weights[`${part}/kernel`] as Tensor, weights[`${part}/bias`] as Tensor);
  const input = label === undefined ? read : tf.concat([read, label], 1);
  const hidden = swish(layer('hidden2', swish(layer('hidden1', input))));
  // One product for both: a coupling is little arithmetic, and every operation has a cost of its own.
  const [shift, raw] = tf.split(layer('affine', hidden), 2, 1) as [Tensor, Tensor];
  return { shift, logScale: tf.mul(tanh(tf.mul(raw, 1 / MOST_LOG_SCALE)), MOST_LOG_SCALE) };
}
