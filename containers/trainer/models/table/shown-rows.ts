/** Number of rows drawn at a time for the samples of a running training. */
export const SHOWN_ROWS = 64;
