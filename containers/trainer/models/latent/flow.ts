// A flow over latent vectors (Dinh et al. 2017, "Density estimation using Real NVP"): couplings that map codes to a base space in
// which they are standard normal, and base vectors back to codes.
import type { Tensor } from '@tensorflow/tfjs-node';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { couple, couplingShapes, uncouple } from './affine-coupling.ts';

const COUPLINGS = 6;
const LEAST_DIMENSIONS = 2;
const LOG_TWO_PI = Math.log(2 * Math.PI);

export type Flow = {
  /** Weights of the part `prior`. */
  readonly shapes: WeightShapes;
  /** Maps codes z [batch, latentDim] to the base space. `label` is [batch, classes], one-hot or zeros. */
  toBase(params: Params, z: Tensor, label: Tensor | undefined): InBase;
  /** Maps base vectors [batch, latentDim] to codes. */
  fromBase(params: Params, base: Tensor, label: Tensor | undefined): Tensor;
};

export type InBase = {
  /** [batch, latentDim] */
  readonly base: Tensor;
  /** [batch, latentDim]: by how much each dimension was stretched, in nats; the sum is the log determinant. */
  readonly logScale: Tensor;
};

/** Throws NoConfigurationError for fewer than two latent dimensions: there is no other half to compute a shift from. */
export function flow({ latentDim, classes }: { readonly latentDim: number; readonly classes: number }): Flow {
  if (latentDim < LEAST_DIMENSIONS) {
    throw new GoldpanError(
      FAILURE.noConfiguration,
      `train.prior is flow and train.latentDim is ${latentDim}: a flow needs at least ${LEAST_DIMENSIONS} latent dimensions. Use train.prior=mixture`,
    );
  }
  const sizes = [Math.ceil(latentDim / 2), Math.floor(latentDim / 2)] as const;
  /** Couplings change the second half, the first half, the second half, ... */
  const steps = Array.from({ length: COUPLINGS }, (_, i) => {
    const [changed, read] = i % 2 === 0 ? ([1, 0] as const) : ([0, 1] as const);
    return { name: `prior/coupling${i + 1}`, changed, read };
  });
  const halvesOf = (x: Tensor): [Tensor, Tensor] => [
    tf.slice(x, [0, 0], [-1, sizes[0]]),
    tf.slice(x, [0, sizes[0]], [-1, sizes[1]]),
  ];

  return {
    shapes: Object.assign(
      {},
      ...steps.map(({ name, changed, read }) =>
        couplingShapes(name, { read: sizes[read], changed: sizes[changed], classes }),
      ),
    ),
    toBase(params, z, label) {
      const halves = halvesOf(z);
      const scales: [Tensor[], Tensor[]] = [[], []];
      for (const { name, changed, read } of steps) {
        const { value, logScale } = couple(params, name, halves[changed], halves[read], label);
        halves[changed] = value;
        scales[changed].push(logScale);
      }
      return { base: tf.concat(halves, 1), logScale: tf.concat(scales.map(tf.addN), 1) };
    },
    fromBase(params, base, label) {
      const halves = halvesOf(base);
      for (const { name, changed, read } of steps.toReversed()) {
        halves[changed] = uncouple(params, name, halves[changed], halves[read], label);
      }
      return tf.concat(halves, 1);
    },
  };
}

/** Returns the log density of codes in nats: [batch]. */
export function flowLogDensity({ base, logScale }: InBase): Tensor {
  // Over the second axis, not per item: an exported graph has an open batch, and a reshape may have one open size only.
  return tf.sum(tf.sub(logScale, tf.mul(0.5, tf.add(tf.square(base), LOG_TWO_PI))), 1);
}
