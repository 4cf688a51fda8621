// Histograms of the measures over the dataset, and the drift of each upload from all the others.
import { FACT_LIMITS, type QualityFacts } from '#core/snapshot/quality/facts.ts';
import { binOf, histogramOf, shareEdges } from '#core/snapshot/statistics/bins.ts';
import { jensenShannon, kolmogorovSmirnov, largestDifference } from '#core/snapshot/statistics/drift.ts';
import { quantile, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import type { Tabulated } from '../items/tabulate.ts';
import { quantilesOf } from './quantiles-of.ts';

const CHART_BINS = 24;
const DRIFT_BINS = 32;
/** With fewer items, random differences are large. */
const LEAST_ITEMS = 50;
const DIGITS = 6;

type Found = Pick<Tabulated, 'comparison' | 'collected' | 'copies'>;

/** Returns histogram and quantiles of each measure over the distinct items. */
export function measureFacts({ comparison, collected, copies }: Found): QualityFacts['measures'] {
  return comparison.measures.flatMap((name, i) => {
    const values = (collected.measures[i] as Float32Array).filter((_, item) => !copies.has(item));
    const sorted = sortedNumbers(values);
    if (sorted.length === 0) return [];
    const at = (share: number) => rounded(quantile(sorted, share));
    const { from, to, counts } = histogramOf(sorted, CHART_BINS);
    return [
      {
        name,
        items: sorted.length,
        histogram: { from: rounded(from), to: rounded(to), counts },
        quantiles: quantilesOf(at),
      },
    ];
  });
}

/**
 * Returns the drift of each upload against all the other uploads, the largest first. It does not depend on the order of
 * uploads, so the same parts give the same facts. `uploadOf`: the upload of each item, -1 if there is none.
 */
export function driftFacts(found: Found, sources: readonly string[], uploadOf: Int32Array): QualityFacts['drift'] {
  const { comparison, collected } = found;
  const drift: QualityFacts['drift'] = [];
  const compare = (measure: string, binAt: (item: number) => number, bins: number, isLabel: boolean) => {
    const all = new Float64Array(bins);
    const own = sources.map(() => new Float64Array(0));
    const sizes = new Int32Array(sources.length);
    for (const [item, upload] of uploadOf.entries()) {
      const bin = upload < 0 ? -1 : binAt(item);
      if (bin < 0) continue;
      if (own[upload]?.length === 0) own[upload] = new Float64Array(bins);
      const counts = own[upload] as Float64Array;
      counts[bin] = (counts[bin] as number) + 1;
      all[bin] = (all[bin] as number) + 1;
      sizes[upload] = (sizes[upload] as number) + 1;
    }
    const total = sizes.reduce((sum, size) => sum + size, 0);
    for (const [upload, counts] of own.entries()) {
      const items = sizes[upload] as number;
      if (items < LEAST_ITEMS || total - items < LEAST_ITEMS) continue;
      const rest = all.map((count, bin) => count - (counts[bin] as number));
      const add = (statistic: QualityFacts['drift'][number]['statistic'], value: number) =>
        drift.push({ source: sources[upload] as string, measure, statistic, value: rounded(value), items });
      if (isLabel) add('l-infinity', largestDifference(counts, rest));
      else {
        add('ks', kolmogorovSmirnov(counts, rest));
        add('jensen-shannon', jensenShannon(counts, rest));
      }
    }
  };
  for (const [i, name] of comparison.measures.entries()) {
    const values = collected.measures[i] as Float32Array;
    const edges = shareEdges(sortedNumbers(values), DRIFT_BINS);
    const binAt = (item: number) => (Number.isFinite(values[item]) ? binOf(edges, values[item] as number) : -1);
    compare(name, binAt, edges.length + 1, false);
  }
  if (collected.labelNames.length > 0)
    compare('label', (item) => collected.labels[item] as number, collected.labelNames.length, true);
  const name = ({ source, measure, statistic }: QualityFacts['drift'][number]) => `${source}\0${measure}\0${statistic}`;
  return drift.sort((a, b) => b.value - a.value || (name(a) < name(b) ? -1 : 1)).slice(0, FACT_LIMITS.driftedMeasures);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
