// The Frechet distance of two sets of features (Heusel et al. 2017, "GANs trained by a two time-scale update rule").
import { Matrix as Dense, EigenvalueDecomposition } from 'ml-matrix';
import type { Matrix } from './matrix.ts';

type Normal = {
  readonly mean: Float64Array;
  readonly covariance: Dense;
};

/**
 * Returns the distance of the two normal distributions with the means and covariances of the sets. Biased upwards, more so for fewer rows:
 * compare only at equal n. Needs two rows on each side.
 */
export function fid(a: Matrix, b: Matrix): number {
  const [p, q] = [normalOf(a), normalOf(b)];
  const gap = p.mean.reduce((sum, value, c) => sum + (value - (q.mean[c] as number)) ** 2, 0);
  const root = squareRoot(p.covariance);
  // The trace of sqrt(P Q) is that of sqrt(R Q R) with R = sqrt(P), which is symmetric.
  const { realEigenvalues } = new EigenvalueDecomposition(symmetric(root.mmul(q.covariance).mmul(root)), {
    assumeSymmetric: true,
  });
  const overlap = realEigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
  return gap + p.covariance.trace() + q.covariance.trace() - 2 * overlap;
}

function normalOf({ rows, columns, values }: Matrix): Normal {
  if (rows < 2) throw new RangeError('FID needs at least two images on each side');
  const mean = new Float64Array(columns);
  for (let i = 0; i < values.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (values[i] as number) / rows;
  const sums = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) centred[c] = (values[row * columns + c] as number) - (mean[c] as number);
    for (let i = 0; i < columns; i++) {
      const at = i * columns;
      const factor = centred[i] as number;
      for (let j = 0; j <= i; j++) sums[at + j] = (sums[at + j] as number) + factor * (centred[j] as number);
    }
  }
  const covariance = new Dense(columns, columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (sums[i * columns + j] as number) / (rows - 1);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  return { mean, covariance };
}

function squareRoot(matrix: Dense): Dense {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(value, 0)));
  return eigenvectorMatrix.clone().mulRowVector(roots).mmul(eigenvectorMatrix.transpose());
}

/** Removes the asymmetry of rounding. */
function symmetric(matrix: Dense): Dense {
  return Dense.add(matrix, matrix.transpose()).mul(0.5);
}
