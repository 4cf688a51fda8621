// Limits of models of texts.

/** Symbols of the longest text, with its end. */
export const MOST_POSITIONS = 257;
