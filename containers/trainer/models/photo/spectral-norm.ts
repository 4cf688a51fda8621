// Spectral normalisation (Miyato et al. 2018): a kernel divided by its largest singular value, which is estimated by one power iteration
// per step.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import { matMul } from '../layers/ops.ts';

const EPSILON = 1e-8;

/** Name of the state of a kernel: an estimate of its singular vector on the side of the outputs, [1, outputs]. */
export const singularOf = (kernel: string): string => `singular/${kernel}`;

/** Returns the kernel divided by its norm; `moved` collects the next estimates by state name. Differentiable once. */
export function spectrallyNormed(params: Params, name: string, moved: Record<string, Tensor>): Tensor {
  const kernel = params[name] as Tensor;
  const outputs = kernel.shape.at(-1) as number;
  const matrix = tf.reshape(kernel, [kernel.size / outputs, outputs]);
  const before = params[singularOf(name)] as Tensor;
  const left = constant(before, (vector) => unit(matMul(vector, matrix, false, true))); // [1, inputs]
  const right = constant(left, (vector) => unit(matMul(vector, matrix))); // [1, outputs]
  moved[singularOf(name)] = right;
  const norm = tf.sum(tf.mul(matMul(left, matrix), right));
  return tf.div(kernel, tf.add(norm, EPSILON));
}

/**
 * Returns `f(x)` as a constant to the gradient tape: the computation is not recorded, so it costs nothing in the backward pass.
 */
function constant(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  return tf.customGrad((given) => {
    return { value: f(given as Tensor), gradFunc: (dy: Tensor) => tf.zerosLike(dy) };
  })(x);
}

function unit(x: Tensor): Tensor {
  return tf.div(x, tf.add(tf.sqrt(tf.sum(tf.square(x))), EPSILON));
}
