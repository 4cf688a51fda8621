// The network of a VAE of log-mel images: principal components as encoder and decoder, plus corrections that start at zero. Training starts
// at the best linear model, which a decomposition finds at once.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap } from '../../engine/types.ts';
import { swish } from '../layers/activations.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import { addBias, conv, convTranspose, dense } from '../layers/ops.ts';
import { residualBlock, residualShapes, startsAtZero } from '../layers/residual.ts';
import type { ImageModelConfig } from '../model.ts';
import type { VaeNetwork } from '../vae/vae-network.ts';
import { LINEAR_SCALE, logOfScale } from './linear-gaussian.ts';
import type { PrincipalComponents } from './principal-components.ts';

/** Channels after the first and the second halving of an image. */
const CHANNELS = [16, 32] as const;
const HIDDEN = 256;
const KERNEL = 3;
const UP_KERNEL = 4;
/** Sides are halved twice, so they must be multiples of this. */
const MULTIPLE = 4;
/** Factor on the learning rate of the principal components, which are right from the start. */
const LINEAR_RATE = 1 / 64;
const BLOCK = 'decoder/block1';
const AT_ZERO = ['encoder/zMean/kernel', 'encoder/zLogVar/kernel', 'decoder/correction/kernel'];

export type MelNetwork = VaeNetwork & {
  /** Returns the first weights: those of the components, and corrections of zero. */
  initialState(seed: number, components: PrincipalComponents): StateMap;
};

/**
 * Returns the network; with `hasCorrections: false`, the linear model alone. Throws RangeError when a side of the image is no multiple of
 * four.
 */
export function melNetwork(config: ImageModelConfig, hasCorrections: boolean): MelNetwork {
  const { width, height, classes } = config;
  if (width % MULTIPLE !== 0 || height % MULTIPLE !== 0)
    throw new RangeError(`a log-mel picture needs sides that are multiples of ${MULTIPLE}, not ${width} x ${height}`);
  const size = width * height;
  const [h, w] = [height / MULTIPLE, width / MULTIPLE];
  const shapes = shapesOf(config, hasCorrections);
  const layer = (params: Params, name: string, x: Tensor) =>
    dense(x, params[`${name}/kernel`] as Tensor, params[`${name}/bias`] as Tensor);
  const slowly = (params: Params, name: string, x: Tensor) => {
    const [kernel, offset] = ['kernel', 'bias'].map((part) => tf.mul(params[`${name}/${part}`] as Tensor, LINEAR_RATE));
    return dense(x, kernel as Tensor, offset as Tensor);
  };
  const bias = (params: Params, name: string, x: Tensor) => addBias(x, params[`${name}/bias`] as Tensor);
  const kernel = (params: Params, name: string) => params[`${name}/kernel`] as Tensor;

  return {
    shapes,
    encode(params, x, label, observe) {
      const batch = x.shape[0] as number;
      const flat = tf.reshape(x, [batch, size]);
      const codes = slowly(params, 'encoder/linear', flat);
      if (!hasCorrections) {
        return { zMean: codes, zLogVar: bias(params, 'encoder/zLogVar', tf.mul(codes, 0)) };
      }
      const hidden = observe('encoder/hidden', swish(layer(params, 'encoder/hidden', joined(codes, label))));
      const seen = observe('encoder/seen', swish(layer(params, 'encoder/seen', joined(flat, label))));
      const both = tf.concat([hidden, seen], 1);
      return {
        zMean: tf.add(codes, layer(params, 'encoder/zMean', both)),
        zLogVar: layer(params, 'encoder/zLogVar', both),
      };
    },
    decode(params, z, label, observe) {
      const batch = z.shape[0] as number;
      const linear = tf.reshape(slowly(params, 'decoder/linear', z), [batch, height, width, 1]);
      if (!hasCorrections) return linear;
      const first = observe(
        'decoder/conv1',
        swish(bias(params, 'decoder/conv1', conv(linear, kernel(params, 'decoder/conv1'), 2))),
      );
      const second = bias(params, 'decoder/conv2', conv(first, kernel(params, 'decoder/conv2'), 2));
      const told = tf.reshape(layer(params, 'decoder/told', joined(z, label)), [batch, h, w, CHANNELS[1]]);
      const inner = residualBlock(params, BLOCK, tf.add(second, told), swish);
      const up = bias(params, 'decoder/up', convTranspose(swish(inner), kernel(params, 'decoder/up'), 2));
      const wide = observe('decoder/up', swish(tf.add(up, first)));
      const correction = convTranspose(wide, kernel(params, 'decoder/correction'), 2);
      return tf.add(linear, bias(params, 'decoder/correction', correction));
    },
    initialState(seed, components) {
      const state = new Map(initialWeights(shapes, seed, (name) => startsAtZero(name) || AT_ZERO.includes(name)));
      for (const [name, values] of Object.entries(linearWeights(config, components))) {
        const shape = shapes[name] as readonly number[];
        state.set(name, { shape, values });
      }
      state.set(LINEAR_SCALE, { shape: [1], values: Float32Array.of(logOfScale(Math.sqrt(components.residual))) });
      return state;
    },
  };

  function joined(x: Tensor, label: Tensor | undefined): Tensor {
    return label === undefined || classes === 0 ? x : tf.concat([x, label], 1);
  }
}

/**
 * Returns weights whose codes have unit variance and whose posterior is that of probabilistic PCA (Tipping and Bishop 1999). Dimensions
 * beyond the components stay at zero.
 */
function linearWeights(
  { width, height, latentDim }: ImageModelConfig,
  { components, mean, axes, deviations, residual }: PrincipalComponents,
): Record<string, Float32Array> {
  const size = width * height;
  const slow = (values: Float32Array) => values.map((value) => value / LINEAR_RATE);
  const into = new Float32Array(size * latentDim);
  const out = new Float32Array(latentDim * size);
  const codeBias = new Float32Array(latentDim);
  const logVariance = new Float32Array(latentDim);
  for (let c = 0; c < Math.min(components, latentDim); c++) {
    const deviation = deviations[c] as number;
    let offset = 0;
    for (let i = 0; i < size; i++) {
      const axis = axes[c * size + i] as number;
      into[i * latentDim + c] = axis / deviation;
      out[c * size + i] = axis * deviation;
      offset -= ((mean[i] as number) * axis) / deviation;
    }
    codeBias[c] = offset;
    logVariance[c] = Math.log(residual / (deviation ** 2 + residual) + 1e-6);
  }
  return {
    'encoder/linear/kernel': slow(into),
    'encoder/linear/bias': slow(codeBias),
    'encoder/zLogVar/bias': logVariance,
    'decoder/linear/kernel': slow(out),
    'decoder/linear/bias': slow(mean),
  };
}

function shapesOf({ width, height, latentDim, classes }: ImageModelConfig, hasCorrections: boolean): WeightShapes {
  const size = width * height;
  const [first, second] = CHANNELS;
  const linear = {
    ...layerShapes('encoder/linear', [size, latentDim]),
    ...layerShapes('decoder/linear', [latentDim, size]),
    [LINEAR_SCALE]: [1],
  };
  if (!hasCorrections) return { ...linear, 'encoder/zLogVar/bias': [latentDim] };
  return {
    ...linear,
    ...layerShapes('encoder/hidden', [latentDim + classes, HIDDEN]),
    ...layerShapes('encoder/seen', [size + classes, HIDDEN]),
    ...layerShapes('encoder/zMean', [2 * HIDDEN, latentDim]),
    ...layerShapes('encoder/zLogVar', [2 * HIDDEN, latentDim]),
    ...layerShapes('decoder/conv1', [KERNEL, KERNEL, 1, first]),
    ...layerShapes('decoder/conv2', [KERNEL, KERNEL, first, second]),
    ...layerShapes('decoder/told', [latentDim + classes, (size / MULTIPLE ** 2) * second]),
    ...residualShapes(BLOCK, second),
    ...transposedShapes('decoder/up', second, first),
    ...transposedShapes('decoder/correction', first, 1),
  };
}

function layerShapes(layer: string, kernel: readonly number[]): WeightShapes {
  return { [`${layer}/kernel`]: kernel, [`${layer}/bias`]: [kernel.at(-1) as number] };
}

function transposedShapes(layer: string, from: number, to: number): WeightShapes {
  return { [`${layer}/kernel`]: [UP_KERNEL, UP_KERNEL, to, from], [`${layer}/bias`]: [to] };
}
