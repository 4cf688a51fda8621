// The prior of a VAE: the divergence of its posterior from the prior, for the loss and for held-out bounds.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateMap } from '../../engine/types.ts';
import { sumPerItem } from '../layers/ops.ts';
import { type Flow, flow, flowLogDensity, type InBase } from './flow.ts';
import { klToStandardNormal } from './posterior.ts';

/** One draw of the posterior, z = zMean + exp(zLogVar / 2) noise, all [batch, latentDim]. */
export type PosteriorDraw = {
  readonly zMean: Tensor;
  readonly zLogVar: Tensor;
  readonly noise: Tensor;
  readonly z: Tensor;
  /** [batch, classes], one-hot; zeros where an item has no class. */
  readonly label: Tensor | undefined;
};

export type LatentPrior = {
  /** First weights of the part `prior`; empty for the normal prior. */
  initialState(seed: number): StateMap;
  /** Returns KL(q(z|x) || p(z)) by dimension of the base space, [batch, latentDim], which the loss adds. */
  divergence(params: Params, draw: PosteriorDraw): Tensor;
  /**
   * Returns the same per item, [batch]; with `logShares`, under the mixture of all classes, as a bound on log p(x) requires.
   */
  heldOutDivergence(params: Params, draw: PosteriorDraw, logShares: Tensor | undefined): Tensor;
  /** Returns log p(z) - log q(z|x) at the draw, [batch], from which importance weights are computed. */
  logRatio(params: Params, draw: PosteriorDraw, logShares: Tensor | undefined): Tensor;
  /** Maps codes to vectors that are standard normal under the prior. */
  toBase(params: Params, z: Tensor, label: Tensor | undefined): InBase;
  fromBase(params: Params, base: Tensor, label: Tensor | undefined): Tensor;
};

/** The standard normal prior, its divergence in closed form (Kingma and Welling 2013). */
export const normalPrior: LatentPrior = {
  initialState: () => new Map(),
  divergence: (_, draw) => klToStandardNormal(draw),
  heldOutDivergence: (_, draw) => sumPerItem(klToStandardNormal(draw)),
  logRatio: (_, { noise, z, zLogVar }) =>
    tf.mul(0.5, sumPerItem(tf.add(tf.sub(tf.square(noise), tf.square(z)), zLogVar))),
  toBase: (_, z) => ({ base: z, logScale: tf.zerosLike(z) }),
  fromBase: (_, base) => base,
};

/**
 * Returns a flow prior, which learns the distribution of the codes (Chen et al. 2017, "Variational lossy autoencoder"). The divergence is
 * estimated from one draw. With `classes` the flow reads the class of each item. With `logShares` [classes + 1], held-out items are scored
 * under the mixture of all classes, which bounds log p(x); without, under their own class, which bounds log p(x | class).
 */
export function flowPrior(sizes: { readonly latentDim: number; readonly classes: number }): LatentPrior {
  const own = flow(sizes);
  const ratio: LatentPrior['logRatio'] = (params, draw, logShares) => {
    const logPrior =
      logShares === undefined
        ? flowLogDensity(own.toBase(params, draw.z, draw.label))
        : mixedDensity({ own, params, z: draw.z, logShares, classes: sizes.classes });
    return tf.sub(logPrior, logPosterior(draw));
  };
  return {
    ...own,
    divergence(params, { z, zLogVar, noise, label }) {
      const { base, logScale } = own.toBase(params, z, label);
      const squares = tf.sub(tf.sub(tf.square(base), tf.square(noise)), zLogVar);
      return tf.sub(tf.mul(0.5, squares), logScale);
    },
    heldOutDivergence: (params, draw, logShares) => tf.neg(ratio(params, draw, logShares)),
    logRatio: ratio,
  };
}

/** Returns log q(z|x) at the draw, in nats: [batch]. */
export function logPosterior({ noise, zLogVar }: PosteriorDraw): Tensor {
  const logTwoPi = Math.log(2 * Math.PI);
  return tf.mul(-0.5, sumPerItem(tf.add(tf.add(tf.square(noise), zLogVar), logTwoPi)));
}

type Mixed = {
  readonly own: Flow;
  readonly params: Params;
  readonly z: Tensor;
  /** [classes + 1]: the log share of each class, and of items without one. */
  readonly logShares: Tensor;
  readonly classes: number;
};

/**
 * Returns the log of the sum over classes of share times density, [batch], from one pass of all classes through the flow.
 */
function mixedDensity({ own, params, z, logShares, classes }: Mixed): Tensor {
  const batch = z.shape[0] as number;
  const groups = classes + 1;
  const labels = new Float32Array(groups * batch * classes);
  for (let row = 0; row < classes * batch; row++) labels[row * classes + Math.floor(row / batch)] = 1;
  const label = tf.tensor2d(labels, [groups * batch, classes]);
  const density = flowLogDensity(own.toBase(params, tf.tile(z, [groups, 1]), label));
  return tf.logSumExp(tf.add(tf.reshape(density, [groups, batch]), tf.reshape(logShares, [groups, 1])), 0);
}
