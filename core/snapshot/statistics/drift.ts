// Distances between two samples of one measure. Counts are by bin, with the same bins for both; 0 means equal, 1 means disjoint.

type Counts = ArrayLike<number>;

/** Kolmogorov and Smirnov: the largest difference of the two cumulated shares, at the edges of the bins. */
export function kolmogorovSmirnov(a: Counts, b: Counts): number {
  const [sharesA, sharesB] = [sharesOf(a), sharesOf(b)];
  let [most, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < sharesA.length; i++) {
    sumA += sharesA[i] as number;
    sumB += sharesB[i] as number;
    most = Math.max(most, Math.abs(sumA - sumB));
  }
  return Math.min(1, most);
}

/** Jensen-Shannon divergence to base 2 (Lin 1991). */
export function jensenShannon(a: Counts, b: Counts): number {
  const [sharesA, sharesB] = [sharesOf(a), sharesOf(b)];
  let sum = 0;
  for (let i = 0; i < sharesA.length; i++) {
    const [p, q] = [sharesA[i] as number, sharesB[i] as number];
    const middle = (p + q) / 2;
    if (p > 0) sum += (p * Math.log2(p / middle)) / 2;
    if (q > 0) sum += (q * Math.log2(q / middle)) / 2;
  }
  return Math.min(1, Math.max(0, sum));
}

/** L-infinity: the largest difference of any category's share. */
export function largestDifference(a: Counts, b: Counts): number {
  const [sharesA, sharesB] = [sharesOf(a), sharesOf(b)];
  let most = 0;
  for (let i = 0; i < sharesA.length; i++)
    most = Math.max(most, Math.abs((sharesA[i] as number) - (sharesB[i] as number)));
  return most;
}

function sharesOf(counts: Counts): number[] {
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  return all.map((count) => (total === 0 ? 0 : count / total));
}
