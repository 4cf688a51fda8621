// The kernel inception distance (Binkowski et al. 2018, "Demystifying MMD GANs"), over any features.
import { uniforms } from '#core/base/random.ts';
import { forEachProductRow, type Matrix } from './matrix.ts';

/** Maximum number of rows for an interval: it holds the three kernel matrices in memory, 12 bytes per pair. */
export const MOST_INTERVAL_ROWS = 2_000;
const REPLICATES = 200;
const COVERED = 0.95;

export type Interval = {
  readonly low: number;
  readonly high: number;
};

/**
 * Returns the unbiased estimate of the squared maximum mean discrepancy with the kernel (x.y / columns + 1)^3; it may be below 0 for sets
 * that are alike. Needs two rows on each side.
 */
export function kid(a: Matrix, b: Matrix): number {
  if (a.rows < 2 || b.rows < 2) throw new RangeError('KID needs at least two images on each side');
  return meanOfPairs(a) + meanOfPairs(b) - 2 * meanOfProducts(a, b);
}

/**
 * Returns the 95 % interval of the distance over 200 bootstrap draws of both sets; a row is never paired with itself. At most 2,000 rows.
 */
export function kidInterval(a: Matrix, b: Matrix, seed: number): Interval {
  if (Math.max(a.rows, b.rows) > MOST_INTERVAL_ROWS) {
    throw new RangeError(`a bootstrap takes at most ${MOST_INTERVAL_ROWS} rows, not ${Math.max(a.rows, b.rows)}`);
  }
  const [aa, bb, ab] = [kernelMatrix(a, a), kernelMatrix(b, b), kernelMatrix(a, b)];
  const drawn = Float64Array.from({ length: REPLICATES }, (_, replicate) => {
    const [u, v] = [drawCounts(a.rows, seed, `a/${replicate}`), drawCounts(b.rows, seed, `b/${replicate}`)];
    return (
      weightedSum(aa, u, u, true) / pairsOf(u) +
      weightedSum(bb, v, v, true) / pairsOf(v) -
      (2 * weightedSum(ab, u, v, false)) / (a.rows * b.rows)
    );
  }).sort();
  const at = (share: number) => drawn[Math.round(share * (REPLICATES - 1))] as number;
  return { low: at((1 - COVERED) / 2), high: at((1 + COVERED) / 2) };
}

function kernel(product: number, columns: number): number {
  return (product / columns + 1) ** 3;
}

function meanOfPairs(a: Matrix): number {
  let sum = 0;
  forEachProductRow(a, a, (i, products) => {
    for (let j = 0; j < i; j++) sum += kernel(products[j] as number, a.columns);
  });
  return (2 * sum) / (a.rows * (a.rows - 1));
}

function meanOfProducts(a: Matrix, b: Matrix): number {
  let sum = 0;
  forEachProductRow(a, b, (_, products) => {
    for (const product of products) sum += kernel(product, a.columns);
  });
  return sum / (a.rows * b.rows);
}

function kernelMatrix(a: Matrix, b: Matrix): Float32Array {
  const out = new Float32Array(a.rows * b.rows);
  forEachProductRow(a, b, (i, products) => {
    for (let j = 0; j < b.rows; j++) out[i * b.rows + j] = kernel(products[j] as number, a.columns);
  });
  return out;
}

/** Returns how often each row is drawn when as many rows are drawn as exist. */
function drawCounts(rows: number, seed: number, stream: string): Float64Array {
  const counts = new Float64Array(rows);
  for (const u of uniforms(seed, `bootstrap/${stream}`, rows)) {
    const row = Math.floor(u * rows);
    counts[row] = (counts[row] as number) + 1;
  }
  return counts;
}

/** Returns the number of ordered pairs of draws of different rows. */
function pairsOf(counts: Float64Array): number {
  return counts.length ** 2 - counts.reduce((sum, count) => sum + count * count, 0);
}

function weightedSum(matrix: Float32Array, u: Float64Array, v: Float64Array, skipDiagonal: boolean): number {
  let sum = 0;
  u.forEach((weight, i) => {
    if (weight === 0) return;
    const start = i * v.length;
    let row = skipDiagonal ? -(v[i] as number) * (matrix[start + i] as number) : 0;
    for (let j = 0; j < v.length; j++) row += (v[j] as number) * (matrix[start + j] as number);
    sum += weight * row;
  });
  return sum;
}
