// The losses of generator and critic by objective, as means over the batch.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { softplus, sumPerItem } from '../layers/ops.ts';

export type GanObjective = {
  /** Returns the loss of the critic from its logits [batch] of real and of generated images. */
  critic(real: Tensor, drawn: Tensor): Tensor;
  generator(drawn: Tensor): Tensor;
  /** Returns the term that bounds the slope of the critic. */
  penalty(penalised: Penalised): Tensor;
  /** The penalty is computed once in so many steps, and multiplied by that number. */
  readonly penaltyEvery: number;
  /** Critic steps per generator step. */
  readonly criticTurns: number;
};

export type Penalised = {
  readonly critic: (images: Tensor) => Tensor;
  readonly real: Tensor;
  readonly drawn: Tensor;
  /** Draws uniform numbers in [0, 1), [batch, 1, 1, 1]. */
  readonly share: () => Tensor;
  readonly gamma: number;
};

const WASSERSTEIN_WEIGHT = 10;

/** Non-saturating logistic loss (Goodfellow et al. 2014) with the lazy R1 penalty of Karras et al. 2020. */
export const LOGISTIC: GanObjective = {
  critic: (real, drawn) => tf.add(tf.mean(softplus(tf.neg(real))), tf.mean(softplus(drawn))),
  generator: (drawn) => tf.mean(softplus(tf.neg(drawn))),
  // gamma / 2 times the mean squared gradient norm at real images (Mescheder et al. 2018).
  penalty: ({ critic, real, gamma }) => tf.mul(gamma / 2, tf.mean(squaredSlope(critic, real))),
  penaltyEvery: 16,
  criticTurns: 1,
};

/** WGAN-GP (Gulrajani et al. 2017): gradient norm 1 between real and generated images. */
export const WASSERSTEIN: GanObjective = {
  critic: (real, drawn) => tf.sub(tf.mean(drawn), tf.mean(real)),
  generator: (drawn) => tf.neg(tf.mean(drawn)),
  penalty({ critic, real, drawn, share }) {
    const part = share();
    const between = tf.add(tf.mul(real, part), tf.mul(drawn, tf.sub(1, part)));
    // The derivative of the square root is infinite at zero.
    const slope = tf.sqrt(tf.add(squaredSlope(critic, between), 1e-12));
    return tf.mul(WASSERSTEIN_WEIGHT, tf.mean(tf.square(tf.sub(slope, 1))));
  },
  penaltyEvery: 1,
  criticTurns: 5,
};

/** Returns |d critic / d images|^2 by item, [batch]. */
function squaredSlope(critic: Penalised['critic'], images: Tensor): Tensor {
  const slope = tf.grad((x: Tensor) => tf.sum(critic(x)) as Tensor)(images);
  return sumPerItem(tf.square(slope));
}
