// Limits of models of texts.

/** Symbols of the longest text, with its end; and of a side of a pair, whose network is recurrent. */
export const MOST_POSITIONS = { text: 1_025, pair: 513 } as const;
/** Characters of a document that is learned whole; longer ones are cut into passages. */
export const WHOLE_DOCUMENT = 1_024;
/** Characters of a passage, where a symbol is a character, and where it is a byte. */
export const PASSAGE = { character: 512, byte: 200 } as const;
