// A Gaussian over latent vectors by its Cholesky factor: densities, and the fit to weighted vectors.
import { solveLower } from '#core/base/linear-algebra/solve-lower.ts';

export type Covariance = 'diagonal' | 'full';

/** `factor`: deviations [d] of a diagonal Gaussian, rows of the lower Cholesky factor [d (d + 1) / 2] of a full one. */
export type Gaussian = {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
};

/** Rows [count, dim], each with a weight. */
export type Weighted = {
  readonly rows: Float32Array;
  readonly dim: number;
  readonly weights: Float64Array;
};

/**
 * The unit variance of the standard normal prior counts as so many rows, which keeps a Gaussian from collapsing to points or lines.
 */
const PRIOR_ROWS = 2;

/** Returns the Gaussian of maximum likelihood, shrunk towards unit variance by two pseudo-rows. */
export function fitGaussian({ rows, dim, weights }: Weighted, covariance: Covariance): Gaussian {
  const mean = new Float64Array(dim);
  let total = 0;
  weights.forEach((weight, row) => {
    total += weight;
    for (let d = 0; d < dim; d++) mean[d] = (mean[d] as number) + weight * (rows[row * dim + d] as number);
  });
  for (let d = 0; d < dim; d++) mean[d] = (mean[d] as number) / Math.max(total, 1e-12);
  const sums = new Float64Array(covariance === 'full' ? (dim * (dim + 1)) / 2 : dim);
  const off = new Float64Array(dim);
  weights.forEach((weight, row) => {
    // Most rows belong almost wholly to one component and add nothing to the others.
    if (weight < 1e-6) return;
    for (let d = 0; d < dim; d++) off[d] = (rows[row * dim + d] as number) - (mean[d] as number);
    if (covariance === 'diagonal') {
      for (let d = 0; d < dim; d++) sums[d] = (sums[d] as number) + weight * (off[d] as number) ** 2;
      return;
    }
    for (let i = 0, at = 0; i < dim; i++) {
      const scaled = weight * (off[i] as number);
      for (let j = 0; j <= i; j++, at++) sums[at] = (sums[at] as number) + scaled * (off[j] as number);
    }
  });
  const rowsInAll = total + PRIOR_ROWS;
  if (covariance === 'diagonal') {
    return { mean, factor: sums.map((sum) => Math.sqrt((sum + PRIOR_ROWS) / rowsInAll)) };
  }
  for (let i = 0, at = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++, at++) sums[at] = ((sums[at] as number) + (i === j ? PRIOR_ROWS : 0)) / rowsInAll;
  }
  return { mean, factor: cholesky(sums, dim) };
}

/** Returns log N(row) of each row, in nats. */
export function logDensities({ mean, factor }: Gaussian, rows: Float32Array, covariance: Covariance): Float64Array {
  const dim = mean.length;
  const full = covariance === 'full';
  let logDeterminant = 0;
  for (let i = 0; i < dim; i++) logDeterminant += Math.log(factor[full ? (i * (i + 3)) / 2 : i] as number);
  const constant = -0.5 * dim * Math.log(2 * Math.PI) - logDeterminant;
  const white = new Float64Array(dim);
  return Float64Array.from({ length: rows.length / dim }, (_, row) => {
    for (let i = 0; i < dim; i++) white[i] = (rows[row * dim + i] as number) - (mean[i] as number);
    if (full) solveLower(factor, white);
    else for (let i = 0; i < dim; i++) white[i] = (white[i] as number) / (factor[i] as number);
    return constant - 0.5 * white.reduce((sum, value) => sum + value * value, 0);
  });
}

/** Returns the Cholesky factor of a positive definite matrix, both as lower triangles by rows. */
export function cholesky(matrix: Float64Array, dim: number): Float64Array {
  const factor = new Float64Array(matrix.length);
  for (let i = 0; i < dim; i++) {
    const rowI = (i * (i + 1)) / 2;
    for (let j = 0; j <= i; j++) {
      const rowJ = (j * (j + 1)) / 2;
      let sum = matrix[rowI + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[rowI + k] as number) * (factor[rowJ + k] as number);
      factor[rowI + j] = i === j ? Math.sqrt(sum) : sum / (factor[rowJ + j] as number);
    }
  }
  return factor;
}
