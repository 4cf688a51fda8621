// Gated dilated convolutions over sequences (van den Oord et al. 2016, WaveNet): a residual layer reads a position and two others at multiples
// of its dilation. Rows are ordered by position, so a shift by a position is a shift by the rows of a batch, and a layer is two products.
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

/**
 * Returns x [positions * batch, channels] after the layer. `causal`: it reads a position and those one and two dilations before; else
 * those one dilation before and behind. Positions outside are zeros.
 */
export function gatedConv(
  params: Params,
  name: string,
  x: Tensor,
  { batch, dilation, causal }: { readonly batch: number; readonly dilation: number; readonly causal: boolean },
): Tensor {
  const rows = batch * dilation;
  const taps = causal ? [shifted(x, 2 * rows), shifted(x, rows), x] : [shifted(x, rows), x, shifted(x, -rows)];
  return layerOf(params, name, x, taps);
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

/** Moves rows back by `rows`, or forward where it is negative, with zeros in their place. */
function shifted(x: Tensor, rows: number): Tensor {
  const [all, channels] = x.shape as [number, number];
  const count = Math.min(Math.abs(rows), all);
  const zeros = tf.fill([count, channels], 0);
  if (count === all) return zeros;
  return rows > 0
    ? tf.concat([zeros, tf.slice(x, [0, 0], [all - count, channels])], 0)
    : tf.concat([tf.slice(x, [count, 0], [all - count, channels]), zeros], 0);
}
