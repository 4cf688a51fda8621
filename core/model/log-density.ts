// The log density of a latent vector under the components of one class, or of all.
import type { Component, LatentMixture } from './latent-mixture.ts';

/**
 * Returns log sum weight * N(z; mean, covariance) over the components of the class, or of all without a class, without the constant
 * that depends on the number of dimensions alone; negative infinity where the class has none.
 */
export function logDensity({ covariance, components }: LatentMixture, z: Float32Array, label?: number): number {
  const own = label === undefined ? components : components.filter((component) => component.label === label);
  const logs = own.map((component) => Math.log(component.weight) + logNormal(component, covariance, z));
  const most = Math.max(...logs);
  if (!Number.isFinite(most)) return Number.NEGATIVE_INFINITY;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** Computes -|L^-1 (z - mean)|^2 / 2 - log det L by forward substitution, where L L^T is the covariance. */
function logNormal({ mean, factor }: Component, covariance: LatentMixture['covariance'], z: Float32Array): number {
  const solved = new Float64Array(mean.length);
  let sum = 0;
  for (let row = 0; row < mean.length; row++) {
    const first = covariance === 'full' ? (row * (row + 1)) / 2 : row;
    let rest = (z[row] as number) - (mean[row] as number);
    const columns = covariance === 'full' ? row : 0;
    for (let column = 0; column < columns; column++)
      rest -= (factor[first + column] as number) * (solved[column] as number);
    const scale = factor[first + columns] as number;
    solved[row] = rest / scale;
    sum += (solved[row] as number) ** 2 / 2 + Math.log(scale);
  }
  return -sum;
}
