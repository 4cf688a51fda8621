// Values sorted into bins, for charts (equal widths) and for comparisons (equal shares).
import { quantile } from './robust.ts';

/** The bin of a value among rising inner edges: the first edge above it. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Inner edges of `bins` bins with about as many values each. `sorted`: in rising order. */
export function shareEdges(sorted: ArrayLike<number>, bins: number): number[] {
  if (sorted.length === 0) return [];
  return [...new Set(edgeShares(bins).map((share) => quantile(sorted, share)))];
}

/** Returns the shares of values below the inner edges of `bins` bins. */
export function edgeShares(bins: number): number[] {
  return Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins);
}

/** Counts in bins of equal width from the least to the greatest value. `sorted`: in rising order, not empty. */
export function histogramOf(sorted: ArrayLike<number>, bins: number): Range & { counts: number[] } {
  const range = histogramRange(sorted[0] as number, sorted[sorted.length - 1] as number);
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < sorted.length; i++) {
    const bin = histogramBin(range, bins, sorted[i] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { ...range, counts };
}

export type Range = { readonly from: number; readonly to: number };

/** Returns the range of a histogram, which has a width even if all values are equal. */
export function histogramRange(from: number, greatest: number): Range {
  return { from, to: greatest > from ? greatest : from + 1 };
}

export function histogramBin({ from, to }: Range, bins: number, value: number): number {
  return Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins));
}
