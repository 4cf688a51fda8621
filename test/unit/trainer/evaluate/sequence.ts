// Numbers that any language makes alike in two lines, so that references can be computed elsewhere from the same data.
import type { Pixels } from '../../../../containers/trainer/data/batches.ts';
import type { Matrix } from '../../../../containers/trainer/evaluate/shared/matrix.ts';

/** s = (1664525 s + 1013904223) mod 2^32, as s / 2^32. */
export function sequence(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  });
}

/** Sums of four such numbers around `shift`, times `scale`: nearly normal. */
export function features(rows: number, columns: number, seed: number, shift = 0, scale = 1): Matrix {
  const drawn = sequence(rows * columns * 4, seed);
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const sum = drawn.subarray(4 * i, 4 * i + 4).reduce((total, value) => total + value, 0);
    return (sum - 2) * scale + shift;
  });
  return { rows, columns, values };
}

export function images(items: number, size: number, seed: number, range = 256): Pixels {
  return { items, size, bytes: Uint8Array.from(sequence(items * size, seed), (u) => Math.floor(u * range)) };
}
