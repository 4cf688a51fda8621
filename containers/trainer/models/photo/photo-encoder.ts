// The encoder of photos: a small network over the frozen maps of every stride.
import type { Tensor } from '@tensorflow/tfjs-node';
import { LITE0_MAPS } from '#core/kinds/image/pretrained-features.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { addBias, conv, leakyRelu } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import type { Latent } from '../vae/vae-network.ts';
import { denseLayer, SLOPE } from './photo-decoder.ts';

/**
 * Layers over the maps of strides 2 to 16, of which all but the last halve; the map of stride 32 enters the trunk unchanged.
 */
const LAYERS = [
  { channels: 32, kernel: 4, stride: 2 },
  { channels: 64, kernel: 4, stride: 2 },
  { channels: 128, kernel: 4, stride: 2 },
  { channels: 128, kernel: 3, stride: 1 },
] as const;
const TRUNK = 256;
/** First value and bounds of log variances: a code that starts wide is decoded as noise for the first hundred steps. */
const LOG_VARIANCE = { first: -2, least: -8, most: 4 } as const;

/** Encodes photos. `maps` are those of `featureMaps`, divided by the deviations of their channels. */
export function encodePhotoMaps(params: Params, maps: readonly Tensor[], observe: TraceContext['observe']): Latent {
  const batch = (maps[0] as Tensor).shape[0] as number;
  const flat = (x: Tensor) => tf.reshape(x, [batch, x.size / batch]);
  let h: Tensor | undefined;
  LAYERS.forEach(({ stride }, i) => {
    const [layer, map] = [`encoder/conv${i + 1}`, maps[i] as Tensor];
    const y = conv(h ? tf.concat([h, map], 3) : map, params[`${layer}/kernel`] as Tensor, stride);
    h = observe(layer, leakyRelu(addBias(y, params[`${layer}/bias`] as Tensor), SLOPE));
  });
  const joined = tf.concat([flat(h as Tensor), flat(maps[LAYERS.length] as Tensor)], 1);
  const trunk = leakyRelu(denseLayer(params, 'encoder/trunk', joined), SLOPE);
  const { first, least, most } = LOG_VARIANCE;
  const zLogVar = tf.clipByValue(tf.add(denseLayer(params, 'encoder/zLogVar', trunk), first), least, most);
  return { zMean: denseLayer(params, 'encoder/zMean', trunk), zLogVar };
}

export function encoderShapes({ width, height, latentDim }: ImageModelConfig): WeightShapes {
  const shapes: Record<string, readonly number[]> = {};
  const add = (layer: string, kernel: readonly number[]) => {
    shapes[`encoder/${layer}/kernel`] = kernel;
    shapes[`encoder/${layer}/bias`] = [kernel.at(-1) as number];
  };
  const items = (i: number, channels: number) => {
    const { stride } = LITE0_MAPS[i] as (typeof LITE0_MAPS)[number];
    return Math.ceil(height / stride) * Math.ceil(width / stride) * channels;
  };
  LAYERS.forEach(({ channels, kernel }, i) => {
    add(`conv${i + 1}`, [
      kernel,
      kernel,
      (LAYERS[i - 1]?.channels ?? 0) + (LITE0_MAPS[i]?.channels as number),
      channels,
    ]);
  });
  add('trunk', [items(3, LAYERS[3].channels) + items(4, LITE0_MAPS[4].channels), TRUNK]);
  add('zMean', [TRUNK, latentDim]);
  add('zLogVar', [TRUNK, latentDim]);
  return shapes;
}
