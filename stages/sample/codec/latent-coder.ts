// Codes as whole steps, coded by how likely the prior makes each.

import type { CodePrior } from '../repair/slopes.ts';
import type { Frequencies, RangeDecoder, RangeEncoder } from './range-coder.ts';

/** Deviations from the mean that a table covers; codes beyond are moved to its end. */
const COVERED = 8;
const PRECISION = 2 ** 16;

/** `step` in deviations of the prior. */
export function quantise(z: Float32Array, { mean, deviation }: CodePrior, step: number): Int32Array {
  const most = stepsOf(step);
  return Int32Array.from(z, (value, d) =>
    Math.max(-most, Math.min(most, Math.round((value - (mean[d] as number)) / (deviation[d] as number) / step))),
  );
}

export function dequantise(steps: Int32Array, { mean, deviation }: CodePrior, step: number): Float32Array {
  return Float32Array.from(steps, (steps, d) => (mean[d] as number) + steps * step * (deviation[d] as number));
}

export function latentCoder(step: number) {
  const most = stepsOf(step);
  const table = normalTable(step, most);
  return {
    write(coder: RangeEncoder, steps: Int32Array): void {
      for (const value of steps) coder.symbol(table, value + most);
    },
    read: (coder: RangeDecoder, latentDim: number): Int32Array =>
      Int32Array.from({ length: latentDim }, () => coder.symbol(table) - most),
  };
}

function stepsOf(step: number): number {
  return Math.ceil(COVERED / step);
}

/**
 * Returns the frequencies of the standard normal distribution in steps from -most to most; each symbol has at least 1.
 */
function normalTable(step: number, most: number): Frequencies {
  const sums = new Uint32Array(2 * most + 2);
  for (let i = 0; i <= 2 * most; i++) {
    const [low, high] = [i - most - 0.5, i - most + 0.5].map((edge) => normalShareBelow(edge * step));
    sums[i + 1] = (sums[i] as number) + 1 + Math.floor(((high as number) - (low as number)) * PRECISION);
  }
  return sums;
}

/** The normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normalShareBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
}
