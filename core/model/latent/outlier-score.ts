// How unlike the items that a model has seen an item is: by the density of its code under the prior that the model draws from.
import type { LatentMixture } from '../latent-mixture.ts';
import { logDensity } from '../log-density.ts';

const QUANTILES = 100;

/** Returns the log density of a code under the mixture, or under the standard normal distribution, without a constant. */
export function codeDensity(z: Float32Array, mixture: LatentMixture | null | undefined): number {
  return mixture ? logDensity(mixture, z) : -z.reduce((sum, value) => sum + value ** 2, 0) / 2;
}

/** The log densities of codes [items, dim], in their order. */
export function codeDensities(codes: Float32Array, dim: number, mixture: LatentMixture | null): Float64Array {
  return Float64Array.from({ length: codes.length / dim }, (_, item) =>
    codeDensity(codes.subarray(item * dim, (item + 1) * dim), mixture),
  );
}

/** Returns the 0th to the 100th percentile of the log densities of held-out codes. Throws RangeError for none. */
export function densityQuantiles(densities: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(densities).sort();
  if (sorted.length === 0) throw new RangeError('there are no densities');
  return Array.from({ length: QUANTILES + 1 }, (_, i) => {
    const at = (i / QUANTILES) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
    return Number((low + (at - Math.floor(at)) * (high - low)).toPrecision(6));
  });
}

/** Returns the share of held-out items whose code is likelier, 0 to 1: 0.5 is usual, close to 1 an outlier. */
export function outlierScore(quantiles: readonly number[], density: number): number {
  const above = quantiles.findIndex((quantile) => quantile >= density);
  if (above < 0) return 0;
  if (above === 0) return 1;
  const [low, high] = [quantiles[above - 1] as number, quantiles[above] as number];
  const within = high > low ? (density - low) / (high - low) : 1;
  return 1 - (above - 1 + within) / (quantiles.length - 1);
}
