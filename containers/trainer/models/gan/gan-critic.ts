// The critic of a GAN, which distinguishes real from generated images. It has no normalisation: a gradient penalty needs independent items.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { addBias, conv, dense, leakyRelu, matMul } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import type { GanSizes } from './gan-sizes.ts';

const KERNEL = 3;
/** Number of items among which the spread of a minibatch is computed (Karras et al. 2017). */
const GROUP = 4;
const SKIP_KERNEL = 2;
const SLOPE = 0.2;

export type CriticOptions = {
  readonly sizes: GanSizes;
  readonly params: Params;
  readonly observe: TraceContext['observe'];
};

/**
 * Returns one logit per image [batch] for images [batch, height, width, channels] in [-1, 1]. A class adds the projection of the features
 * onto its direction (Miyato and Koyama 2018). Images of several sources are given one source after the other, equally many of each, and
 * are grouped within their source. Closed under differentiation.
 */
export function criticise(
  { sizes, params, observe }: CriticOptions,
  images: Tensor,
  label: Tensor | undefined,
  sources = 1,
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
  const own = tf.reshape(h, [batch, h.size / batch]);
  const flat = sizes.spread ? tf.concat([own, spreadOf(own, sources)], 1) : own;
  const features = leakyRelu(dense(flat, weight('features/kernel'), weight('features/bias')), SLOPE);
  const logits = tf.reshape(dense(features, weight('logit/kernel'), weight('logit/bias')), [batch]);
  if (label === undefined) return logits;
  return tf.add(logits, tf.sum(tf.mul(matMul(label, weight('classes/kernel')), features), 1));
}

export function ganCriticShapes({ channels, classes }: ImageModelConfig, sizes: GanSizes): WeightShapes {
  const { height, width, critic, blocks, features, spread } = sizes;
  const shapes: Record<string, readonly number[]> = {};
  critic.forEach((count, level) => {
    const [down, before] = [`critic/down${level + 1}`, critic[level - 1] ?? channels];
    shapes[`${down}/kernel`] = [KERNEL, KERNEL, before, count];
    shapes[`${down}/bias`] = [count];
    if (!blocks || level === 0) return;
    shapes[`${down}.inner/kernel`] = [KERNEL, KERNEL, before, before];
    shapes[`${down}.inner/bias`] = [before];
    shapes[`${down}.skip/kernel`] = [SKIP_KERNEL, SKIP_KERNEL, before, count];
  });
  shapes['critic/features/kernel'] = [height * width * (critic.at(-1) as number) + Number(spread), features];
  shapes['critic/features/bias'] = [features];
  shapes['critic/logit/kernel'] = [features, 1];
  shapes['critic/logit/bias'] = [1];
  if (classes > 0) shapes['critic/classes/kernel'] = [classes, features];
  return shapes;
}

/**
 * Returns the mean deviation within each group over all features: [batch, features] to [batch, 1]. It exposes a generator whose samples are
 * alike.
 */
function spreadOf(x: Tensor, sources: number): Tensor {
  const [batch, features] = x.shape as [number, number];
  const each = batch / sources;
  const size = each % GROUP === 0 ? GROUP : each;
  const groups = each / size;
  const grouped = tf.reshape(x, [sources, size, groups, features]);
  const variance = tf.mean(tf.square(tf.sub(grouped, tf.mean(grouped, 1, true))), 1);
  // The derivative of the square root is infinite at zero.
  const spread = tf.mean(tf.sqrt(tf.add(variance, 1e-8)), 2);
  const shared = tf.add(tf.zeros([sources, size, groups]), tf.reshape(spread, [sources, 1, groups]));
  return tf.reshape(shared, [batch, 1]);
}

function activated(x: Tensor, params: Params, layer: string): Tensor {
  return leakyRelu(addBias(x, params[`critic/${layer}/bias`] as Tensor), SLOPE);
}
