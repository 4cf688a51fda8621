// The negative ELBO of one encoder and decoder under each candidate prior, item by item and at the same draws.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import type { Encoded } from './latents.ts';
import { logDensitiesUnder, type Mixture, standardNormal } from './mixture.ts';

/** Values that the model computes for some items, at one draw of each posterior. */
export type Codes = Encoded & {
  /** The draws [items, dim], as codes and as base vectors. */
  readonly code: Float32Array;
  readonly base: Float32Array;
  /** [items, dim] */
  readonly klByUnit: Float32Array;
  /** Per item, in nats: -log p(x|z), log q(z|x), and log p(x, z) - log q(z|x) under the prior of training. */
  readonly reconstructionLoss: Float32Array;
  readonly logPosterior: Float32Array;
  readonly logWeight: Float32Array;
  /** Per item: the log density of the posterior mean under a flow. */
  readonly meanDensity?: Float32Array;
};

export type PriorBounds = ReadonlyMap<Prior, Float64Array>;

type BoundsOptions = {
  readonly codes: Codes;
  readonly dim: number;
  readonly mixture: LatentMixture | null;
  readonly isFlow: boolean;
};

/** Returns nats per item, lower is better, the simplest prior first. */
export function priorBounds({ codes, dim, mixture, isFlow }: BoundsOptions): PriorBounds {
  const under = (prior: Mixture): Float64Array =>
    logDensitiesUnder(prior, codes.code).map((logPrior, item) => {
      return (codes.reconstructionLoss[item] as number) + (codes.logPosterior[item] as number) - logPrior;
    });
  return new Map<Prior, Float64Array>([
    ['normal', under(standardNormal(dim))],
    ...(mixture ? ([['mixture', under(asMixture(mixture))]] as const) : []),
    ...(isFlow ? ([['flow', Float64Array.from(codes.logWeight, (log) => -log)]] as const) : []),
  ]);
}

/** Returns the mean over the rows of values [rows, dim]: one number per dimension. */
export function columnMeans(values: Float32Array, dim: number): number[] {
  const sums = new Float64Array(dim);
  values.forEach((value, at) => {
    sums[at % dim] = (sums[at % dim] as number) + value;
  });
  return Array.from(sums, (sum) => sum / (values.length / dim));
}

export function asMixture({ covariance, components }: LatentMixture): Mixture {
  return {
    covariance,
    components: components.map(({ weight, mean, factor }) => ({
      weight,
      gaussian: { mean: Float64Array.from(mean), factor: Float64Array.from(factor) },
    })),
  };
}
