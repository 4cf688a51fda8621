// Histograms of the measures over the dataset, and the drift of each upload from all the others.
import type { QualityFacts } from '#core/snapshot/quality/facts.ts';
import { binOf, histogramOf, shareEdges } from '#core/snapshot/statistics/bins.ts';
import { quantile, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import type { Tabulated } from '../items/tabulate.ts';
import { CHART_BINS, DRIFT_BINS } from './limits.ts';
import { driftOf, largestDrifts, measureFact } from './measured.ts';

type Found = Pick<Tabulated, 'comparison' | 'collected' | 'copies'>;

/** Returns histogram and quantiles of each measure over the distinct items. */
export function measureFacts({ comparison, collected, copies }: Found): QualityFacts['measures'] {
  return comparison.measures.flatMap((name, i) => {
    const values = (collected.measures[i] as Float32Array).filter((_, item) => !copies.has(item));
    const sorted = sortedNumbers(values);
    if (sorted.length === 0) return [];
    const { counts, ...range } = histogramOf(sorted, CHART_BINS);
    return [measureFact(name, { items: sorted.length, range, counts, at: (share) => quantile(sorted, share) })];
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
    for (const [item, upload] of uploadOf.entries()) {
      const bin = upload < 0 ? -1 : binAt(item);
      if (bin < 0) continue;
      if (own[upload]?.length === 0) own[upload] = new Float64Array(bins);
      const counts = own[upload] as Float64Array;
      counts[bin] = (counts[bin] as number) + 1;
      all[bin] = (all[bin] as number) + 1;
    }
    for (const [upload, counts] of own.entries())
      for (const found of driftOf(counts, all, isLabel))
        drift.push({ source: sources[upload] as string, measure, ...found });
  };
  for (const [i, name] of comparison.measures.entries()) {
    const values = collected.measures[i] as Float32Array;
    const edges = shareEdges(sortedNumbers(values), DRIFT_BINS);
    const binAt = (item: number) => (Number.isFinite(values[item]) ? binOf(edges, values[item] as number) : -1);
    compare(name, binAt, edges.length + 1, false);
  }
  if (collected.labelNames.length > 0)
    compare('label', (item) => collected.labels[item] as number, collected.labelNames.length, true);
  return largestDrifts(drift);
}
