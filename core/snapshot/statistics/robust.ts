// Middle and spread that a few wild values do not move.

/**
 * Ratio of the standard deviation to the median absolute deviation, and to the mean absolute deviation, of a normal distribution.
 */
const MEDIAN_DEVIATIONS = 1.4826;
const MEAN_DEVIATIONS = 1.2533;
/**
 * The spread is widened until it covers this share of the values, so that a second group or a long tail is not reported as outliers.
 */
const USUAL_SHARE = 0.95;
/** Number of standard deviations that cover that share of a normal distribution. */
const USUAL_DEVIATIONS = 1.96;
/** If more than half of the values are equal: from this share on, the others form a group with a spread of its own. */
const LEAST_GROUP = 0.02;

export type Spread = { readonly median: number; readonly deviation: number };

/** Computed from the finite values. deviation 0: all values are equal, or there is no value. */
export function robustSpread(values: ArrayLike<number>): Spread {
  const sorted = sortedNumbers(values);
  if (sorted.length === 0) return { median: 0, deviation: 0 };
  const median = quantile(sorted, 0.5);
  const distances = sorted.map((value) => Math.abs(value - median)).sort();
  const usual = (some: ArrayLike<number>) => quantile(some, USUAL_SHARE) / USUAL_DEVIATIONS;
  const middle = quantile(distances, 0.5) * MEDIAN_DEVIATIONS;
  if (middle > 0) return { median, deviation: Math.max(middle, usual(distances)) };
  const others = distances.filter((distance) => distance > 0);
  if (others.length >= LEAST_GROUP * sorted.length && others.length > 0) return { median, deviation: usual(others) };
  // There are too few values for the robust estimate, so the mean distance is used.
  return {
    median,
    deviation: (distances.reduce((sum, distance) => sum + distance, 0) / sorted.length) * MEAN_DEVIATIONS,
  };
}

/** Returns the finite values in ascending order. */
export function sortedNumbers(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

/** Returns the quantile of sorted values, with linear interpolation. `share`: 0 to 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const lower = sorted[below] as number;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return lower + (upper - lower) * (position - below);
}
