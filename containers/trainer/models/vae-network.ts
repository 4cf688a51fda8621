// The two halves of the VAE's network, built from a preset.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../engine/tensorflow.ts';
import type { Context, Params } from '../engine/types.ts';
import type { WeightShapes } from './initial.ts';
import type { ImageModelConfig } from './model.ts';
import { addBias, conv, convTranspose, dense, relu } from './ops.ts';
import type { VaePreset } from './presets.ts';
import { residualBlock, residualShapes } from './residual.ts';

const KERNEL = 3;

export interface Latent {
  /** [batch, latentDim], both. */
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
}

/** `label` is [batch, classes], one-hot, and absent where the model knows no classes. */
export interface VaeNetwork {
  readonly shapes: WeightShapes;
  /** x [batch, height, width, channels] in [0, 1]. */
  encode(params: Params, x: Tensor, label: Tensor | undefined, observe: Context['observe']): Latent;
  /** z [batch, latentDim] to what the likelihood reads as pixels: [batch, height, width, channels]. */
  decode(params: Params, z: Tensor, label: Tensor | undefined, observe: Context['observe']): Tensor;
}

/** Throws when a side of the image cannot be halved as often as the preset has layers. */
export function vaeNetwork(config: ImageModelConfig, preset: VaePreset): VaeNetwork {
  const { encoder, decoder, blocks } = preset;
  const reduction = 2 ** encoder.length;
  const [height, width] = [config.height / reduction, config.width / reduction];
  if (!Number.isInteger(height) || !Number.isInteger(width)) {
    throw new Error(
      `a VAE needs image sides that are multiples of ${reduction}, not ${config.width} x ${config.height}`,
    );
  }
  const deepest = encoder.at(-1) as number;

  return {
    shapes: weightShapes(config, preset, height * width * deepest),
    encode(params, x, label, observe) {
      let h = x;
      encoder.forEach((_, i) => {
        h = relu(convLayer(params, `encoder/conv${i + 1}`, h)); // [batch, height / 2^i, width / 2^i, encoder[i]]
        h = observe(`encoder/conv${i + 1}`, residualBlocks(params, blockNames(`encoder/block${i + 1}`, blocks), h));
      });
      const flat = joined(tf.reshape(h, [x.shape[0] as number, h.size / (x.shape[0] as number)]), label);
      return { zMean: denseLayer(params, 'encoder/zMean', flat), zLogVar: denseLayer(params, 'encoder/zLogVar', flat) };
    },
    decode(params, z, label, observe) {
      const flat = relu(denseLayer(params, 'decoder/dense', joined(z, label)));
      let h = tf.reshape(flat, [z.shape[0] as number, height, width, deepest]);
      h = observe('decoder/dense', residualBlocks(params, blockNames('decoder/block0', blocks), h));
      decoder.forEach((_, i) => {
        h = relu(convTransposeLayer(params, `decoder/conv${i + 1}`, h, 2)); // [batch, height * 2^i, width * 2^i, decoder[i]]
        const inner = i + 1 < decoder.length ? blocks : 0;
        h = observe(`decoder/conv${i + 1}`, residualBlocks(params, blockNames(`decoder/block${i + 1}`, inner), h));
      });
      return convTransposeLayer(params, 'decoder/logits', h, 1);
    },
  };
}

function weightShapes(
  { channels, latentDim, classes }: ImageModelConfig,
  { encoder, decoder, blocks }: VaePreset,
  flat: number,
): WeightShapes {
  const deepest = encoder.at(-1) as number;
  const last = decoder.at(-1) as number;
  return {
    ...Object.assign(
      {},
      ...encoder.map((width, i) => ({
        [`encoder/conv${i + 1}/kernel`]: [KERNEL, KERNEL, encoder[i - 1] ?? channels, width],
        [`encoder/conv${i + 1}/bias`]: [width],
        ...blockShapes(`encoder/block${i + 1}`, blocks, width),
      })),
    ),
    'encoder/zMean/kernel': [flat + classes, latentDim],
    'encoder/zMean/bias': [latentDim],
    'encoder/zLogVar/kernel': [flat + classes, latentDim],
    'encoder/zLogVar/bias': [latentDim],
    'decoder/dense/kernel': [latentDim + classes, flat],
    'decoder/dense/bias': [flat],
    ...blockShapes('decoder/block0', blocks, deepest),
    ...Object.assign(
      {},
      ...decoder.map((width, i) => ({
        [`decoder/conv${i + 1}/kernel`]: [KERNEL, KERNEL, width, decoder[i - 1] ?? deepest],
        [`decoder/conv${i + 1}/bias`]: [width],
        ...blockShapes(`decoder/block${i + 1}`, i + 1 < decoder.length ? blocks : 0, width),
      })),
    ),
    'decoder/logits/kernel': [KERNEL, KERNEL, channels, last],
    'decoder/logits/bias': [channels],
  };
}

function blockNames(place: string, blocks: number): string[] {
  return Array.from({ length: blocks }, (_, i) => `${place}.${i + 1}`);
}

function residualBlocks(params: Params, names: readonly string[], x: Tensor): Tensor {
  return names.reduce((h, name) => residualBlock(params, name, h), x);
}

function blockShapes(place: string, blocks: number, channels: number): WeightShapes {
  return Object.assign({}, ...blockNames(place, blocks).map((name) => residualShapes(name, channels)));
}

function joined(x: Tensor, label: Tensor | undefined): Tensor {
  return label === undefined ? x : tf.concat([x, label], 1);
}

function denseLayer(params: Params, layer: string, x: Tensor): Tensor {
  return dense(x, params[`${layer}/kernel`] as Tensor, params[`${layer}/bias`] as Tensor);
}

function convLayer(params: Params, layer: string, x: Tensor): Tensor {
  return addBias(conv(x, params[`${layer}/kernel`] as Tensor, 2), params[`${layer}/bias`] as Tensor);
}

function convTransposeLayer(params: Params, layer: string, x: Tensor, stride: number): Tensor {
  return addBias(convTranspose(x, params[`${layer}/kernel`] as Tensor, stride), params[`${layer}/bias`] as Tensor);
}
