// Similarity of two items by their thumbnails; for colour images also by the thumbnail of the smallest channel.

import { type Move, pictureLikeness } from './image-correlation.ts';
import { LOOK_BYTES, LOOK_SIDE } from './thumbnail.ts';

/** Minimum correlation of luminance for a brightened copy. */
const LEAST_BY_LIGHT = 0.85;

type Wanted = { readonly start?: Move | undefined; readonly wanted: number };
export type Likeness = (a: Uint8Array, b: Uint8Array, settings: Wanted) => number;

/**
 * Returns the similarity of two thumbnails: uint8 [24, 24], or in colour [2, 24, 24] (luminance, then the smallest
 * channel). For colour images the better of the two, with tone curves. For greyscale images no tone curves, which would
 * match digits with different stroke widths.
 */
export function lookLikeness(a: Uint8Array, b: Uint8Array, { start, wanted }: Wanted): number {
  const settings = { start, wanted, bent: a.length > LOOK_BYTES };
  const byLight = pictureLikeness(a.subarray(0, LOOK_BYTES), b.subarray(0, LOOK_BYTES), LOOK_SIDE, settings);
  if (byLight >= wanted || byLight < LEAST_BY_LIGHT || a.length === LOOK_BYTES) return byLight;
  const byLeast = pictureLikeness(a.subarray(LOOK_BYTES), b.subarray(LOOK_BYTES), LOOK_SIDE, settings);
  return Math.max(byLight, byLeast);
}

/** Returns the similarity of two spectrogram thumbnails, uint8 [24, 24]. */
export function spectrumLikeness(a: Uint8Array, b: Uint8Array, settings: Wanted): number {
  return pictureLikeness(a, b, LOOK_SIDE, settings);
}
