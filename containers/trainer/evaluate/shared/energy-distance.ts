// The energy distance of two sets of vectors (Szekely and Rizzo 2013, "Energy statistics: A class of statistics based on distances").
import { forEachProductRow, type Matrix, squaredNorms } from './matrix.ts';

/**
 * Returns the unbiased estimate of 2 E|X - Y| - E|X - X'| - E|Y - Y'|: about 0 where both sets have one distribution, and below 0
 * by chance. O(rows^2) time. Throws RangeError for fewer than two rows on a side.
 */
export function energyDistance(a: Matrix, b: Matrix): number {
  if (a.rows < 2 || b.rows < 2) throw new RangeError('an energy distance needs at least two rows on each side');
  const within = (set: Matrix) => sumOfDistances(set, set) / (set.rows * (set.rows - 1));
  return (2 * sumOfDistances(a, b)) / (a.rows * b.rows) - within(a) - within(b);
}

function sumOfDistances(a: Matrix, b: Matrix): number {
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)];
  let sum = 0;
  forEachProductRow(a, b, (i, products) => {
    if (a === b) products[i] = normsA[i] as number;
    for (let j = 0; j < b.rows; j++) {
      const square = (normsA[i] as number) + (normsB[j] as number) - 2 * (products[j] as number);
      if (square > 0) sum += Math.sqrt(square);
    }
  });
  return sum;
}
