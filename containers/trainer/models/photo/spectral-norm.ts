// Spectral normalisation (Miyato et al. 2018): a kernel divided by its largest singular value, which one power iteration a step follows.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import { matMul } from '../layers/ops.ts';

const EPSILON = 1e-8;

/** The state that goes with a kernel: an estimate of its singular vector on the side of the outputs, [1, outputs]. */
export const singularOf = (kernel: string): string => `singular/${kernel}`;

/** A state's kernel divided by its norm; `moved` collects the next estimates by state name. Differentiable once. */
export function spectrallyNormed(params: Params, name: string, moved: Record<string, Tensor>): Tensor {
  const kernel = params[name] as Tensor;
  const outputs = kernel.shape.at(-1) as number;
  const matrix = tf.reshape(kernel, [kernel.size / outputs, outputs]);
  const constant = withoutGradient(matrix);
  const before = params[singularOf(name)] as Tensor;
  const left = unit(matMul(before, constant, false, true)); // [1, inputs]
  const right = unit(matMul(left, constant)); // [1, outputs]
  moved[singularOf(name)] = right;
  const norm = tf.sum(tf.mul(matMul(left, matrix), right));
  return tf.div(kernel, tf.add(norm, EPSILON));
}

/** The same values, as a constant to the gradient tape. */
export function withoutGradient(x: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save([]);
    return { value: tf.mul(given[0] as Tensor, 1), gradFunc: (dy: Tensor) => [tf.zerosLike(dy)] };
  })(x);
}

function unit(x: Tensor): Tensor {
  return tf.div(x, tf.add(tf.norm(x), EPSILON));
}
