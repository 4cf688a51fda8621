// Scaled dot-product attention over all positions of a sequence (Luong et al. 2015, Vaswani et al. 2017).
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOp } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';

const FLOAT = attribute.type('T', 'float32');

export type Memory = {
  /** [batch, places, keys] */
  readonly keys: Tensor;
  /** [batch, places, values] */
  readonly values: Tensor;
  /** Added to the scores, [batch, places]: 0, or far below zero at empty places. */
  readonly bias: Tensor;
};

/** Attends from `queries` [batch, positions, keys] and returns [batch, positions, values]. Differentiable once. */
export function attend(queries: Tensor, { keys, values, bias }: Memory): Tensor {
  const [batch, places, size] = keys.shape as [number, number, number];
  const scores = tf.mul(batchMatMul(queries, keys, false, true), 1 / Math.sqrt(size));
  return batchMatMul(softmax(tf.add(scores, tf.reshape(bias, [batch, 1, places]))), values);
}

/**
 * Returns the same for one position, `query` [batch, keys] to [batch, values], from operations that every export format supports.
 */
export function attendOnce(query: Tensor, { keys, values, bias }: Memory): Tensor {
  const [batch, places, size] = keys.shape as [number, number, number];
  const scores = tf.sum(tf.mul(keys, tf.reshape(query, [batch, 1, size])), 2);
  const shares = softmax(tf.add(tf.mul(scores, 1 / Math.sqrt(size)), bias));
  return tf.sum(tf.mul(values, tf.reshape(shares, [batch, places, 1])), 1);
}

/** Returns the matrix product of each item of a batch, with each factor transposed on request. */
function batchMatMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const attributes = [FLOAT, attribute.bool('adj_x', transposeA), attribute.bool('adj_y', transposeB)];
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save([a, b]);
    return {
      value: executeOp('BatchMatMulV2', attributes, [a, b]),
      gradFunc(dy: Tensor, saved: Tensor[]) {
        const [a, b] = saved as [Tensor, Tensor];
        return [
          transposeA ? batchMatMul(b, dy, transposeB, true) : batchMatMul(dy, b, false, !transposeB),
          transposeB ? batchMatMul(dy, a, true, transposeA) : batchMatMul(a, dy, !transposeA, false),
        ];
      },
    };
  })(a, b);
}

/** Returns the softmax over the last axis. */
function softmax(x: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const value = executeOp('Softmax', [FLOAT], [x]);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const shares = saved[0] as Tensor;
      return [tf.mul(shares, tf.sub(dy, tf.sum(tf.mul(dy, shares), -1, true)))];
    };
    return { value, gradFunc };
  })(x);
}
