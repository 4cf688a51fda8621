// The confidence interval of a counted share.

const Z_95 = 1.96;

/** Returns the 95 % interval of a share of `count` items (Wilson 1927), which stays within [0, 1]. */
export function proportionInterval(share: number, count: number): { low: number; high: number } {
  const spread = Z_95 ** 2 / count;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z_95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
