// How alike two items are by their looks: of pictures in colour, by the look of their light and by that of their least channel.

import { type Move, pictureLikeness } from './image-correlation.ts';
import { LOOK_BYTES, LOOK_SIDE } from './thumbnail.ts';

/** Pictures that are less alike by their light are no copies that were lightened. */
const LEAST_BY_LIGHT = 0.85;

type Wanted = { readonly start?: Move | undefined; readonly wanted: number };
export type Likeness = (a: Uint8Array, b: Uint8Array, settings: Wanted) => number;

/**
 * Of pictures: uint8 [24, 24], and in colour [2, 24, 24], the light first: the better of the two, over bent curves of tones. In
 * grey those would make one of digits that differ by the width of their strokes.
 */
export function lookLikeness(a: Uint8Array, b: Uint8Array, { start, wanted }: Wanted): number {
  const settings = { start, wanted, bent: a.length > LOOK_BYTES };
  const byLight = pictureLikeness(a.subarray(0, LOOK_BYTES), b.subarray(0, LOOK_BYTES), LOOK_SIDE, settings);
  if (byLight >= wanted || byLight < LEAST_BY_LIGHT || a.length === LOOK_BYTES) return byLight;
  const byLeast = pictureLikeness(a.subarray(LOOK_BYTES), b.subarray(LOOK_BYTES), LOOK_SIDE, settings);
  return Math.max(byLight, byLeast);
}

/** Of sounds: uint8 [24, 24]. */
export function spectrumLikeness(a: Uint8Array, b: Uint8Array, settings: Wanted): number {
  return pictureLikeness(a, b, LOOK_SIDE, settings);
}
