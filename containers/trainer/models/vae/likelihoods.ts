// The likelihoods of pixels in [0, 1] under the output of a decoder: a loss in nats per item, and the expected pixels.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { bernoulliLoss, exp, sigmoid, softplus, sumPerItem } from '../layers/ops.ts';

export type Likelihood = {
  /** Weights of the likelihood itself, a part of the decoder. */
  readonly shapes: WeightShapes;
  /**
   * Returns -log p(x | raw), summed over the values of an item: [batch]. `raw` and x are [batch, height, width, channels].
   */
  loss(params: Params, raw: Tensor, x: Tensor): Tensor;
  /** Returns the expected pixels, in [0, 1]. */
  mean(raw: Tensor): Tensor;
};

/** Starts at zero, as all biases do. */
const SCALE = 'decoder/scale/bias';
/** The log of the first scale: about the error of an untrained network. */
const FIRST_LOG_SCALE = -2;
/**
 * Factor on the learning rate of the scale. Adam moves a weight by the learning rate in a step, whatever its gradient, and this single
 * number has a longer way to go.
 */
const SCALE_RATE = 10;
/**
 * Pixels are bytes: a narrower distribution would only model their rounding, and would shrink without end for constant pixels.
 */
const LEAST_SIGMA = 1 / 256;
const LEAST_LOGISTIC_SCALE = 1 / 2560;
const HALF_BYTE = 1 / 510;

/**
 * Soft targets (Loaiza-Ganem and Cunningham 2019): pixels are used as probabilities. This is no normalised likelihood: even a perfect model
 * loses the entropy of the pixels, so only the gap to that bound is informative.
 */
const bernoulli: Likelihood = {
  shapes: {},
  loss: (_, raw, x) => bernoulliLoss(raw, x),
  mean: sigmoid,
};

/**
 * A Gaussian density with one learned deviation for all pixels (sigma-VAE, Rybkin et al. 2021). Its nats may be negative.
 */
const gaussian: Likelihood = {
  shapes: { [SCALE]: [1] },
  loss(params, raw, x) {
    const sigma = tf.add(scale(params), LEAST_SIGMA);
    const off = tf.div(tf.sub(x, sigmoid(raw)), sigma);
    const perValue = tf.add(tf.log(sigma), 0.5 * Math.log(2 * Math.PI));
    return sumPerItem(tf.add(tf.mul(0.5, tf.square(off)), perValue));
  },
  mean: sigmoid,
};

/**
 * The probability of each byte under a logistic distribution with one learned scale (Kingma et al. 2016, "Improved variational inference
 * with inverse autoregressive flow"), its tails given to the bytes 0 and 255 (PixelCNN++, Salimans et al. 2017). With a and b
 * the upper and lower edge of a byte: sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - exp(b - a)), which cannot cancel.
 */
const logistic: Likelihood = {
  shapes: { [SCALE]: [1] },
  loss(params, raw, x) {
    const width = tf.add(scale(params), LEAST_LOGISTIC_SCALE);
    const off = tf.sub(x, sigmoid(raw));
    const belowUpper = softplus(tf.neg(tf.div(tf.add(off, HALF_BYTE), width)));
    const aboveLower = softplus(tf.div(tf.sub(off, HALF_BYTE), width));
    const inside = tf.neg(tf.log(tf.sub(1, exp(tf.div(-2 * HALF_BYTE, width)))));
    const notFirst = tf.cast(tf.greater(x, HALF_BYTE), 'float32');
    const notLast = tf.cast(tf.less(x, 1 - HALF_BYTE), 'float32');
    const edges = tf.add(tf.mul(notLast, belowUpper), tf.mul(notFirst, aboveLower));
    return sumPerItem(tf.add(edges, tf.mul(tf.mul(notFirst, notLast), inside)));
  },
  mean: sigmoid,
};

export const LIKELIHOODS: Readonly<Record<ResolvedTrain['likelihood'], Likelihood>> = { bernoulli, gaussian, logistic };

/** [1], above 0. */
function scale(params: Params): Tensor {
  return exp(tf.add(tf.mul(params[SCALE] as Tensor, SCALE_RATE), FIRST_LOG_SCALE));
}
