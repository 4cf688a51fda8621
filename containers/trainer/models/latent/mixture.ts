// Mixtures of Gaussians by expectation maximisation (Dempster et al. 1977), their size chosen by held-out likelihood.
import { uniforms } from '#core/base/random.ts';
import { type Covariance, fitGaussian, type Gaussian, logDensities } from './gaussian.ts';

const MOST_ROUNDS = 25;
/** Gain in nats per item below which a round is the last. */
const LEAST_GAIN = 5e-3;
/** Minimum number of items per parameter of a Gaussian; with fewer it memorises them. */
const ITEMS_PER_NUMBER = 0.5;

export type Mixture = {
  readonly covariance: Covariance;
  readonly components: readonly { readonly weight: number; readonly gaussian: Gaussian }[];
};

export type MixtureOptions = {
  /** Latent vectors [items, dim]. */
  readonly train: Float32Array;
  readonly heldOut: Float32Array;
  readonly dim: number;
  readonly covariance: Covariance;
  /** Numbers of components to try, ascending. */
  readonly sizes: readonly number[];
  readonly seed: number;
  /** Name of the random stream of the start. */
  readonly stream: string;
};

/**
 * Returns the mixture with the highest likelihood of the held-out vectors. The sizes are tried in order until one is no better.
 */
export function fitMixture({ sizes, ...options }: MixtureOptions): Mixture {
  const { train, heldOut, dim, covariance } = options;
  const numbers = covariance === 'full' ? (dim * (dim + 3)) / 2 : 2 * dim;
  const affordable = sizes.filter((size, i) => i === 0 || size * numbers * ITEMS_PER_NUMBER <= train.length / dim);
  let best = expectationMaximisation(options, affordable[0] as number);
  let bestScore = meanLogDensity(best, heldOut);
  for (const size of affordable.slice(1)) {
    const mixture = expectationMaximisation(options, size);
    const score = meanLogDensity(mixture, heldOut);
    if (!(score > bestScore)) break;
    [best, bestScore] = [mixture, score];
  }
  return best;
}

/**
 * Returns the mean log density in nats per row, higher is better. Under the standard normal prior the ELBO charges its negative, so the
 * difference is the gap that this prior leaves.
 */
export function meanLogDensity(mixture: Mixture, rows: Float32Array): number {
  const logs = logDensitiesUnder(mixture, rows);
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** Returns the log density of each row in nats. */
export function logDensitiesUnder(mixture: Mixture, rows: Float32Array): Float64Array {
  return logOfMixture(mixture, rows).total;
}

/** Returns the standard normal prior as a mixture of one component. */
export function standardNormal(dim: number): Mixture {
  const gaussian: Gaussian = { mean: new Float64Array(dim), factor: new Float64Array(dim).fill(1) };
  return { covariance: 'diagonal', components: [{ weight: 1, gaussian }] };
}

function expectationMaximisation(options: Omit<MixtureOptions, 'sizes'>, size: number): Mixture {
  const { train, dim, covariance } = options;
  const count = train.length / dim;
  let claims = firstClaims(options, size);
  let mixture: Mixture = { covariance, components: [] };
  let before = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const components = claims.map((weights) => ({
      weight: weights.reduce((sum, weight) => sum + weight, 0) / count,
      gaussian: fitGaussian({ rows: train, dim, weights }, covariance),
    }));
    mixture = { covariance, components };
    if (size === 1) break;
    const { total, byComponent } = logOfMixture(mixture, train);
    const score = total.reduce((sum, log) => sum + log, 0) / count;
    if (score - before < LEAST_GAIN) break;
    before = score;
    claims = byComponent.map((logs) => logs.map((log, row) => Math.exp(log - (total[row] as number))));
  }
  return mixture;
}

/** Assigns each row to the nearest of centres that lie far apart (k-means++, Arthur and Vassilvitskii 2007). */
function firstClaims({ train, dim, seed, stream }: Omit<MixtureOptions, 'sizes'>, size: number): Float64Array[] {
  const count = train.length / dim;
  const draws = uniforms(seed, `mixture/${stream}/${size}`, size);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const owner = new Int32Array(count);
  for (let centre = 0; centre < size; centre++) {
    const chosen =
      centre === 0 ? Math.floor((draws[0] as number) * count) : proportional(nearest, draws[centre] as number);
    for (let row = 0; row < count; row++) {
      let distance = 0;
      for (let d = 0; d < dim; d++)
        distance += ((train[row * dim + d] as number) - (train[chosen * dim + d] as number)) ** 2;
      if (distance < (nearest[row] as number)) {
        nearest[row] = distance;
        owner[row] = centre;
      }
    }
  }
  return Array.from({ length: size }, (_, centre) => Float64Array.from(owner, (own) => (own === centre ? 1 : 0)));
}

function proportional(weights: Float64Array, share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function logOfMixture({ covariance, components }: Mixture, rows: Float32Array) {
  const byComponent = components.map(({ weight, gaussian }) => {
    const logWeight = Math.log(Math.max(weight, 1e-300));
    return logDensities(gaussian, rows, covariance).map((log) => log + logWeight);
  });
  const total = (byComponent[0] as Float64Array).map((_, row) => {
    const most = Math.max(...byComponent.map((logs) => logs[row] as number));
    return most + Math.log(byComponent.reduce((sum, logs) => sum + Math.exp((logs[row] as number) - most), 0));
  });
  return { total, byComponent };
}
