// Encoder and decoder of a VAE, built from a preset.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import { ACTIVATIONS } from '../layers/activations.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { addBias, conv, convTranspose, dense } from '../layers/ops.ts';
import { residualBlock, residualShapes } from '../layers/residual.ts';
import type { ImageModelConfig } from '../model.ts';
import type { VaePreset } from './presets.ts';

const KERNEL = 3;
const HALVING = 2;

export type Latent = {
  /** [batch, latentDim], both. */
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
};

/** `label` is [batch, classes], one-hot, and absent when the model has no classes. */
export type VaeNetwork = {
  readonly shapes: WeightShapes;
  /** Encodes x [batch, height, width, channels] in [0, 1]. */
  encode(params: Params, x: Tensor, label: Tensor | undefined, observe: TraceContext['observe']): Latent;
  /** Maps z [batch, latentDim] to the raw output that the likelihood reads: [batch, height, width, channels]. */
  decode(params: Params, z: Tensor, label: Tensor | undefined, observe: TraceContext['observe']): Tensor;
};

/** Builds the network. Throws when a side of the image cannot be halved as often as the preset requires. */
export function vaeNetwork(config: ImageModelConfig, preset: VaePreset): VaeNetwork {
  const { encoder, decoder, blocks, trunk, finish } = preset;
  const activate = ACTIVATIONS[preset.activation];
  const reduction = HALVING ** encoder.length;
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
        const site = `encoder/conv${i + 1}`;
        h = observe(site, activate(convLayer(params, site, h))); // [batch, height / 2^i, width / 2^i, encoder[i]]
      });
      let flat = joined(tf.reshape(h, [x.shape[0] as number, h.size / (x.shape[0] as number)]), label);
      if (trunk > 0) flat = observe('encoder/trunk', activate(denseLayer(params, 'encoder/trunk', flat)));
      return { zMean: denseLayer(params, 'encoder/zMean', flat), zLogVar: denseLayer(params, 'encoder/zLogVar', flat) };
    },
    decode(params, z, label, observe) {
      let flat = joined(z, label);
      if (trunk > 0) flat = observe('decoder/trunk', activate(denseLayer(params, 'decoder/trunk', flat)));
      const map = [z.shape[0] as number, height, width, deepest];
      let h = tf.reshape(denseLayer(params, 'decoder/dense', flat), map);
      h = observe(
        'decoder/dense',
        activate(blockNames(blocks).reduce((h, name) => residualBlock(params, name, h, activate), h)),
      );
      decoder.forEach((_, i) => {
        const site = `decoder/conv${i + 1}`;
        h = observe(site, activate(convTransposeLayer(params, site, h, HALVING))); // [batch, height * 2^i, width * 2^i, decoder[i]]
      });
      return convTransposeLayer(params, 'decoder/logits', h, finish.stride);
    },
  };
}

function weightShapes(
  { channels, latentDim, classes }: ImageModelConfig,
  { encoder, decoder, upKernel, finish, blocks, trunk }: VaePreset,
  flat: number,
): WeightShapes {
  const deepest = encoder.at(-1) as number;
  const encoded = trunk > 0 ? trunk : flat + classes;
  return {
    ...Object.assign(
      {},
      ...encoder.map((width, i) =>
        layerShapes(`encoder/conv${i + 1}`, [KERNEL, KERNEL, encoder[i - 1] ?? channels, width]),
      ),
    ),
    ...(trunk > 0 && layerShapes('encoder/trunk', [flat + classes, trunk])),
    ...layerShapes('encoder/zMean', [encoded, latentDim]),
    ...layerShapes('encoder/zLogVar', [encoded, latentDim]),
    ...(trunk > 0 && layerShapes('decoder/trunk', [latentDim + classes, trunk])),
    ...layerShapes('decoder/dense', [trunk > 0 ? trunk : latentDim + classes, flat]),
    ...Object.assign({}, ...blockNames(blocks).map((name) => residualShapes(name, deepest))),
    ...Object.assign(
      {},
      ...decoder.map((width, i) =>
        transposedShapes(`decoder/conv${i + 1}`, upKernel, decoder[i - 1] ?? deepest, width),
      ),
    ),
    ...transposedShapes('decoder/logits', finish.kernel, decoder.at(-1) ?? deepest, channels),
  };
}

/** Returns the shapes of a kernel and of a bias of its last dimension. */
function layerShapes(layer: string, kernel: readonly number[]): WeightShapes {
  return { [`${layer}/kernel`]: kernel, [`${layer}/bias`]: [kernel.at(-1) as number] };
}

function transposedShapes(layer: string, side: number, from: number, to: number): WeightShapes {
  return { [`${layer}/kernel`]: [side, side, to, from], [`${layer}/bias`]: [to] };
}

function blockNames(blocks: number): string[] {
  return Array.from({ length: blocks }, (_, i) => `decoder/block${i + 1}`);
}

function joined(x: Tensor, label: Tensor | undefined): Tensor {
  return label === undefined ? x : tf.concat([x, label], 1);
}

function denseLayer(params: Params, layer: string, x: Tensor): Tensor {
  return dense(x, params[`${layer}/kernel`] as Tensor, params[`${layer}/bias`] as Tensor);
}

function convLayer(params: Params, layer: string, x: Tensor): Tensor {
  return addBias(conv(x, params[`${layer}/kernel`] as Tensor, HALVING), params[`${layer}/bias`] as Tensor);
}

function convTransposeLayer(params: Params, layer: string, x: Tensor, stride: number): Tensor {
  return addBias(convTranspose(x, params[`${layer}/kernel`] as Tensor, stride), params[`${layer}/bias`] as Tensor);
}
