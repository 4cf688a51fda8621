// Facts about measures, from counts and quantiles, wherever these were computed.
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import type { QualityFacts } from '#core/snapshot/quality/facts.ts';
import type { Range } from '#core/snapshot/statistics/bins.ts';
import { jensenShannon, kolmogorovSmirnov, largestDifference } from '#core/snapshot/statistics/drift.ts';
import { quantilesOf } from './quantiles-of.ts';

/** With fewer items, random differences are large. */
const LEAST_ITEMS = 50;
const DIGITS = 6;

/** counts: the items in each bin of the range. at: the value below which a share of the items lies. */
export type MeasuredDistribution = {
  readonly items: number;
  readonly range: Range;
  readonly counts: readonly number[];
  readonly at: (share: number) => number;
};

export function measureFact(
  name: string,
  { items, range, counts, at }: MeasuredDistribution,
): QualityFacts['measures'][number] {
  return {
    name,
    items,
    histogram: { from: rounded(range.from), to: rounded(range.to), counts: [...counts] },
    quantiles: quantilesOf((share) => rounded(at(share))),
  };
}

type Drift = QualityFacts['drift'][number];

/**
 * Compares the counts of one upload with those of all, by bins or, with `isLabel`, by classes. Nothing is compared where one side is small.
 */
export function driftOf(own: ArrayLike<number>, all: ArrayLike<number>, isLabel: boolean) {
  const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((total, count) => total + count, 0);
  const items = sum(own);
  if (items < LEAST_ITEMS || sum(all) - items < LEAST_ITEMS) return [];
  const rest = Array.from(all, (count, bin) => count - (own[bin] as number));
  const found = (statistic: Drift['statistic'], value: number) => ({ statistic, value: rounded(value), items });
  return isLabel
    ? [found('l-infinity', largestDifference(own, rest))]
    : [found('ks', kolmogorovSmirnov(own, rest)), found('jensen-shannon', jensenShannon(own, rest))];
}

/** Returns the largest drifts, the largest first. */
export function largestDrifts(drift: QualityFacts['drift']): QualityFacts['drift'] {
  const name = ({ source, measure, statistic }: Drift) => `${source}\0${measure}\0${statistic}`;
  return drift
    .toSorted((a, b) => b.value - a.value || (name(a) < name(b) ? -1 : 1))
    .slice(0, FACT_LIMITS.driftedMeasures);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
