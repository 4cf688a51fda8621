// The quantiles that the facts of a snapshot hold.

const SHARES = { min: 0, p05: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, max: 1 } as const;
type Name = keyof typeof SHARES;

export const QUANTILE_SHARES: readonly number[] = Object.values(SHARES);

/** Returns them from `at`, which gives the value below which a share of the items lies. */
export function quantilesOf(at: (share: number) => number): Record<Name, number> {
  const entries = Object.entries(SHARES).map(([name, share]) => [name, at(share)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
