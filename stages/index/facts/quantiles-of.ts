// The quantiles that the facts of a snapshot hold.

/** Returns them from `at`, which gives the value below which a share of the items lies. */
export function quantilesOf(at: (share: number) => number) {
  return {
    min: at(0),
    p05: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    max: at(1),
  };
}
