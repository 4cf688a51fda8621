// The decoder of photos: code and class determine gain and bias of every norm, and small maps gate the channels of large ones.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import { swish } from '../layers/activations.ts';
import { batchNorm, EPSILON } from '../layers/batch-norm.ts';
import { averagePool } from '../layers/image-ops.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { addBias, conv, convTranspose, dense, leakyRelu, matMul, sigmoid } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import type { PhotoSizes } from './photo-sizes.ts';

export const SLOPE = 0.2;
const KERNEL = 3;
/**
 * A multiple of the stride: every pixel is reached by as many weights, which avoids checkerboard patterns (Odena et al. 2016).
 */
const UP_KERNEL = 4;
/** Length of the embedding of a class, beside the code. */
const CLASS_DIM = 32;
/** A gate connects maps that are so many doublings apart. */
const GATE_SPAN = 3;
/** The statistics of norms are a part of their own, which is not trained. */
const STATISTICS = 'statistics';

/** Source of the statistics of a norm: the batch, whose statistics are recorded in `seen`, or the state. */
export type PhotoNorms = {
  readonly normalise: (layer: string, x: Tensor) => Tensor;
  /** The statistics of the batch by their name in the state. */
  readonly seen: Record<string, Tensor>;
};

export type PhotoDrawing = {
  readonly sizes: PhotoSizes;
  readonly params: Params;
  readonly norms: PhotoNorms;
  readonly observe: TraceContext['observe'];
};

export function batchStatistics(): PhotoNorms {
  const seen: Record<string, Tensor> = {};
  return {
    seen,
    normalise(layer, x) {
      const channels = x.shape[3] as number;
      const { y, mean, variance } = batchNorm(x, tf.fill([channels], 1), tf.fill([channels], 0));
      seen[`${STATISTICS}/${layer}/mean`] = mean;
      seen[`${STATISTICS}/${layer}/variance`] = variance;
      return y;
    },
  };
}

export function storedStatistics(params: Params): PhotoNorms {
  return {
    seen: {},
    normalise(layer, x) {
      const [mean, variance] = ['mean', 'variance'].map((which) => params[`${STATISTICS}/${layer}/${which}`]);
      return tf.div(tf.sub(x, mean as Tensor), tf.sqrt(tf.add(variance as Tensor, EPSILON)));
    },
  };
}

/** Decodes z [batch, latentDim] and label [batch, classes] (one-hot, or weights of classes) to images in [0, 1]. */
export function decodePhotoCode(drawing: PhotoDrawing, z: Tensor, label: Tensor | undefined): Tensor {
  const { sizes, params, observe } = drawing;
  const { height, width, channels } = sizes;
  const kernel = (layer: string) => params[`decoder/${layer}/kernel`] as Tensor;
  const code = label === undefined ? z : tf.concat([z, matMul(label, kernel('class'))], 1);
  const normed = (layer: string, x: Tensor) => leakyRelu(modulated(drawing, layer, x, code), SLOPE);
  const flat = denseLayer(params, 'decoder/dense', code);
  let h = normed('dense', tf.reshape(flat, [z.shape[0] as number, height, width, channels[0] as number]));
  h = observe('decoder/dense', tf.add(h, normed('first', conv(h, kernel('first'), 1))));
  const maps = [h];
  for (let level = 1; level < channels.length; level++) {
    const up = `up${level}`;
    h = normed(up, convTranspose(h, kernel(up), 2)); // [batch, height * 2^level, width * 2^level, channels[level]]
    if (level === 1) h = tf.add(h, normed(`${up}.inner`, conv(h, kernel(`${up}.inner`), 1)));
    if (level >= GATE_SPAN) h = gated(params, `gate${level}`, maps[level - GATE_SPAN] as Tensor, h, sizes);
    maps.push(observe(`decoder/${up}`, h));
  }
  const pixels = addBias(conv(h, kernel('pixels'), 1), params['decoder/pixels/bias'] as Tensor);
  return sigmoid(pixels);
}

/** Conditional batch normalisation (de Vries et al. 2017): gain and bias are linear in the code. */
function modulated({ params, norms }: PhotoDrawing, layer: string, x: Tensor, code: Tensor): Tensor {
  const [batch, channels] = [x.shape[0] as number, x.shape[3] as number];
  const affine = tf.reshape(denseLayer(params, `decoder/${layer}.affine`, code), [batch, 1, 1, 2 * channels]);
  const [gain, bias] = tf.split(affine, 2, 3) as [Tensor, Tensor];
  return tf.add(tf.mul(norms.normalise(`decoder/${layer}`, x), tf.add(gain, 1)), bias);
}

/** Applies skip-layer excitation (Liu et al. 2021, FastGAN): the small map scales each channel of the large one. */
function gated(params: Params, layer: string, small: Tensor, large: Tensor, { height }: PhotoSizes): Tensor {
  const batch = small.shape[0] as number;
  const pooled = averagePool(small, (small.shape[1] as number) / height);
  const inner = swish(denseLayer(params, `decoder/${layer}.squeeze`, tf.reshape(pooled, [batch, pooled.size / batch])));
  const share = sigmoid(denseLayer(params, `decoder/${layer}.excite`, inner));
  return tf.mul(large, tf.reshape(tf.mul(share, 2), [batch, 1, 1, large.shape[3] as number]));
}

export function decoderShapes(
  { latentDim, classes, channels: colours }: ImageModelConfig,
  sizes: PhotoSizes,
): WeightShapes {
  const { height, width, channels } = sizes;
  const code = latentDim + (classes > 0 ? CLASS_DIM : 0);
  const shapes: Record<string, readonly number[]> = {};
  const kernel = (layer: string, shape: readonly number[]) => {
    shapes[`decoder/${layer}/kernel`] = shape;
  };
  const withBias = (layer: string, from: number, to: number) => {
    kernel(layer, [from, to]);
    shapes[`decoder/${layer}/bias`] = [to];
  };
  const normed = (layer: string, count: number) => {
    withBias(`${layer}.affine`, code, 2 * count);
    for (const which of ['mean', 'variance']) shapes[`${STATISTICS}/decoder/${layer}/${which}`] = [count];
  };
  const first = channels[0] as number;
  if (classes > 0) kernel('class', [classes, CLASS_DIM]);
  withBias('dense', code, height * width * first);
  normed('dense', first);
  kernel('first', [KERNEL, KERNEL, first, first]);
  normed('first', first);
  channels.forEach((count, level) => {
    if (level === 0) return;
    kernel(`up${level}`, [UP_KERNEL, UP_KERNEL, count, channels[level - 1] as number]);
    normed(`up${level}`, count);
    if (level === 1) {
      kernel('up1.inner', [KERNEL, KERNEL, count, count]);
      normed('up1.inner', count);
    }
    if (level < GATE_SPAN) return;
    withBias(`gate${level}.squeeze`, height * width * (channels[level - GATE_SPAN] as number), count);
    withBias(`gate${level}.excite`, count, count);
  });
  kernel('pixels', [KERNEL, KERNEL, channels.at(-1) as number, colours]);
  shapes['decoder/pixels/bias'] = [colours];
  return shapes;
}

export function denseLayer(params: Params, layer: string, x: Tensor): Tensor {
  return dense(x, params[`${layer}/kernel`] as Tensor, params[`${layer}/bias`] as Tensor);
}
