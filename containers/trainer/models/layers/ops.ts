// The arithmetic of the layers. Every gradient consists of operations of this file (or of correct ones of tfjs), so gradients of gradients
// are right, and no operation keeps its output for a gradient that would need its derivative.
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOp, type OpAttribute } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';

const FLOAT = attribute.type('T', 'float32');
const CHANNELS_LAST = attribute.string('data_format', 'NHWC');

/** Returns `y = f(inputs)`, with `gradients(dy, inputs)` returning one tensor per input. */
function differentiable<Inputs extends Tensor[]>(
  inputs: [...Inputs],
  f: () => Tensor,
  gradients: (dy: Tensor, inputs: Inputs) => Tensor[],
): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save(inputs);
    return { value: f(), gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved as Inputs) };
  })(...inputs);
}

/**
 * Convolves x [batch, height, width, in] with kernel [h, w, in, out], padded so that the output is ceil(size / stride).
 */
export function conv(x: Tensor, kernel: Tensor, stride: number): Tensor {
  return differentiable(
    [x, kernel],
    () => executeOp('Conv2D', [...convAttributes(stride), attribute.ints('explicit_paddings', [])], [x, kernel]),
    (dy, [x, kernel]) => [convInput(x.shape, kernel, dy, stride), convKernel(x, kernel.shape, dy, stride)],
  );
}

/**
 * Returns the transpose of `conv`: x [batch, height, width, in] and kernel [h, w, out, in] to [batch, height * stride, width * stride,
 * out].
 */
export function convTranspose(x: Tensor, kernel: Tensor, stride: number): Tensor {
  const [batch, height, width] = x.shape as [number, number, number, number];
  return convInput([batch, height * stride, width * stride, kernel.shape[2] as number], kernel, x, stride);
}

function convInput(shape: readonly number[], kernel: Tensor, dy: Tensor, stride: number): Tensor {
  return differentiable(
    [kernel, dy],
    () => executeOp('Conv2DBackpropInput', convAttributes(stride), [tf.tensor1d([...shape], 'int32'), kernel, dy]),
    (g, [kernel, dy]) =>
      stride === 1 && g.shape[3] === 1
        ? singleChannelGradients(g, kernel, dy)
        : [convKernel(g, kernel.shape, dy, stride), conv(g, kernel, stride)],
  );
}

/**
 * Returns the gradients for images g of one channel, where convolution kernels run at a tenth of their speed: the image is shifted once per
 * tap of the kernel, then two small matrix products follow.
 */
function singleChannelGradients(g: Tensor, kernel: Tensor, dy: Tensor): Tensor[] {
  const [height, width, , channels] = kernel.shape as [number, number, number, number];
  const [top, left] = [(height - 1) >> 1, (width - 1) >> 1];
  const border: [number, number][] = [
    [0, 0],
    [top, height - 1 - top],
    [left, width - 1 - left],
    [0, 0],
  ];
  const padded = tf.pad(g, border);
  const shifted = Array.from({ length: height * width }, (_, tap) => {
    const from = [0, Math.floor(tap / width), tap % width, 0];
    return tf.reshape(tf.slice(padded, from, g.shape), [1, g.size]);
  });
  const taps = tf.concat(shifted, 0);
  const toKernel = matMul(taps, tf.reshape(dy, [g.size, channels]));
  const toInput = matMul(taps, tf.reshape(kernel, [height * width, channels]), true);
  return [tf.reshape(toKernel, kernel.shape), tf.reshape(toInput, dy.shape)];
}

function convKernel(x: Tensor, shape: readonly number[], dy: Tensor, stride: number): Tensor {
  return differentiable(
    [x, dy],
    () => executeOp('Conv2DBackpropFilter', convAttributes(stride), [x, tf.tensor1d([...shape], 'int32'), dy]),
    (g, [x, dy]) => [convInput(x.shape, g, dy, stride), conv(x, g, stride)],
  );
}

/** Returns the matrix product, with each factor transposed on request. */
export function matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const attributes = [FLOAT, attribute.bool('transpose_a', transposeA), attribute.bool('transpose_b', transposeB)];
  return differentiable(
    [a, b],
    () => executeOp('MatMul', attributes, [a, b]),
    (dy, [a, b]) => [
      transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB),
      transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false),
    ],
  );
}

/** Adds bias [channels] along the last axis. */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  return differentiable(
    [x, bias],
    () => executeOp('BiasAdd', [FLOAT, CHANNELS_LAST], [x, bias]),
    (dy) => [dy, channelSums(dy)],
  );
}

/**
 * Sums over all axes but the last, as a matrix product: faster than TensorFlow's reduction, and accurate enough in bfloat16.
 */
function channelSums(x: Tensor): Tensor {
  const channels = x.shape.at(-1) as number;
  if (channels === 1) return tf.reshape(tf.sum(x), [1]); // of one column the product is the slower one
  const rows = x.size / channels;
  return tf.reshape(matMul(tf.fill([1, rows], 1), tf.reshape(x, [rows, channels])), [channels]);
}

export function dense(x: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  return addBias(matMul(x, kernel), bias);
}

export function relu(x: Tensor): Tensor {
  return rectified('Relu', 'ReluGrad', [FLOAT], x);
}

/** Returns x above zero and `slope` times x below. `slope` must be positive. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return rectified('LeakyRelu', 'LeakyReluGrad', [FLOAT, attribute.float('alpha', slope)], x);
}

/**
 * The gradient needs only the signs of the output, which are those of the input, so that the input can be fused away.
 */
function rectified(op: string, gradientOp: string, attributes: OpAttribute[], x: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const value = executeOp(op, attributes, [x]);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => [masked(gradientOp, attributes, dy, saved[0] as Tensor)];
    return { value, gradFunc };
  })(x);
}

/**
 * Scales dy by a factor that depends on the sign of `mask` alone. It is linear in dy and constant in the mask, which is therefore not an
 * input; otherwise zeros would be propagated back through all earlier layers.
 */
function masked(op: string, attributes: OpAttribute[], dy: Tensor, mask: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save([mask]);
    const gradFunc = (g: Tensor, saved: Tensor[]) => [masked(op, attributes, g, saved[0] as Tensor)];
    return { value: executeOp(op, attributes, [dy, mask]), gradFunc };
  })(dy);
}

export function tanh(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => executeOp('Tanh', [FLOAT], [x]),
    (dy, [x]) => [tf.mul(dy, tf.sub(1, tf.square(tanh(x))))],
  );
}

export function sigmoid(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => executeOp('Sigmoid', [FLOAT], [x]),
    (dy, [x]) => {
      const y = sigmoid(x);
      return [tf.mul(dy, tf.mul(y, tf.sub(1, y)))];
    },
  );
}

export function softplus(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => executeOp('Softplus', [FLOAT], [x]),
    (dy, [x]) => [tf.mul(dy, sigmoid(x))],
  );
}

export function exp(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => executeOp('Exp', [FLOAT], [x]),
    (dy, [x]) => [tf.mul(dy, exp(x))],
  );
}

/** Sums everything but the first axis: [batch, ...] to [batch]. */
export function sumPerItem(x: Tensor): Tensor {
  const batch = x.shape[0] as number;
  return tf.sum(tf.reshape(x, [batch, -1]), 1);
}

/**
 * Returns the binary cross-entropy of targets in [0, 1] in nats, summed per item: softplus(logits) - logits * targets.
 */
export function bernoulliLoss(logits: Tensor, targets: Tensor): Tensor {
  const perItem = [logits.shape[0] as number, ...logits.shape.slice(1).map(() => 1)];
  return differentiable(
    [logits, targets],
    () => sumPerItem(tf.sub(executeOp('Softplus', [FLOAT], [logits]), tf.mul(logits, targets))),
    (dy, [logits, targets]) => {
      const perLogit = tf.reshape(dy, perItem);
      return [tf.mul(tf.sub(sigmoid(logits), targets), perLogit), tf.mul(tf.neg(logits), perLogit)];
    },
  );
}

function convAttributes(stride: number): OpAttribute[] {
  return [
    FLOAT,
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.string('padding', 'SAME'),
    CHANNELS_LAST,
    attribute.bool('use_cudnn_on_gpu', true),
    attribute.ints('dilations', [1, 1, 1, 1]),
  ];
}
