// Arithmetic on the codes of all sub-columns, which lie side by side in one row: [batch, codes] and [batch, sub-columns].
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, matMul } from '../layers/ops.ts';
import type { TableLayout } from './table-layout.ts';

/** Returns the cross-entropy of each sub-column in nats, [batch, sub-columns]. */
export function crossEntropies(logits: Tensor, x: Tensor, layout: TableLayout): Tensor {
  return tf.sub(tf.log(sumsByBlock(exp(logits), layout)), sumsByBlock(tf.mul(x, logits), layout));
}

/** Sums over the codes of each sub-column: [batch, codes] to [batch, sub-columns]. */
export function sumsByBlock(values: Tensor, { subColumnOfCode, subColumns }: TableLayout): Tensor {
  return matMul(values, indicator(subColumnOfCode, subColumns.length));
}

/** Repeats the value of a sub-column for each of its codes: [batch, sub-columns] to [batch, codes]. */
export function spreadOverBlocks(values: Tensor, { subColumnOfCode, subColumns }: TableLayout): Tensor {
  return matMul(values, indicator(subColumnOfCode, subColumns.length), false, true);
}

/** Returns [rows, columns] with 1 at the column of each row. */
export function indicator(columnOf: readonly number[], columns: number): Tensor {
  const values = new Float32Array(columnOf.length * columns);
  columnOf.forEach((column, row) => {
    values[row * columns + column] = 1;
  });
  return tf.tensor2d(values, [columnOf.length, columns]);
}
