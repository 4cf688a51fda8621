// Perceptual hashes of a thumbnail and of its four 5 % corner crops, so that cropped copies are found too.

import type { CropTransform } from './image-correlation.ts';
import { hashOfFrequencies, type PerceptualHash } from './perceptual-hash.ts';
import { THUMBNAIL_SIDE } from './thumbnail.ts';

const LOW = 8;
/** Samples per axis of a thumbnail from which a hash is computed. */
const SAMPLES = 32;
/** Share of each side that remains after the crop. */
const LEFT = 0.95;
const SHIFT = ((1 - LEFT) / 2) * THUMBNAIL_SIDE;

/** A corner crop: its hash and its position in the thumbnail. */
export type CropHash = { readonly hash: PerceptualHash; readonly move: CropTransform };

/** Buffers reused by all thumbnails, of which there are millions: float64 [8, 24] and [8, 8]. */
const [lines, frequencies] = [new Float64Array(LOW * THUMBNAIL_SIDE), new Float64Array(LOW * LOW)];
const WHOLE = frequencyWeights(0, 1);
const ENDS = [frequencyWeights(0, LEFT), frequencyWeights(1 - LEFT, LEFT)] as const;

/** Returns the perceptual hash of a thumbnail. `thumbnail`: uint8 [24, 24]. */
export function thumbnailHash(thumbnail: Uint8Array): PerceptualHash {
  return hashOfFrequencies(across(down(thumbnail, WHOLE), WHOLE));
}

/** Positions of the four corner crops in the thumbnail, in the order of `cropHashes`. */
export const CROP_MOVES: readonly CropTransform[] = [false, true].flatMap((bottom) =>
  [false, true].map((right) => ({ scale: LEFT, dx: right ? SHIFT : -SHIFT, dy: bottom ? SHIFT : -SHIFT })),
);

/** Returns the four corner crops of a thumbnail, uint8 [24, 24]. */
export function cropHashes(thumbnail: Uint8Array): CropHash[] {
  return ENDS.flatMap((vertical, bottom) => {
    const rows = down(thumbnail, vertical);
    return ENDS.map((horizontal, right) => ({
      hash: hashOfFrequencies(across(rows, horizontal)),
      move: CROP_MOVES[bottom * ENDS.length + right] as CropTransform,
    }));
  });
}

/**
 * Returns float64 [8, 24]: cosine weights of one line of the thumbnail that starts at `from` and has `size`, both as
 * shares of the side.
 */
function frequencyWeights(from: number, size: number): Float64Array {
  const weights = new Float64Array(LOW * THUMBNAIL_SIDE);
  const add = (at: number, weight: number) => {
    weights[at] = (weights[at] as number) + weight;
  };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const position = (from + ((sample + 0.5) / SAMPLES) * size) * THUMBNAIL_SIDE - 0.5;
    const inside = Math.max(0, Math.min(THUMBNAIL_SIDE - 1, position));
    const left = Math.min(THUMBNAIL_SIDE - 2, Math.floor(inside));
    for (let u = 0; u < LOW; u++) {
      const cosine = Math.cos(((2 * sample + 1) * u * Math.PI) / (2 * SAMPLES));
      add(u * THUMBNAIL_SIDE + left, cosine * (left + 1 - inside));
      add(u * THUMBNAIL_SIDE + left + 1, cosine * (inside - left));
    }
  }
  return weights;
}

/**
 * Applies the weights to the rows: float64 [8, 24], in the same buffer each time. Four columns at a time, each added up from the first row to the last: a processor adds
 * independent sums side by side.
 */
function down(thumbnail: Uint8Array, weights: Float64Array): Float64Array {
  const found = lines;
  for (let at = 0; at < found.length; at += 4) {
    const first = at - (at % THUMBNAIL_SIDE);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let y = 0, from = at - first; y < THUMBNAIL_SIDE; y++, from += THUMBNAIL_SIDE) {
      const weight = weights[first + y] as number;
      a += weight * (thumbnail[from] as number);
      b += weight * (thumbnail[from + 1] as number);
      c += weight * (thumbnail[from + 2] as number);
      d += weight * (thumbnail[from + 3] as number);
    }
    found[at] = a;
    found[at + 1] = b;
    found[at + 2] = c;
    found[at + 3] = d;
  }
  return found;
}

/** Applies the weights to the columns: float64 [8, 8], in the same buffer each time. Four frequencies at a time, as in `down`. */
function across(rows: Float64Array, weights: Float64Array): Float64Array {
  const found = frequencies;
  for (let at = 0; at < found.length; at += 4) {
    const row = Math.floor(at / LOW) * THUMBNAIL_SIDE;
    const first = (at % LOW) * THUMBNAIL_SIDE;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let x = 0, from = first; x < THUMBNAIL_SIDE; x++, from++) {
      const value = rows[row + x] as number;
      a += (weights[from] as number) * value;
      b += (weights[from + THUMBNAIL_SIDE] as number) * value;
      c += (weights[from + 2 * THUMBNAIL_SIDE] as number) * value;
      d += (weights[from + 3 * THUMBNAIL_SIDE] as number) * value;
    }
    found[at] = a;
    found[at + 1] = b;
    found[at + 2] = c;
    found[at + 3] = d;
  }
  return found;
}
