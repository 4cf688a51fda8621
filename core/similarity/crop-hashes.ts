// Perceptual hashes of a thumbnail and of its four 5 % corner crops, so that cropped copies are found too.

import type { Move } from './image-correlation.ts';
import { type Name, nameOfFrequencies } from './perceptual-hash.ts';
import { LOOK_SIDE } from './thumbnail.ts';

const LOW = 8;
/** Samples per axis of a thumbnail from which a hash is computed. */
const SAMPLES = 32;
/** Share of each side that remains after the crop. */
const LEFT = 0.95;

/** A corner crop: its hash and its position in the thumbnail. */
export type Cut = { readonly name: Name; readonly move: Move };

const WHOLE = frequencyWeights(0, 1);
const ENDS = [frequencyWeights(0, LEFT), frequencyWeights(1 - LEFT, LEFT)] as const;

/** Returns the perceptual hash of a thumbnail. `look`: uint8 [24, 24]. */
export function lookName(look: Uint8Array): Name {
  return nameOfFrequencies(across(down(look, WHOLE), WHOLE));
}

/** Returns the four corner crops of a thumbnail, uint8 [24, 24]. */
export function cutNames(look: Uint8Array): Cut[] {
  const shift = ((1 - LEFT) / 2) * LOOK_SIDE;
  return ENDS.flatMap((vertical, bottom) => {
    const rows = down(look, vertical);
    return ENDS.map((horizontal, right) => ({
      name: nameOfFrequencies(across(rows, horizontal)),
      move: { scale: LEFT, dx: right ? shift : -shift, dy: bottom ? shift : -shift },
    }));
  });
}

/**
 * Returns float64 [8, 24]: cosine weights of one line of the thumbnail that starts at `from` and has `size`, both as
 * shares of the side.
 */
function frequencyWeights(from: number, size: number): Float64Array {
  const weights = new Float64Array(LOW * LOOK_SIDE);
  const add = (at: number, weight: number) => {
    weights[at] = (weights[at] as number) + weight;
  };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const place = (from + ((sample + 0.5) / SAMPLES) * size) * LOOK_SIDE - 0.5;
    const inside = Math.max(0, Math.min(LOOK_SIDE - 1, place));
    const left = Math.min(LOOK_SIDE - 2, Math.floor(inside));
    for (let u = 0; u < LOW; u++) {
      const cosine = Math.cos(((2 * sample + 1) * u * Math.PI) / (2 * SAMPLES));
      add(u * LOOK_SIDE + left, cosine * (left + 1 - inside));
      add(u * LOOK_SIDE + left + 1, cosine * (inside - left));
    }
  }
  return weights;
}

/** Applies the weights to the rows: float64 [8, 24]. */
function down(look: Uint8Array, weights: Float64Array): Float64Array {
  const found = new Float64Array(LOW * LOOK_SIDE);
  for (let u = 0; u < LOW; u++)
    for (let y = 0; y < LOOK_SIDE; y++) {
      const weight = weights[u * LOOK_SIDE + y] as number;
      for (let x = 0; x < LOOK_SIDE; x++)
        found[u * LOOK_SIDE + x] = (found[u * LOOK_SIDE + x] as number) + weight * (look[y * LOOK_SIDE + x] as number);
    }
  return found;
}

/** Applies the weights to the columns: float64 [8, 8]. */
function across(rows: Float64Array, weights: Float64Array): Float64Array {
  const found = new Float64Array(LOW * LOW);
  for (let u = 0; u < LOW; u++)
    for (let v = 0; v < LOW; v++) {
      let sum = 0;
      for (let x = 0; x < LOOK_SIDE; x++)
        sum += (weights[v * LOOK_SIDE + x] as number) * (rows[u * LOOK_SIDE + x] as number);
      found[u * LOW + v] = sum;
    }
  return found;
}
