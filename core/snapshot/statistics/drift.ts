// Distances between two samples of one measure. Counts are by bin, with the same bins for both; 0 means equal, 1 means disjoint.

type Counts = ArrayLike<number>;

/** Kolmogorov and Smirnov: the largest difference of the two cumulated shares, at the edges of the bins. */
export function kolmogorovSmirnov(a: Counts, b: Counts): number {
  let [most, sumA, sumB] = [0, 0, 0];
  for (const [shareA, shareB] of sharesByBin(a, b)) {
    sumA += shareA;
    sumB += shareB;
    most = Math.max(most, Math.abs(sumA - sumB));
  }
  return Math.min(1, most);
}

/** Jensen-Shannon divergence to base 2 (Lin 1991). */
export function jensenShannon(a: Counts, b: Counts): number {
  let sum = 0;
  for (const [p, q] of sharesByBin(a, b)) {
    const middle = (p + q) / 2;
    if (p > 0) sum += (p * Math.log2(p / middle)) / 2;
    if (q > 0) sum += (q * Math.log2(q / middle)) / 2;
  }
  return Math.min(1, Math.max(0, sum));
}

/** L-infinity: the largest difference of any category's share. */
export function largestDifference(a: Counts, b: Counts): number {
  return sharesByBin(a, b).reduce((most, [shareA, shareB]) => Math.max(most, Math.abs(shareA - shareB)), 0);
}

/** Returns the shares of a bin in both samples, for each bin. */
function sharesByBin(a: Counts, b: Counts): [number, number][] {
  const others = sharesOf(b);
  return sharesOf(a).map((share, bin) => [share, others[bin] ?? 0]);
}

function sharesOf(counts: Counts): number[] {
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  return all.map((count) => (total === 0 ? 0 : count / total));
}
