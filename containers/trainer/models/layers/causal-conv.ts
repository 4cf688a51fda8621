// Gated dilated convolutions over sequences (van den Oord et al. 2016, WaveNet): a residual layer reads a position and two others at multiples
// of its dilation. In training, rows are ordered by position, so a move by a position is one by the rows of a batch, and a layer is two products.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import type { WeightShapes } from './initial.ts';
import { dense, sigmoid, tanh } from './ops.ts';

/** Positions that a layer reads. */
const TAPS = 3;

export function gatedConvShapes(name: string, channels: number): WeightShapes {
  return {
    [`${name}/gates/kernel`]: [TAPS * channels, 2 * channels],
    [`${name}/gates/bias`]: [2 * channels],
    [`${name}/residual/kernel`]: [channels, channels],
    [`${name}/residual/bias`]: [channels],
  };
}

/** Moves each sequence back by so many positions, or forward where they are negative, with zeros in their place. */
export type MovePositions = (x: Tensor, by: number) => Tensor;

type ConvOptions = { readonly move: MovePositions; readonly dilation: number; readonly causal: boolean };

/**
 * Returns x [rows, channels] after the layer; `move` knows the order of the rows. `causal`: the layer reads a position and those one and two
 * dilations before; else those one dilation before and behind. Positions outside are zeros.
 */
export function gatedConv(params: Params, name: string, x: Tensor, { move, dilation, causal }: ConvOptions): Tensor {
  const taps = causal ? [move(x, 2 * dilation), move(x, dilation), x] : [move(x, dilation), x, move(x, -dilation)];
  return layerOf(params, name, x, taps);
}

/** For rows ordered by position, of a batch each. */
export function moveByPosition(batch: number): MovePositions {
  return (x, by) => {
    const [rows, channels] = x.shape as [number, number];
    const count = Math.min(Math.abs(by) * batch, rows);
    const zeros = tf.fill([count, channels], 0);
    if (count === rows) return zeros;
    return by > 0
      ? tf.concat([zeros, tf.slice(x, [0, 0], [rows - count, channels])], 0)
      : tf.concat([tf.slice(x, [count, 0], [rows - count, channels]), zeros], 0);
  };
}

/** For rows ordered by item, of `positions` each, from operations that every export format supports for any batch. */
export function moveWithinItems(positions: number): MovePositions {
  return (x, by) => {
    const [rows, channels] = x.shape as [number, number];
    const batch = rows / positions;
    const whole = tf.reshape(x, [batch, positions * channels]);
    const count = Math.min(Math.abs(by), positions);
    const part = (from: number, size: number) => tf.slice(whole, [0, from * channels], [batch, size * channels]);
    const zeros = tf.mul(0, part(0, count));
    const kept = by > 0 ? [zeros, part(0, positions - count)] : [part(count, positions - count), zeros];
    return tf.reshape(count === positions ? zeros : tf.concat(kept, 1), [rows, channels]);
  };
}

/** Numbers of a row that a causal layer keeps of the positions before. */
export function keptBefore(channels: number, dilation: number): number {
  return (TAPS - 1) * dilation * channels;
}

/**
 * Returns the same for one position of a causal layer, x [batch, channels], and what it keeps for the next one. `before` [batch,
 * keptBefore]: the inputs of the positions before, the oldest first. From operations that every export format supports.
 */
export function gatedConvStep(params: Params, name: string, x: Tensor, before: Tensor, dilation: number) {
  const [batch, channels] = x.shape as [number, number];
  const at = (place: number) => tf.slice(before, [0, place * channels], [batch, channels]);
  const kept = before.shape[1] as number;
  const later = kept > channels ? [tf.slice(before, [0, channels], [batch, kept - channels]), x] : [x];
  return {
    value: layerOf(params, name, x, [at(0), at(dilation), x]),
    next: tf.concat(later, 1),
  };
}

function layerOf(params: Params, name: string, x: Tensor, taps: Tensor[]): Tensor {
  const of = (part: string) => params[`${name}/${part}`] as Tensor;
  const [rows, channels] = x.shape as [number, number];
  const both = dense(tf.concat(taps, 1), of('gates/kernel'), of('gates/bias'));
  const candidate = tanh(tf.slice(both, [0, 0], [rows, channels]));
  const gate = sigmoid(tf.slice(both, [0, channels], [rows, channels]));
  return tf.add(x, dense(tf.mul(candidate, gate), of('residual/kernel'), of('residual/bias')));
}
