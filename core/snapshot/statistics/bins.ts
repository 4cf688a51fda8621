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
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins));
  return [...new Set(edges)];
}

/** Counts in bins of equal width from the least to the greatest value. `sorted`: in rising order, not empty. */
export function histogramOf(sorted: ArrayLike<number>, bins: number): { from: number; to: number; counts: number[] } {
  const from = sorted[0] as number;
  const greatest = sorted[sorted.length - 1] as number;
  const to = greatest > from ? greatest : from + 1;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < sorted.length; i++) {
    const bin = Math.min(bins - 1, Math.floor((((sorted[i] as number) - from) / (to - from)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { from, to, counts };
}
