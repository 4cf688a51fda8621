// The generator of a GAN: from z and a class to an image, by repeated doubling (Radford et al. 2015, DCGAN).
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import { batchNorm, storedNorm } from '../layers/batch-norm.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { addBias, conv, convTranspose, matMul, relu, tanh } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import type { GanSizes } from './gan-sizes.ts';

const KERNEL = 3;
/**
 * A multiple of the stride: every pixel is reached by as many weights, which avoids checkerboard patterns (Odena et al. 2016).
 */
const UP_KERNEL = 4;
const SKIP_KERNEL = 2;

/** Source of the statistics of a norm: the batch, which then reports them, or the state. */
export type BatchNorms = {
  apply(layer: string, x: Tensor): Tensor;
};

/** The statistics of norms are a part of their own, which is not trained. */
export const statisticOf = (layer: string, which: 'mean' | 'variance'): string => `statistics/${layer}/${which}`;

/** Normalises by the statistics of the batch and records them by their name in the state. */
export function batchNorms(params: Params): BatchNorms & { readonly seen: Record<string, Tensor> } {
  const seen: Record<string, Tensor> = {};
  const apply = (layer: string, x: Tensor): Tensor => {
    const { y, mean, variance } = batchNorm(x, params[`${layer}/gain`] as Tensor, params[`${layer}/bias`] as Tensor);
    seen[statisticOf(layer, 'mean')] = mean;
    seen[statisticOf(layer, 'variance')] = variance;
    return y;
  };
  return { apply, seen };
}

export function storedNorms(params: Params): BatchNorms {
  const read = (name: string) => params[name] as Tensor;
  return {
    apply: (layer, x) =>
      storedNorm(x, {
        gain: read(`${layer}/gain`),
        bias: read(`${layer}/bias`),
        mean: read(statisticOf(layer, 'mean')),
        variance: read(statisticOf(layer, 'variance')),
      }),
  };
}

/** Maps z [batch, latentDim] and label [batch, classes] to images [batch, height, width, channels] in [-1, 1]. */
export function generate(
  { sizes, params, norms, observe }: GeneratorOptions,
  z: Tensor,
  label: Tensor | undefined,
): Tensor {
  const { height, width, generator, blocks } = sizes;
  const layer = (name: string) => params[`generator/${name}/kernel`] as Tensor;
  const input = label === undefined ? z : tf.concat([z, label], 1);
  const flat = matMul(input, layer('dense'));
  const first = tf.reshape(flat, [z.shape[0] as number, height, width, generator[0] as number]);
  let h = observe('generator/dense', relu(norms.apply('generator/dense', first)));
  for (let level = 1; level < generator.length; level++) {
    const up = `up${level}`;
    let grown = convTranspose(h, layer(up), 2); // [batch, height * 2^level, width * 2^level, generator[level]]
    if (blocks) {
      const inner = relu(norms.apply(`generator/${up}`, grown));
      grown = tf.add(conv(inner, layer(`${up}.inner`), 1), convTranspose(h, layer(`${up}.skip`), 2));
      h = relu(norms.apply(`generator/${up}.inner`, grown));
    } else h = relu(norms.apply(`generator/${up}`, grown));
    h = observe(`generator/${up}`, h);
  }
  const image = addBias(convTranspose(h, layer('image'), 2), params['generator/image/bias'] as Tensor);
  return tanh(image);
}

export type GeneratorOptions = {
  readonly sizes: GanSizes;
  readonly params: Params;
  readonly norms: BatchNorms;
  readonly observe: TraceContext['observe'];
};

export function generatorShapes({ channels, latentDim, classes }: ImageModelConfig, sizes: GanSizes): WeightShapes {
  const { height, width, generator, blocks } = sizes;
  const shapes: Record<string, readonly number[]> = {};
  const normed = (layer: string, count: number): void => {
    shapes[`generator/${layer}/gain`] = [count];
    shapes[`generator/${layer}/bias`] = [count];
    shapes[statisticOf(`generator/${layer}`, 'mean')] = [count];
    shapes[statisticOf(`generator/${layer}`, 'variance')] = [count];
  };
  shapes['generator/dense/kernel'] = [latentDim + classes, height * width * (generator[0] as number)];
  normed('dense', generator[0] as number);
  generator.slice(1).forEach((count, i) => {
    const [up, before] = [`up${i + 1}`, generator[i] as number];
    shapes[`generator/${up}/kernel`] = [UP_KERNEL, UP_KERNEL, count, before];
    normed(up, count);
    if (!blocks) return;
    shapes[`generator/${up}.inner/kernel`] = [KERNEL, KERNEL, count, count];
    shapes[`generator/${up}.skip/kernel`] = [SKIP_KERNEL, SKIP_KERNEL, count, before];
    normed(`${up}.inner`, count);
  });
  shapes['generator/image/kernel'] = [UP_KERNEL, UP_KERNEL, channels, generator.at(-1) as number];
  shapes['generator/image/bias'] = [channels];
  return shapes;
}
