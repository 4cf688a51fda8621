// How much of each finding the facts of a snapshot hold.

/** Maximum number of entries of each list in facts.json; entries beyond it are counted. */
export const FACT_LIMITS = {
  /** The uploads with the most rejected and flagged items. */
  uploads: 200,
  examplesOfACode: 12,
  duplicatePairs: 24,
  conflicts: 24,
  outliers: 24,
  /** With subject alignment: the best and the worst items, and those left out. */
  subjects: 12,
  categories: 20,
  driftedMeasures: 1_000,
  /** Changes of a rule in a column. */
  changes: 100,
} as const;
