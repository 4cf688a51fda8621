// Whether images are nearer to training items than to held-out ones.
import type { Pixels } from '../../data/batches.ts';
import { forEachProductRow, type Matrix, squaredNorms } from '../shared/matrix.ts';

const TIE = 0.5;

/**
 * Returns the share of images whose nearest neighbour, among equally many training and held-out ones, is a training one; a tie counts half.
 * About 0.5 without memorisation.
 */
export function closerShare(
  pictures: Pixels,
  { train, heldOut }: { readonly train: Pixels; readonly heldOut: Pixels },
): number {
  const count = Math.min(train.items, heldOut.items);
  const rows = matrixOf(pictures, pictures.items);
  const [near, far] = [train, heldOut].map((side) => nearestOf(rows, matrixOf(side, count)));
  let sum = 0;
  for (let item = 0; item < pictures.items; item++) {
    const [a, b] = [near?.[item] as number, far?.[item] as number];
    sum += a < b ? 1 : a === b ? TIE : 0;
  }
  return sum / pictures.items;
}

/** Returns the squared distance of each row to the nearest other row. Bytes are integers, so that ties are exact. */
function nearestOf(rows: Matrix, others: Matrix): Float64Array {
  const [norms, otherNorms] = [squaredNorms(rows), squaredNorms(others)];
  const nearest = new Float64Array(rows.rows).fill(Number.POSITIVE_INFINITY);
  forEachProductRow(rows, others, (i, products) => {
    for (let j = 0; j < others.rows; j++) {
      const distance = (norms[i] as number) + (otherNorms[j] as number) - 2 * (products[j] as number);
      if (distance < (nearest[i] as number)) nearest[i] = distance;
    }
  });
  return nearest;
}

function matrixOf({ bytes, size }: Pixels, rows: number): Matrix {
  return { rows, columns: size, values: Float32Array.from(bytes.subarray(0, rows * size)) };
}
