/** Rows drawn at a time for what is shown of a running training. */
export const SHOWN_ROWS = 64;
