// Names that looks are found by: of the look itself, and of what would be left of it had it been cut by a twentieth at a corner,
// which turns more bits than chance does.

import type { Move } from './image-correlation.ts';
import { type Name, nameOfFrequencies } from './perceptual-hash.ts';
import { LOOK_SIDE } from './thumbnail.ts';

const LOW = 8;
/** The look is sampled so finely for a name, which has to be that of its whole picture. */
const SAMPLES = 32;
/** What a cut leaves of each side. */
const LEFT = 0.95;

/** The largest part of a look that begins at one of its corners, with where it lies. */
export type Cut = { readonly name: Name; readonly move: Move };

const WHOLE = frequencyWeights(0, 1);
const ENDS = [frequencyWeights(0, LEFT), frequencyWeights(1 - LEFT, LEFT)] as const;

/** `look`: uint8 [24, 24]. */
export function lookName(look: Uint8Array): Name {
  return nameOfFrequencies(across(down(look, WHOLE), WHOLE));
}

/** Of the four corners. */
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

/** float64 [8, 24]: weights that make frequencies of a line of the look, of the part of it that begins at `from`, 0 to 1. */
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

/** float64 [8, 24] */
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

/** float64 [8, 8] */
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
