// A flow over latent vectors (Dinh et al. 2017, "Density estimation using Real NVP"): couplings that map codes to a base space in
// which they are standard normal, and base vectors back to codes.
import type { Tensor } from '@tensorflow/tfjs-node';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateEntry, StateMap } from '../../engine/types.ts';
import { initialWeights } from '../layers/initial.ts';
import { type CouplingWeights, couple, couplingShapes, couplingStartsAtZero, uncouple } from './affine-coupling.ts';

const COUPLINGS = 6;
/** Couplings by the half that they change: the first coupling changes the second half, the next one the first, and so on. */
const GROUPS = ['second', 'first'] as const;
const PART = 'prior';
const LEAST_DIMENSIONS = 2;
const LOG_TWO_PI = Math.log(2 * Math.PI);

export type Flow = {
  /** First weights of the part `prior`. Those of all couplings that change the same half are one tensor: a step then has fewer to update. */
  initialState(seed: number): StateMap;
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
  const steps = Array.from({ length: COUPLINGS }, (_, i) => {
    const group = i % GROUPS.length;
    const [changed, read] = group === 0 ? ([1, 0] as const) : ([0, 1] as const);
    return { seedName: `${PART}/coupling${i + 1}`, group, changed, read };
  });
  const shapesOf = ({ changed, read }: (typeof steps)[number]) =>
    couplingShapes({ read: sizes[read], changed: sizes[changed], classes });
  /** The weights of each coupling. */
  const unstacked = (params: Params): CouplingWeights[] => {
    const groups = GROUPS.map((name, group) => {
      const parts = Object.keys(shapesOf(steps[group] as (typeof steps)[number]));
      return parts.map((part) => [part, tf.unstack(params[`${PART}/${name}/${part}`] as Tensor)] as const);
    });
    return steps.map(({ group }, i) => {
      const place = Math.floor(i / GROUPS.length);
      return Object.fromEntries(
        (groups[group] as (typeof groups)[number]).map(([part, tensors]) => [part, tensors[place] as Tensor]),
      );
    });
  };
  const halvesOf = (x: Tensor): [Tensor, Tensor] => [
    tf.slice(x, [0, 0], [-1, sizes[0]]),
    tf.slice(x, [0, sizes[0]], [-1, sizes[1]]),
  ];

  return {
    initialState(seed) {
      const own = steps.map((step) => {
        const named = Object.entries(shapesOf(step)).map(([part, shape]) => [`${step.seedName}/${part}`, shape]);
        return initialWeights(Object.fromEntries(named), seed, couplingStartsAtZero);
      });
      return new Map(
        GROUPS.flatMap((name, group) => {
          const members = steps.flatMap((step, i) =>
            step.group === group ? [{ step, weights: own[i] as StateMap }] : [],
          );
          const parts = Object.keys(shapesOf(steps[group] as (typeof steps)[number]));
          return parts.map((part) => {
            const entries = members.map(({ step, weights }) => weights.get(`${step.seedName}/${part}`) as StateEntry);
            return [`${PART}/${name}/${part}`, stack(entries)] as const;
          });
        }),
      );
    },
    toBase(params, z, label) {
      const halves = halvesOf(z);
      const scales: [Tensor[], Tensor[]] = [[], []];
      const weights = unstacked(params);
      for (const [i, { changed, read }] of steps.entries()) {
        const { value, logScale } = couple(weights[i] as CouplingWeights, halves[changed], halves[read], label);
        halves[changed] = value;
        scales[changed].push(logScale);
      }
      return { base: tf.concat(halves, 1), logScale: tf.concat(scales.map(tf.addN), 1) };
    },
    fromBase(params, base, label) {
      const halves = halvesOf(base);
      const weights = unstacked(params);
      for (const [i, { changed, read }] of [...steps.entries()].reverse()) {
        halves[changed] = uncouple(weights[i] as CouplingWeights, halves[changed], halves[read], label);
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

/** [entries, ...shape] */
function stack(entries: readonly StateEntry[]): StateEntry {
  const shape = entries[0]?.shape ?? [];
  return { shape: [entries.length, ...shape], values: Float32Array.from(entries.flatMap(({ values }) => [...values])) };
}
