// Similarity of two items by their thumbnails; for colour images also by the thumbnail of the smallest channel.

import { type CropTransform, imageCorrelation } from './image-correlation.ts';
import { THUMBNAIL_BYTES, THUMBNAIL_SIDE } from './thumbnail.ts';

/** Minimum correlation of luminance for a brightened copy. */
const LEAST_BY_LIGHT = 0.85;

type Wanted = { readonly start?: CropTransform | undefined; readonly wanted: number };
export type Likeness = (a: Uint8Array, b: Uint8Array, settings: Wanted) => number;

/**
 * Returns the similarity of two thumbnails: uint8 [24, 24], or in colour [2, 24, 24] (luminance, then the smallest
 * channel). For colour images the better of the two, with tone curves. For greyscale images no tone curves, which would
 * match digits with different stroke widths.
 */
export function thumbnailSimilarity(a: Uint8Array, b: Uint8Array, { start, wanted }: Wanted): number {
  const settings = { start, wanted, bent: a.length > THUMBNAIL_BYTES };
  const byLight = imageCorrelation(
    a.subarray(0, THUMBNAIL_BYTES),
    b.subarray(0, THUMBNAIL_BYTES),
    THUMBNAIL_SIDE,
    settings,
  );
  if (byLight >= wanted || byLight < LEAST_BY_LIGHT || a.length === THUMBNAIL_BYTES) return byLight;
  const byLeast = imageCorrelation(a.subarray(THUMBNAIL_BYTES), b.subarray(THUMBNAIL_BYTES), THUMBNAIL_SIDE, settings);
  return Math.max(byLight, byLeast);
}

/** Returns the similarity of two spectrogram thumbnails, uint8 [24, 24]. */
export function spectrogramSimilarity(a: Uint8Array, b: Uint8Array, settings: Wanted): number {
  return imageCorrelation(a, b, THUMBNAIL_SIDE, settings);
}
