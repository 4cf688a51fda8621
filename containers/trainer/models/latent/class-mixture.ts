// Mixtures of a few full Gaussians per class for few items. Covariances are shrunk towards those of the class, and these towards those of
// all classes (as in Friedman 1989, "Regularized discriminant analysis").

import { uniforms } from '#core/base/random.ts';
import type { Component, LatentMixture } from '#core/model/latent-mixture.ts';
import { cholesky, type Gaussian, logDensities } from './gaussian.ts';

export type ClassMixtureOptions = {
  /** Latent vectors [items, dim]. */
  readonly rows: Float32Array;
  /** The class of each item, -1 = none. */
  readonly labels: Int32Array;
  readonly dim: number;
  readonly seed: number;
  /** Maximum number of Gaussians per class. */
  readonly most: number;
  /** Factor on the deviations within a Gaussian: below 1, samples are more typical. */
  readonly width: number;
};

const ROUNDS = 20;
/** Minimum number of items of a Gaussian: fewer would be memorised. */
const LEAST_ITEMS = 20;
/** Share of a Gaussian's covariance that is replaced by the mean covariance of the class. */
const FROM_CLASS = 0.5;
const DIGITS = 6;
const TINY = 1e-6;

type Group = { readonly label: number | null; readonly rows: Float32Array; readonly items: number };

/** Fits Gaussians for each class that occurs; items without a class are one more group. */
export function fitClassMixture(options: ClassMixtureOptions): LatentMixture {
  const { dim, width, labels } = options;
  const groups = groupsOf(options);
  const fitted = groups.map((group) => fitGroup(group, options));
  const pooled = meanOf(
    fitted.map(({ within }, i) => ({ matrix: within, weight: (groups[i] as Group).items })),
    dim,
  );
  const components = fitted.flatMap(({ parts, within }, i): Component[] => {
    const { label, items } = groups[i] as Group;
    // Shrinkage counts as many pseudo-items of all classes as there are dimensions.
    const own = blended(within, pooled, dim / (items + dim));
    return parts.map(({ share, mean, matrix }) => {
      const factor = cholesky(ridged(blended(matrix, own, FROM_CLASS), dim), dim);
      return {
        weight: (share * items) / labels.length,
        label,
        mean: rounded(mean),
        factor: rounded(factor.map((value) => value * width)),
      };
    });
  });
  return { schemaVersion: 1, latentDim: dim, covariance: 'full', components };
}

type Part = { readonly share: number; readonly mean: Float64Array; readonly matrix: Float64Array };

/**
 * Runs expectation maximisation with one covariance for all Gaussians of the class, and gives each its own at the end.
 */
function fitGroup(
  { label, rows, items }: Group,
  { dim, seed, most }: ClassMixtureOptions,
): { parts: Part[]; within: Float64Array } {
  const size = Math.max(1, Math.min(most, Math.floor(items / LEAST_ITEMS)));
  let claims = firstClaims(rows, { dim, items, size, seed, stream: `${label}` });
  for (let round = 0; ; round++) {
    const parts = claims.map((claim) => momentsOf(rows, claim, { dim, items }));
    const within = meanOf(
      parts.map(({ matrix, share }) => ({ matrix, weight: share })),
      dim,
    );
    if (round === ROUNDS || size === 1) return { parts, within };
    const factor = cholesky(ridged(within, dim), dim);
    const logs = parts.map(({ mean, share }) => {
      const gaussian: Gaussian = { mean, factor };
      return logDensities(gaussian, rows, 'full').map((log) => log + Math.log(Math.max(share, TINY)));
    });
    claims = logs.map((own) =>
      own.map((log, row) => 1 / logs.reduce((sum, other) => sum + Math.exp((other[row] as number) - log), 0)),
    );
  }
}

function momentsOf(rows: Float32Array, claim: Float64Array, { dim, items }: { dim: number; items: number }): Part {
  const total = claim.reduce((sum, value) => sum + value, 0);
  const mean = new Float64Array(dim);
  for (let row = 0; row < items; row++)
    for (let d = 0; d < dim; d++)
      mean[d] =
        (mean[d] as number) + ((claim[row] as number) * (rows[row * dim + d] as number)) / Math.max(total, TINY);
  const matrix = new Float64Array((dim * (dim + 1)) / 2);
  const off = new Float64Array(dim);
  for (let row = 0; row < items; row++) {
    const weight = (claim[row] as number) / Math.max(total, TINY);
    if (weight < TINY / items) continue;
    for (let d = 0; d < dim; d++) off[d] = (rows[row * dim + d] as number) - (mean[d] as number);
    for (let i = 0, at = 0; i < dim; i++) {
      const scaled = weight * (off[i] as number);
      for (let j = 0; j <= i; j++, at++) matrix[at] = (matrix[at] as number) + scaled * (off[j] as number);
    }
  }
  return { share: total / items, mean, matrix };
}

type Start = {
  readonly dim: number;
  readonly items: number;
  readonly size: number;
  readonly seed: number;
  readonly stream: string;
};

/** Assigns each row to the nearest of centres that lie far apart (k-means++, Arthur and Vassilvitskii 2007). */
function firstClaims(rows: Float32Array, { dim, items, size, seed, stream }: Start): Float64Array[] {
  const draws = uniforms(seed, `class-mixture/${stream}`, size);
  const nearest = new Float64Array(items).fill(1);
  const owner = new Int32Array(items);
  for (let centre = 0; centre < size; centre++) {
    let left = (draws[centre] as number) * nearest.reduce((sum, value) => sum + value, 0);
    const found = nearest.findIndex((value) => {
      left -= value;
      return left < 0;
    });
    const chosen = found < 0 ? items - 1 : found;
    for (let row = 0; row < items; row++) {
      let distance = 0;
      for (let d = 0; d < dim; d++)
        distance += ((rows[row * dim + d] as number) - (rows[chosen * dim + d] as number)) ** 2;
      if (centre > 0 && distance >= (nearest[row] as number)) continue;
      nearest[row] = distance;
      owner[row] = centre;
    }
  }
  return Array.from({ length: size }, (_, centre) => Float64Array.from(owner, (own) => (own === centre ? 1 : 0)));
}

function groupsOf({ rows, labels, dim }: ClassMixtureOptions): Group[] {
  return [...new Set(labels)]
    .sort((a, b) => a - b)
    .map((label) => {
      const places = [...labels.keys()].filter((item) => labels[item] === label);
      const own = new Float32Array(places.length * dim);
      places.forEach((from, to) => {
        own.set(rows.subarray(from * dim, (from + 1) * dim), to * dim);
      });
      return { label: label < 0 ? null : label, rows: own, items: places.length };
    });
}

function meanOf(
  matrices: readonly { readonly matrix: Float64Array; readonly weight: number }[],
  dim: number,
): Float64Array {
  const total = matrices.reduce((sum, { weight }) => sum + weight, 0);
  const mean = new Float64Array((dim * (dim + 1)) / 2);
  for (const { matrix, weight } of matrices)
    for (let at = 0; at < mean.length; at++)
      mean[at] = (mean[at] as number) + ((matrix[at] as number) * weight) / Math.max(total, TINY);
  return mean;
}

/** Returns a weighted mean, with weight `share` for the second. */
function blended(first: Float64Array, second: Float64Array, share: number): Float64Array {
  return first.map((value, at) => (1 - share) * value + share * (second[at] as number));
}

/** Adds a little of the mean variance along every axis, so that the Cholesky factor exists. */
function ridged(matrix: Float64Array, dim: number): Float64Array {
  const out = matrix.slice();
  let trace = 0;
  for (let i = 0; i < dim; i++) trace += out[(i * (i + 3)) / 2] as number;
  for (let i = 0; i < dim; i++)
    out[(i * (i + 3)) / 2] = (out[(i * (i + 3)) / 2] as number) + 1e-3 * (trace / dim) + TINY;
  return out;
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(DIGITS)));
}
