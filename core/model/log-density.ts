// The log density of a latent vector under the components of one class, or of all.
import { solveLower } from '#core/base/linear-algebra/solve-lower.ts';
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

/** Computes -|L^-1 (z - mean)|^2 / 2 - log det L, where L L^T is the covariance. */
function logNormal({ mean, factor }: Component, covariance: LatentMixture['covariance'], z: Float32Array): number {
  const isFull = covariance === 'full';
  const diagonal = Float64Array.from(mean, (_, i) => factor[isFull ? (i * (i + 3)) / 2 : i] as number);
  const white = Float64Array.from(mean, (value, i) => (z[i] as number) - value);
  if (isFull) solveLower(factor, white);
  else
    white.forEach((value, i) => {
      white[i] = value / (diagonal[i] as number);
    });
  return -white.reduce((sum, value, i) => sum + (value ** 2 / 2 + Math.log(diagonal[i] as number)), 0);
}
