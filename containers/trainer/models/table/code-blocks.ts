// Arithmetic on the codes of sub-columns that lie side by side in one row: [batch, codes] and [batch, sub-columns].
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, matMul } from '../layers/ops.ts';
import type { TableLayout } from './table-layout.ts';

/** Cross-entropy of each sub-column in nats, [batch, sub-columns]. */
export function crossEntropies(logits: Tensor, x: Tensor, layout: TableLayout): Tensor {
  return tf.sub(tf.log(sumsByBlock(exp(logits), layout)), sumsByBlock(tf.mul(x, logits), layout));
}

/** The sum over the codes of each sub-column: [batch, codes] to [batch, sub-columns]. */
export function sumsByBlock(values: Tensor, { subColumnOfCode, subColumns }: TableLayout): Tensor {
  return matMul(values, indicator(subColumnOfCode, subColumns.length));
}

/** The value of its sub-column for each code: [batch, sub-columns] to [batch, codes]. */
export function spreadOverBlocks(values: Tensor, { subColumnOfCode, subColumns }: TableLayout): Tensor {
  return matMul(values, indicator(subColumnOfCode, subColumns.length), false, true);
}

/** [rows, columns]: 1 at the column of each row. */
export function indicator(columnOf: readonly number[], columns: number): Tensor {
  const values = new Float32Array(columnOf.length * columns);
  columnOf.forEach((column, row) => {
    values[row * columns + column] = 1;
  });
  return tf.tensor2d(values, [columnOf.length, columns]);
}
