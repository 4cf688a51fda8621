// Numbers of bins that index computes with, wherever it runs.

/** Bins of the histograms that are shown. */
export const CHART_BINS = 24;
/** Bins in which uploads are compared. */
export const DRIFT_BINS = 32;
