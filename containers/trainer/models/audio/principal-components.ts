// The principal components of images by subspace iteration (Halko et al. 2011): a few matrix products, for images of any size.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dot } from '#core/base/linear-algebra/dot.ts';
import { normals } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';
import { tf } from '../../engine/tensorflow.ts';

export type PrincipalComponents = {
  readonly components: number;
  /** [size], in [0, 1] (byte values divided by 255). */
  readonly mean: Float32Array;
  /** Orthonormal axes [components, size], by falling variance. */
  readonly axes: Float32Array;
  /** Deviation along each axis, [components]. */
  readonly deviations: Float32Array;
  /** Mean variance of a value that the components do not explain. */
  readonly residual: number;
};

/** Maximum number of values that are decomposed: 256 MiB. */
const MOST_VALUES = 2 ** 26;
const ROUNDS = 8;
/** Axes beyond those that are kept, so that the last kept ones are accurate too. */
const SPARE = 16;
const SEED = 1;
/** Shares of the largest variance below this are rounding errors. */
const LEAST_SHARE = 1e-6;
/** A column of which less than this share is left beside earlier ones depends on them. */
const LEAST_REST = 1e-12;

/** Fits at most `components` components to evenly chosen pictures. Throws RangeError for fewer than two. */
export function principalComponents(
  train: Pick<Items, 'items' | 'size' | 'bytes'>,
  components: number,
): PrincipalComponents {
  const items = Math.min(train.items, Math.max(2, Math.floor(MOST_VALUES / train.size)));
  if (items < 2) throw new RangeError('principal components need at least two items');
  const { size } = train;
  const rank = Math.min(components + SPARE, items - 1, size);
  const rows = new Float32Array(items * size);
  for (let i = 0; i < items; i++) {
    const from = Math.floor((i * train.items) / items) * size;
    const item = train.bytes.subarray(from, from + size);
    for (let j = 0; j < size; j++) rows[i * size + j] = (item[j] as number) / 255;
  }
  return tf.tidy(() => {
    const given = tf.tensor2d(rows, [items, size]);
    const mean = tf.mean(given, 0);
    const x = tf.sub(given, mean) as ReturnType<typeof tf.tensor2d>;
    let basis = tf.tensor2d(normals(SEED, 'principal-components', size * rank), [size, rank]);
    for (let round = 0; round < ROUNDS; round++) {
      const turned = tf.tidy(() => orthonormal(tf.matMul(x, tf.matMul(x, basis), true)));
      basis.dispose();
      basis = turned;
    }
    const scores = tf.matMul(x, basis);
    const inner = new Matrix(tf.matMul(scores, scores, true).arraySync() as number[][]);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(inner, { assumeSymmetric: true });
    const order = realEigenvalues
      .map((_, i) => i)
      .sort((a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number));
    const largest = realEigenvalues[order[0] as number] as number;
    const kept = order.slice(0, components).filter((i) => (realEigenvalues[i] as number) > LEAST_SHARE * largest);
    const turn = tf.tensor2d(eigenvectorMatrix.to2DArray()).gather(tf.tensor1d(kept, 'int32'), 1);
    const axes = tf.transpose(tf.matMul(basis, turn));
    const variances = kept.map((i) => (realEigenvalues[i] as number) / (items - 1));
    const total = (tf.sum(tf.square(x)).dataSync()[0] as number) / (items - 1);
    const explained = variances.reduce((sum, value) => sum + value, 0);
    return {
      components: kept.length,
      mean: mean.dataSync() as Float32Array,
      axes: axes.dataSync() as Float32Array,
      deviations: Float32Array.from(variances, Math.sqrt),
      residual: Math.max(total - explained, 0) / size,
    };
  });
}

type Dense = ReturnType<typeof tf.tensor2d>;

/**
 * Returns orthonormal columns that span the same space, by Gram-Schmidt, twice in each step (Giraud and others 2005). Inner products of the columns
 * would lose all but the first axes of pictures that vary in one way only. A column that depends on earlier ones becomes 0.
 */
function orthonormal(columns: Dense): Dense {
  const [size, rank] = columns.shape;
  const values = Float64Array.from(tf.transpose(columns).dataSync());
  const rows = Array.from({ length: rank }, (_, i) => values.subarray(i * size, (i + 1) * size));
  for (const [i, row] of rows.entries()) {
    const before = Math.sqrt(dot(row, row));
    for (let pass = 0; pass < 2; pass++)
      for (const earlier of rows.slice(0, i)) {
        const share = dot(row, earlier);
        for (let at = 0; at < size; at++) row[at] = (row[at] as number) - share * (earlier[at] as number);
      }
    const after = Math.sqrt(dot(row, row));
    const scale = after > LEAST_REST * before ? 1 / after : 0;
    for (let at = 0; at < size; at++) row[at] = (row[at] as number) * scale;
  }
  return tf.transpose(tf.tensor2d(Float32Array.from(values), [rank, size]));
}
