// Distances of images in the features of a network: to the nearest of others, to each other, and to the class means.
import { randomWords } from '#core/base/random.ts';
import { forEachProductRow, type Matrix, squaredNorms } from '../shared/matrix.ts';

const PAIRS = 4_000;
const SEED = 1;

/** Returns for each row of `given` the nearest row of `others` and the Euclidean distance to it. */
export function nearestRows(given: Matrix, others: Matrix): { row: number; distance: number }[] {
  const [norms, otherNorms] = [squaredNorms(given), squaredNorms(others)];
  const nearest: { row: number; distance: number }[] = [];
  forEachProductRow(given, others, (i, products) => {
    let [row, least] = [0, Number.POSITIVE_INFINITY];
    for (let j = 0; j < others.rows; j++) {
      const squared = (norms[i] as number) + (otherNorms[j] as number) - 2 * (products[j] as number);
      if (squared >= least) continue;
      [row, least] = [j, squared];
    }
    nearest[i] = { row, distance: Math.sqrt(Math.max(least, 0)) };
  });
  return nearest;
}

/** Returns the mean Euclidean distance between two different rows, over 4,000 pairs that are the same on every call. */
export function meanDistance(rows: Matrix): number {
  const [first, step] = [randomWords(SEED, 'pairs/first', PAIRS), randomWords(SEED, 'pairs/step', PAIRS)];
  let sum = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const i = (first[pair] as number) % rows.rows;
    const j = (i + 1 + ((step[pair] as number) % (rows.rows - 1))) % rows.rows;
    let squared = 0;
    for (let column = 0; column < rows.columns; column++) {
      const gap =
        (rows.values[i * rows.columns + column] as number) - (rows.values[j * rows.columns + column] as number);
      squared += gap * gap;
    }
    sum += Math.sqrt(squared);
  }
  return sum / PAIRS;
}

type Labelled = {
  readonly train: Matrix;
  /** Classes of the training images; -1 = none. */
  readonly labels: Int32Array;
  readonly real: Matrix;
  readonly model: Matrix;
  /** Class of each real image, and requested class of each generated one; -1 = none. */
  readonly asked: Int32Array;
};

export type ClassShare = {
  readonly label: number;
  readonly items: number;
  readonly model: number;
  readonly real: number;
};

/**
 * Returns by class the share of images that are nearer to the mean of its training images than to those of other classes.
 */
export function classShares({ train, labels, real, model, asked }: Labelled): ClassShare[] {
  const present = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  const means = present.map((label) => meanOf(train, labels, label));
  const { columns } = train;
  const values = new Float32Array(present.length * columns);
  means.forEach((mean, i) => {
    values.set(mean, i * columns);
  });
  const classOf = (side: Matrix) =>
    nearestRows(side, { rows: present.length, columns, values }).map(({ row }) => present[row] as number);
  const [realClasses, modelClasses] = [classOf(real), classOf(model)];
  return present.flatMap((label) => {
    const rows = [...asked.keys()].filter((row) => asked[row] === label);
    if (rows.length === 0) return [];
    const share = (said: readonly number[]) => rows.filter((row) => said[row] === label).length / rows.length;
    return [{ label, items: rows.length, model: share(modelClasses), real: share(realClasses) }];
  });
}

function meanOf({ columns, values }: Matrix, labels: Int32Array, label: number): Float64Array {
  const mean = new Float64Array(columns);
  const rows = [...labels.keys()].filter((row) => labels[row] === label);
  for (const row of rows)
    for (let column = 0; column < columns; column++)
      mean[column] = (mean[column] as number) + (values[row * columns + column] as number) / rows.length;
  return mean;
}
