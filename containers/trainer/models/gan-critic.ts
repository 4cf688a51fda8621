// The half of a GAN that tells real from drawn. Without any norm: a gradient penalty is about single items.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../engine/tensorflow.ts';
import type { Context, Params } from '../engine/types.ts';
import type { GanSizes } from './gan-sizes.ts';
import type { WeightShapes } from './initial.ts';
import type { ImageModelConfig } from './model.ts';
import { addBias, conv, dense, leakyRelu, matMul } from './ops.ts';

const KERNEL = 3;
const DOWN_KERNEL = 4;
const SKIP_KERNEL = 2;
const SLOPE = 0.2;

/**
 * One logit an image [batch] for images [batch, height, width, channels] in [-1, 1]. A class adds its direction's share of the
 * features: the projection of Miyato and Koyama 2018. Closed under differentiation.
 */
export function criticise(
  { sizes, params, observe }: { sizes: GanSizes; params: Params; observe: Context['observe'] },
  images: Tensor,
  label: Tensor | undefined,
): Tensor {
  const batch = images.shape[0] as number;
  const weight = (name: string) => params[`critic/${name}`] as Tensor;
  let h = images;
  sizes.critic.forEach((_, level) => {
    const down = `down${level + 1}`;
    const inner =
      sizes.blocks && level > 0 ? activated(conv(h, weight(`${down}.inner/kernel`), 1), params, `${down}.inner`) : h;
    const shrunk = addBias(conv(inner, weight(`${down}/kernel`), 2), weight(`${down}/bias`));
    h = inner === h ? shrunk : tf.add(shrunk, conv(h, weight(`${down}.skip/kernel`), 2));
    h = observe(`critic/${down}`, leakyRelu(h, SLOPE)); // [batch, height / 2^level, width / 2^level, critic[level]]
  });
  const flat = tf.reshape(h, [batch, h.size / batch]);
  const features = leakyRelu(dense(flat, weight('features/kernel'), weight('features/bias')), SLOPE);
  const logits = tf.reshape(dense(features, weight('logit/kernel'), weight('logit/bias')), [batch]);
  if (label === undefined) return logits;
  return tf.add(logits, tf.sum(tf.mul(matMul(label, weight('classes/kernel')), features), 1));
}

export function criticShapes({ channels, classes }: ImageModelConfig, sizes: GanSizes): WeightShapes {
  const { height, width, critic, blocks, features } = sizes;
  const shapes: Record<string, readonly number[]> = {};
  critic.forEach((count, level) => {
    const [down, before] = [`critic/down${level + 1}`, critic[level - 1] ?? channels];
    shapes[`${down}/kernel`] = [DOWN_KERNEL, DOWN_KERNEL, before, count];
    shapes[`${down}/bias`] = [count];
    if (!blocks || level === 0) return;
    shapes[`${down}.inner/kernel`] = [KERNEL, KERNEL, before, before];
    shapes[`${down}.inner/bias`] = [before];
    shapes[`${down}.skip/kernel`] = [SKIP_KERNEL, SKIP_KERNEL, before, count];
  });
  shapes['critic/features/kernel'] = [height * width * (critic.at(-1) as number), features];
  shapes['critic/features/bias'] = [features];
  shapes['critic/logit/kernel'] = [features, 1];
  shapes['critic/logit/bias'] = [1];
  if (classes > 0) shapes['critic/classes/kernel'] = [classes, features];
  return shapes;
}

function activated(x: Tensor, params: Params, layer: string): Tensor {
  return leakyRelu(addBias(x, params[`critic/${layer}/bias`] as Tensor), SLOPE);
}
