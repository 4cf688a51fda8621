// Arithmetic on the codes of all sub-columns, which lie side by side in one row: [batch, codes] and [batch, sub-columns].
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import { exp, matMul, relu } from '../layers/ops.ts';
import type { TableLayout } from './table-layout.ts';

/** Logits up to this size are exponentiated as they are. */
const SMALL = 60;
/** Sub-columns of a group. */
const MOST_BLOCKS = 128;

/** Returns the cross-entropy of each sub-column in nats, [batch, sub-columns]; finite whatever the logits. */
export function crossEntropies(logits: Tensor, x: Tensor, layout: TableLayout): Tensor {
  const bounds = upperBounds(logits, layout);
  const shifted = exp(tf.sub(logits, spreadOverBlocks(bounds, layout)));
  return tf.sub(tf.add(bounds, tf.log(sumsByBlock(shifted, layout))), sumsByBlock(tf.mul(x, logits), layout));
}

/**
 * For each sub-column a number that is not below its largest logit and not far above it: the soft maximum at a temperature at which no
 * logit of the row overflows, [batch, sub-columns]. The cross-entropy does not depend on it, so that it has no gradient.
 */
function upperBounds(logits: Tensor, layout: TableLayout): Tensor {
  return tf.customGrad((given) => {
    const rows = given as Tensor;
    const largest = tf.max(tf.abs(rows), 1, true);
    const temperature = tf.add(1, relu(tf.sub(tf.mul(largest, 1 / SMALL), 1)));
    const value = tf.mul(temperature, tf.log(sumsByBlock(exp(tf.div(rows, temperature)), layout)));
    return { value, gradFunc: () => tf.zeros(rows.shape) };
  })(logits);
}

/** Sums over the codes of each sub-column: [batch, codes] to [batch, sub-columns]. */
export function sumsByBlock(values: Tensor, layout: TableLayout): Tensor {
  return joined(groupsOf(layout).map(({ codes, ofCode }) => matMul(part(values, codes), ofCode())));
}

/** Repeats the value of a sub-column for each of its codes: [batch, sub-columns] to [batch, codes]. */
export function spreadOverBlocks(values: Tensor, layout: TableLayout): Tensor {
  return joined(groupsOf(layout).map(({ blocks, ofCode }) => matMul(part(values, blocks), ofCode(), false, true)));
}

type Range = { readonly first: number; readonly count: number };

/** Sub-columns side by side, and their codes. `ofCode` makes [codes, blocks] with 1 at the sub-column of each code. */
type Group = { readonly blocks: Range; readonly codes: Range; readonly ofCode: () => Tensor };

/** A table of hundreds of columns is summed in groups: one matrix of all codes and sub-columns would be nearly all zeros. */
function groupsOf({ subColumns, codes, subColumnOfCode }: TableLayout): Group[] {
  const offsetOf = (block: number) => subColumns[block]?.offset ?? codes;
  return Array.from({ length: Math.ceil(subColumns.length / MOST_BLOCKS) }, (_, group) => {
    const first = group * MOST_BLOCKS;
    const blocks = { first, count: Math.min(MOST_BLOCKS, subColumns.length - first) };
    const [from, to] = [offsetOf(first), offsetOf(first + blocks.count)];
    const ofCode = () =>
      indicator(
        subColumnOfCode.slice(from, to).map((block) => block - first),
        blocks.count,
      );
    return { blocks, codes: { first: from, count: to - from }, ofCode };
  });
}

function part(values: Tensor, { first, count }: Range): Tensor {
  const [rows, columns] = values.shape as [number, number];
  return count === columns ? values : tf.slice(values, [0, first], [rows, count]);
}

function joined(parts: Tensor[]): Tensor {
  return parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 1);
}

/** Returns [rows, columns] with 1 at the column of each row. */
export function indicator(columnOf: readonly number[], columns: number): Tensor {
  const values = new Float32Array(columnOf.length * columns);
  columnOf.forEach((column, row) => {
    values[row * columns + column] = 1;
  });
  return tf.tensor2d(values, [columnOf.length, columns]);
}
