// The distances of images or clips to the training items that are nearest to them.
import { forEachProductRow, type Matrix, squaredNorms } from './matrix.ts';

/** An item is a near-copy where it is nearer to a training item than this share of what real items are, in the median. */
const COPY_SHARE = 0.5;

/** Returns for each row the root mean squared difference from the nearest training row, as a share of the full range. */
export function nearestDistances(rows: Matrix, train: Matrix): Float64Array {
  const [norms, trainNorms] = [squaredNorms(rows), squaredNorms(train)];
  const nearest = new Float64Array(rows.rows);
  forEachProductRow(rows, train, (i, products) => {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < train.rows; j++)
      least = Math.min(least, (norms[i] as number) + (trainNorms[j] as number) - 2 * (products[j] as number));
    nearest[i] = Math.sqrt(Math.max(least, 0) / rows.columns);
  });
  return nearest;
}

export function medianOf(distances: Float64Array): number {
  return distances.toSorted()[Math.floor(distances.length / 2)] as number;
}

/** Returns the share of items that are near-copies, by the distances of real items. */
export function nearCopies(distances: Float64Array, real: Float64Array): number {
  const most = COPY_SHARE * medianOf(real);
  return distances.filter((distance) => distance < most).length / distances.length;
}
