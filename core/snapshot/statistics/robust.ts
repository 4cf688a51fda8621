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
export const SPREAD_OF_NOTHING: Spread = { median: 0, deviation: 0 };

/**
 * A question about a set of finite values. quantile: that of the values. distance: the quantile of their distances from a value; `apart`: of
 * the distances that are not 0. apart: how many values differ from a value. mean: the sum of the distances, in rising order, divided by their number.
 */
export type SpreadQuestion =
  | { readonly ask: 'quantile'; readonly share: number }
  | { readonly ask: 'distance'; readonly from: number; readonly share: number; readonly apart: boolean }
  | { readonly ask: 'apart'; readonly from: number }
  | { readonly ask: 'mean'; readonly from: number };

/** Computed from the finite values. deviation 0: all values are equal, or there is no value. */
export function robustSpread(values: ArrayLike<number>): Spread {
  const sorted = sortedNumbers(values);
  let distances: Float64Array | undefined;
  const distancesFrom = (from: number) => {
    distances ??= sorted.map((value) => Math.abs(value - from)).sort();
    return distances;
  };
  const answerTo = (question: SpreadQuestion): number => {
    if (question.ask === 'quantile') return quantile(sorted, question.share);
    const all = distancesFrom(question.from);
    if (question.ask === 'mean') return all.reduce((sum, distance) => sum + distance, 0) / all.length;
    if (question.ask === 'distance' && !question.apart) return quantile(all, question.share);
    const others = all.filter((distance) => distance > 0);
    return question.ask === 'distance' ? quantile(others, question.share) : others.length;
  };
  const steps = spreadQuestions(sorted.length);
  let step = steps.next();
  while (!step.done) step = steps.next(answerTo(step.value));
  return step.value;
}

/** Asks for what the spread of `count` values is computed from, one question after the other, wherever the values are. */
export function* spreadQuestions(count: number): Generator<SpreadQuestion, Spread, number> {
  if (count === 0) return SPREAD_OF_NOTHING;
  const median = yield { ask: 'quantile', share: 0.5 };
  const usual = { ask: 'distance', from: median, share: USUAL_SHARE, apart: false } as const;
  const middle = (yield { ...usual, share: 0.5 }) * MEDIAN_DEVIATIONS;
  if (middle > 0) return { median, deviation: Math.max(middle, (yield usual) / USUAL_DEVIATIONS) };
  const others = yield { ask: 'apart', from: median };
  if (others >= LEAST_GROUP * count && others > 0)
    return { median, deviation: (yield { ...usual, apart: true }) / USUAL_DEVIATIONS };
  // There are too few values for the robust estimate, so the mean distance is used.
  return { median, deviation: (yield { ask: 'mean', from: median }) * MEAN_DEVIATIONS };
}

/** Returns the robust standard deviation of a value from the median; 0 if it is no number, or if there is no spread. */
export function standardizedBy({ median, deviation }: Spread, value: number): number {
  return deviation > 0 && Number.isFinite(value) ? (value - median) / deviation : 0;
}

/** Returns the finite values in ascending order. */
export function sortedNumbers(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

/** Returns the quantile of sorted values, with linear interpolation. `share`: 0 to 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const { below, above, weight } = quantilePlace(sorted.length, share);
  return between(sorted[below] as number, sorted[above] as number, weight);
}

/** Returns the positions of the two sorted values between which a quantile lies, and how far from the first. */
export function quantilePlace(count: number, share: number): { below: number; above: number; weight: number } {
  const position = (count - 1) * share;
  const below = Math.floor(position);
  return { below, above: Math.min(below + 1, count - 1), weight: position - below };
}

export function between(lower: number, upper: number, weight: number): number {
  return lower + (upper - lower) * weight;
}
