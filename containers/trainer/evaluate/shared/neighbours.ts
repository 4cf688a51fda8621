// Precision and recall (Kynkaanniemi et al. 2019, "Improved precision and recall metric for assessing generative models"),
// density and coverage (Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models").
import { forEachProductRow, type Matrix, squaredNorms } from './matrix.ts';

export const NEIGHBOURS = 3;

export type Neighbourhood = {
  /** Share of generated items within the radius of a real item: are they like real ones? */
  readonly precision: number;
  /** Share of real items within the radius of a generated item: is the whole variety generated? */
  readonly recall: number;
  /** Mean number of real radii that a generated item is in, divided by k: may exceed 1. */
  readonly density: number;
  /** Share of real items with a generated one within their radius. */
  readonly coverage: number;
};

/**
 * Returns the metrics. The radius of an item is the distance to its k-th nearest neighbour of its own set. O(n^2) time, O(n) memory.
 */
export function neighbourhood(real: Matrix, generated: Matrix, k = NEIGHBOURS): Neighbourhood {
  const [reachReal, reachGenerated] = [reachOf(real, k), reachOf(generated, k)];
  const [normsReal, normsGenerated] = [squaredNorms(real), squaredNorms(generated)];
  const isLikeReal = new Uint8Array(generated.rows);
  let [inReach, recalled, covered] = [0, 0, 0];
  forEachProductRow(real, generated, (i, products) => {
    let isRecalled = false;
    let nearest = Number.POSITIVE_INFINITY;
    const [reach, norm] = [reachReal[i] as number, normsReal[i] as number];
    for (let j = 0; j < generated.rows; j++) {
      const distance = norm + (normsGenerated[j] as number) - 2 * (products[j] as number);
      if (distance < reach) {
        isLikeReal[j] = 1;
        inReach += 1;
      }
      if (distance < (reachGenerated[j] as number)) isRecalled = true;
      if (distance < nearest) nearest = distance;
    }
    if (isRecalled) recalled += 1;
    if (nearest < reach) covered += 1;
  });
  return {
    precision: isLikeReal.reduce((sum, one) => sum + one, 0) / generated.rows,
    recall: recalled / real.rows,
    density: inReach / (k * generated.rows),
    coverage: covered / real.rows,
  };
}

/** Returns the squared distance from each row to its k-th nearest other row. */
function reachOf(rows: Matrix, k: number): Float64Array {
  if (rows.rows <= k) throw new RangeError(`${rows.rows} items have no ${k} neighbours each`);
  const norms = squaredNorms(rows);
  const reach = new Float64Array(rows.rows);
  const nearest = new Float64Array(k);
  forEachProductRow(rows, rows, (i, products) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < rows.rows; j++) {
      if (j === i) continue;
      insert(nearest, (norms[i] as number) + (norms[j] as number) - 2 * (products[j] as number));
    }
    reach[i] = nearest[k - 1] as number;
  });
  return reach;
}

/** Keeps the smallest values in ascending order. */
function insert(smallest: Float64Array, value: number): void {
  let position = smallest.length - 1;
  if (value >= (smallest[position] as number)) return;
  for (; position > 0 && (smallest[position - 1] as number) > value; position--) {
    smallest[position] = smallest[position - 1] as number;
  }
  smallest[position] = value;
}
