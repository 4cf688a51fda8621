// How many near items each item is compared with.

/** Maximum number of comparisons per item in large groups; clusters connect the others. */
export const MOST_OF_EACH = 8;
/** Each cropped variant of an item is compared with its nearest neighbour only. */
export const MOST_OF_A_CUT = 1;
