// Operations of networks for photos. As in ops.ts, their gradients consist of each other, so gradients of any order exist.
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOp, type OpAttribute } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';

const FLOAT = attribute.type('T', 'float32');
const CORNERS = [attribute.bool('align_corners', false), attribute.bool('half_pixel_centers', true)];

type Saved = (tensors: Tensor[]) => void;

/** Returns `y = f(inputs)`, with `gradients(dy, inputs)` returning one tensor per input. */
function differentiable(
  inputs: Tensor[],
  f: () => Tensor,
  gradients: (dy: Tensor, inputs: Tensor[]) => Tensor[],
): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as Saved;
    save(inputs);
    return { value: f(), gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved) };
  })(...inputs);
}

/**
 * Convolves each channel of x [batch, height, width, channels] with its own kernel [h, w, channels, 1], padded so that the output is
 * ceil(size / stride). An unused gradient of the kernel costs nothing: the graph leaves it out.
 */
export function depthwiseConv(x: Tensor, kernel: Tensor, stride: number): Tensor {
  return differentiable(
    [x, kernel],
    () => executeOp('DepthwiseConv2dNative', depthwiseAttributes(stride), [x, kernel]),
    (dy, [x, kernel]) => [
      depthwiseInput((x as Tensor).shape, kernel as Tensor, dy, stride),
      depthwiseKernel(x as Tensor, (kernel as Tensor).shape, dy, stride),
    ],
  );
}

function depthwiseInput(shape: readonly number[], kernel: Tensor, dy: Tensor, stride: number): Tensor {
  return differentiable(
    [kernel, dy],
    () => {
      const inputs = [tf.tensor1d([...shape], 'int32'), kernel, dy];
      return executeOp('DepthwiseConv2dNativeBackpropInput', depthwiseAttributes(stride), inputs);
    },
    (g, [kernel, dy]) => [
      depthwiseKernel(g, (kernel as Tensor).shape, dy as Tensor, stride),
      depthwiseConv(g, kernel as Tensor, stride),
    ],
  );
}

function depthwiseKernel(x: Tensor, shape: readonly number[], dy: Tensor, stride: number): Tensor {
  return differentiable(
    [x, dy],
    () => {
      const inputs = [x, tf.tensor1d([...shape], 'int32'), dy];
      return executeOp('DepthwiseConv2dNativeBackpropFilter', depthwiseAttributes(stride), inputs);
    },
    (g, [x, dy]) => [
      depthwiseInput((x as Tensor).shape, g, dy as Tensor, stride),
      depthwiseConv(x as Tensor, g, stride),
    ],
  );
}

/** Returns min(max(x, 0), 6). The gradient needs the output alone, so that the input can be fused away. */
export function relu6(x: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as Saved;
    const value = executeOp('Relu6', [FLOAT], [x]);
    save([value]);
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => [masked(dy, saved[0] as Tensor)] };
  })(x);
}

/** Returns dy where relu6 has a slope, else 0; linear in dy and constant in the mask. */
function masked(dy: Tensor, mask: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as Saved;
    save([mask]);
    const value = executeOp('Relu6Grad', [FLOAT], [dy, mask]);
    return { value, gradFunc: (g: Tensor, saved: Tensor[]) => [masked(g, saved[0] as Tensor)] };
  })(dy);
}

/** Resizes x [batch, height, width, channels], bilinear between the centres of pixels. */
export function resize(x: Tensor, [height, width]: readonly [number, number]): Tensor {
  if (x.shape[1] === height && x.shape[2] === width) return x;
  return differentiable(
    [x],
    () => executeOp('ResizeBilinear', [FLOAT, ...CORNERS], [x, tf.tensor1d([height, width], 'int32')]),
    (dy, [x]) => [resizeBack(dy, (x as Tensor).shape)],
  );
}

/** Returns the transpose of `resize`: the sum of dy over the pixels that each input pixel contributes to. */
function resizeBack(dy: Tensor, shape: readonly number[]): Tensor {
  return differentiable(
    [dy],
    () => executeOp('ResizeBilinearGrad', [FLOAT, ...CORNERS], [dy, tf.fill([...shape], 0)]),
    (g, [dy]) => [resize(g, (dy as Tensor).shape.slice(1, 3) as [number, number])],
  );
}

/** Returns the mean of each square of `size` pixels; the squares must tile x [batch, height, width, channels]. */
export function averagePool(x: Tensor, size: number): Tensor {
  if (size === 1) return x;
  return differentiable(
    [x],
    () => {
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      return tf.mean(tf.reshape(x, [batch, height / size, size, width / size, size, channels]), [2, 4]);
    },
    (dy) => [spread(dy, size)],
  );
}

/** The transpose of `averagePool`: each pixel becomes a square of `size` pixels that share it equally. */
function spread(dy: Tensor, size: number): Tensor {
  return differentiable(
    [dy],
    () => {
      const [batch, height, width, channels] = dy.shape as [number, number, number, number];
      // A product that broadcasts: tiles of an exported file would be as large as it says.
      const square = tf.tensor(new Float32Array(size ** 2).fill(1 / size ** 2), [1, 1, size, 1, size, 1]);
      const shared = tf.mul(tf.reshape(dy, [batch, height, 1, width, 1, channels]), square);
      return tf.reshape(shared, [batch, height * size, width * size, channels]);
    },
    (g) => [averagePool(g, size)],
  );
}

function depthwiseAttributes(stride: number): OpAttribute[] {
  return [
    FLOAT,
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.string('padding', 'SAME'),
    attribute.ints('explicit_paddings', []),
    attribute.string('data_format', 'NHWC'),
    attribute.ints('dilations', [1, 1, 1, 1]),
  ];
}
