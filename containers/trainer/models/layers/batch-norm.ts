// Batch normalisation (Ioffe and Szegedy 2015): by the statistics of the batch in training, by stored ones in exports.
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOps } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';

export const EPSILON = 1e-3;
const OUTPUTS = 6;
const GRADIENT_OUTPUTS = 5;
const FLOAT = [attribute.type('T', 'float32'), attribute.type('U', 'float32')];
const LAYOUT = [attribute.float('epsilon', EPSILON), attribute.string('data_format', 'NHWC')];

export type Normed = {
  readonly y: Tensor;
  /** The statistics of the batch by channel, outside every gradient. */
  readonly mean: Tensor;
  readonly variance: Tensor;
};

/**
 * Normalises x [batch, height, width, channels] to mean 0 and variance 1 in each channel, then multiplies by gain and adds bias [channels].
 * Differentiable once: a second derivative throws instead of being wrong.
 */
export function batchNorm(x: Tensor, gain: Tensor, bias: Tensor): Normed {
  const statistics: Tensor[] = [];
  const y = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [x, gain, bias] = given as unknown as [Tensor, Tensor, Tensor];
    const none = tf.fill([0], 0);
    const attributes = [
      ...FLOAT,
      ...LAYOUT,
      attribute.float('exponential_avg_factor', 1),
      attribute.bool('is_training', true),
    ];
    const [value, mean, variance, ...reserved] = executeOps(
      'FusedBatchNormV3',
      attributes,
      [x, gain, bias, none, none],
      OUTPUTS,
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    statistics.push(tf.keep(mean), tf.keep(variance));
    save([x, gain, ...reserved]);
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved) };
  })(x, gain, bias);
  const [mean, variance] = statistics.map(handedOver) as [Tensor, Tensor];
  return { y, mean, variance };
}

/** Normalises by given statistics: one multiplication and one addition. */
export function storedNorm(
  x: Tensor,
  { gain, bias, mean, variance }: Readonly<Record<'gain' | 'bias' | 'mean' | 'variance', Tensor>>,
): Tensor {
  const scale = tf.div(gain, tf.sqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(x, scale), tf.sub(bias, tf.mul(mean, scale)));
}

function gradients(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, gain, ...reserved] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const attributes = [...FLOAT, ...LAYOUT, attribute.bool('is_training', true)];
  const kept: Tensor[] = [];
  // Inside a customGrad, so that a second derivative meets an error instead of a constant.
  const once = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save([]);
    const inputs = [given[0] as Tensor, x, gain, ...reserved];
    const [dx, ...rest] = executeOps('FusedBatchNormGradV3', attributes, inputs, GRADIENT_OUTPUTS);
    kept.push(...rest.slice(0, 2).map((tensor) => tf.keep(tensor)));
    return { value: dx as Tensor, gradFunc: twice };
  })(dy);
  return [once, ...kept.map(handedOver)];
}

/** Moves tensors that were kept past the end of a scope to the scope around it. */
function handedOver(kept: Tensor): Tensor {
  const owned = kept.clone();
  kept.dispose();
  return owned;
}

function twice(): never {
  throw new Error('batch normalisation has no second derivative: a critic with a gradient penalty takes no norm');
}
