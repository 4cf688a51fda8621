// The list of supported ops: how each TensorFlow op of a forward pass is written in ONNX.

import { DTYPE } from '../engine/binding.ts';
import type { ForwardNode } from './forward.ts';
import type { ChannelOrder, Conversion } from './onnx-conversion.ts';
import {
  convertConvolution,
  convertDepthwiseConvolution,
  convertDepthwiseGradient,
  convertTransposedConvolution,
} from './onnx-convolutions.ts';

type Convert = (conversion: Conversion, node: ForwardNode) => void;

const UNARY = {
  Relu: 'Relu',
  Tanh: 'Tanh',
  Sigmoid: 'Sigmoid',
  Softplus: 'Softplus',
  Exp: 'Exp',
  Log: 'Log',
  Neg: 'Neg',
  Sqrt: 'Sqrt',
  Identity: 'Identity',
};
const BINARY = {
  Add: 'Add',
  AddV2: 'Add',
  AddN: 'Sum',
  Sub: 'Sub',
  Mul: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
};

/** ONNX's number of an element type by TensorFlow's. */
const ONNX_TYPE: Readonly<Record<number, number>> = { [DTYPE.float32]: 1, [DTYPE.int32]: 6, [DTYPE.bool]: 9 };

export const ONNX_OPS: Readonly<Record<string, Convert>> = {
  ...Object.fromEntries(Object.entries(UNARY).map(([op, onnx]) => [op, unary(onnx)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([op, onnx]) => [op, binary(onnx)])),
  LeakyRelu(conversion, node) {
    elementwise(conversion, node, ([x]) =>
      conversion.emit('LeakyRelu', [x], { alpha: { f: node.attr.alpha?.f ?? 0.2 } }),
    );
  },
  Relu6(conversion, node) {
    elementwise(conversion, node, ([x]) => clip(conversion, x, 0, 6));
  },
  LeakyReluGrad(conversion, node) {
    const alpha = node.attr.alpha?.f ?? 0.2;
    elementwise(conversion, node, ([dy, y]) => {
      const [slope, rest] = [alpha, 1 - alpha].map((value) => conversion.constant([], Float32Array.of(value)));
      const steep = conversion.emit('Mul', [above(conversion, y as string, 0), rest as string]);
      return conversion.emit('Mul', [dy, conversion.emit('Add', [steep, slope as string])]);
    });
  },
  Relu6Grad(conversion, node) {
    elementwise(conversion, node, ([dy, y]) => {
      const six = conversion.constant([], Float32Array.of(6));
      const isBelow = asNumber(conversion, conversion.emit('Greater', [six, y as string]));
      return conversion.emit('Mul', [conversion.emit('Mul', [dy, above(conversion, y as string, 0)]), isBelow]);
    });
  },
  ClipByValue(conversion, node) {
    const [x, ...limits] = node.input as [string, string, string];
    const [least, most] = limits.map((ref) => conversion.floatsOf(ref)[0] as number) as [number, number];
    put(conversion, node, clip(conversion, conversion.get(x), least, most));
  },
  SplitV(conversion, node) {
    const [x, sizes, over] = node.input as [string, string, string];
    const axis = conversion.constant([1], axes(conversion, over));
    let start = 0;
    for (const [i, size] of axes(conversion, sizes).entries()) {
      const bounds = [start, start + size].map((at) => conversion.constant([1], [at]));
      const part = conversion.emit('Slice', [conversion.get(x), ...bounds, axis]);
      conversion.set(`${node.name}:${i}`, part, 'last');
      start += size;
    }
  },
  /** Supports weights only; each part becomes a constant. */
  Unpack(conversion, node) {
    const [x] = node.input as [string];
    const [count = 1, ...shape] = conversion.shapeOf(x);
    const values = conversion.floatsOf(x);
    const size = values.length / count;
    for (let i = 0; i < count; i++) {
      const part = conversion.constant(shape, values.subarray(i * size, (i + 1) * size));
      conversion.set(`${node.name}:${i}`, part, 'last');
    }
  },
  Square(conversion, node) {
    elementwise(conversion, node, ([x]) => conversion.emit('Mul', [x, x]));
  },
  MatMul(conversion, node) {
    const [a, b] = node.input as [string, string];
    const attributes = {
      transA: { i: Number(node.attr.transpose_a?.b) },
      transB: { i: Number(node.attr.transpose_b?.b) },
    };
    put(conversion, node, conversion.emit('Gemm', [conversion.get(a), conversion.get(b)], attributes));
  },
  BiasAdd: addBias,
  Conv2D: convertConvolution,
  DepthwiseConv2dNative: convertDepthwiseConvolution,
  Conv2DBackpropInput: convertTransposedConvolution,
  DepthwiseConv2dNativeBackpropInput: convertDepthwiseGradient,
  Reshape(conversion, node) {
    const [x, shape] = node.input as [string, string];
    put(conversion, node, conversion.emit('Reshape', [conversion.get(x), reshapeTarget(conversion, shape)]));
  },
  ConcatV2(conversion, node) {
    const axis = axes(conversion, node.input.at(-1) as string);
    const parts = node.input.slice(0, -1).map((ref) => conversion.get(ref));
    put(conversion, node, conversion.emit('Concat', parts, { axis: { i: axis[0] as number } }));
  },
  Slice(conversion, node) {
    const [x, begin, size] = node.input as [string, string, string];
    const starts = axes(conversion, begin);
    // Everything after the batch is one axis.
    const sliced = conversion.sizesOf(size).flatMap((size, axis) => {
      const from = starts[axis] as number;
      return 'fixed' in size ? [{ axis, from, to: from + size.fixed }] : [];
    });
    const numbers = (of: (part: (typeof sliced)[number]) => number) =>
      conversion.constant([sliced.length], sliced.map(of));
    const range = [numbers(({ from }) => from), numbers(({ to }) => to), numbers(({ axis }) => axis)];
    put(conversion, node, conversion.emit('Slice', [conversion.get(x), ...range]));
  },
  Cast(conversion, node) {
    const to = ONNX_TYPE[node.attr.DstT?.type ?? 0];
    if (to === undefined) throw new Error(`no ONNX form of a cast to TensorFlow type ${node.attr.DstT?.type}`);
    elementwise(conversion, node, ([x]) => {
      return node.attr.SrcT?.type === node.attr.DstT?.type ? x : conversion.emit('Cast', [x], { to: { i: to } });
    });
  },
  Softmax(conversion, node) {
    put(conversion, node, conversion.emit('Softmax', [conversion.get(node.input[0] as string)], { axis: { i: -1 } }));
  },
  Sum(conversion, node) {
    const [x, over] = node.input as [string, string];
    const inputs = [conversion.get(x), conversion.constant([axes(conversion, over).length], axes(conversion, over))];
    put(conversion, node, conversion.emit('ReduceSum', inputs, { keepdims: keepDims(node) }));
  },
  Mean(conversion, node) {
    const [x, over] = node.input as [string, string];
    const attributes = { axes: { ints: axes(conversion, over) }, keepdims: keepDims(node) };
    put(conversion, node, conversion.emit('ReduceMean', [conversion.get(x)], attributes));
  },
};

function unary(op: string): Convert {
  return (conversion, node) => elementwise(conversion, node, ([x]) => conversion.emit(op, [x]));
}

function binary(op: string): Convert {
  return (conversion, node) => elementwise(conversion, node, (inputs) => conversion.emit(op, inputs));
}

/** Stays channels first where all inputs are images of one shape, one number a channel (of each image or of all), or scalars. */
function elementwise(conversion: Conversion, node: ForwardNode, emit: (inputs: [string, ...string[]]) => string): void {
  const shape = node.outputs?.[0]?.shape ?? [];
  const images = node.input.filter((ref) => isImage(conversion.shapeOf(ref), shape));
  const scalars = node.input.filter((ref) => conversion.shapeOf(ref).length === 0);
  const byChannel = node.input.filter((ref) => isByChannel(conversion.shapeOf(ref), shape));
  const keeps = shape.length === 4 && images.length + scalars.length + byChannel.length === node.input.length;
  const layout: ChannelOrder = keeps && images.some((ref) => conversion.layoutOf(ref) === 'first') ? 'first' : 'last';
  const read = (ref: string): string => {
    if (!byChannel.includes(ref)) return conversion.get(ref, scalars.includes(ref) ? 'last' : layout);
    const target = conversion.constant([3], [shape.at(-1) as number, 1, 1]);
    return layout === 'last' ? conversion.get(ref) : conversion.emit('Reshape', [conversion.get(ref), target]);
  };
  const output = emit(node.input.map(read) as [string, ...string[]]);
  conversion.set(`${node.name}:0`, output, layout);
}

/** Returns whether `given` equals the shape, or is [batch, 1, 1, channels] and broadcasts to it. */
function isImage(given: readonly number[], shape: readonly number[]): boolean {
  return (
    given.length === shape.length && given.every((size, axis) => size === shape[axis] || isInner(axis, size, shape))
  );
}

function isInner(axis: number, size: number, shape: readonly number[]): boolean {
  return shape.length === 4 && size === 1 && (axis === 1 || axis === 2);
}

/** 1 where x is greater than the limit, else 0. */
function above(conversion: Conversion, x: string, limit: number): string {
  return asNumber(conversion, conversion.emit('Greater', [x, conversion.constant([], Float32Array.of(limit))]));
}

function asNumber(conversion: Conversion, condition: string): string {
  return conversion.emit('Cast', [condition], { to: { i: ONNX_TYPE[DTYPE.float32] as number } });
}

function clip(conversion: Conversion, x: string, least: number, most: number): string {
  const limits = [least, most].map((limit) => conversion.constant([], Float32Array.of(limit)));
  return conversion.emit('Clip', [x, ...limits]);
}

function isByChannel(given: readonly number[], shape: readonly number[]): boolean {
  return given.length === 1 && shape.length === 4 && given[0] === shape[3];
}

/** The bias is folded into the preceding product or convolution if that has no other reader. */
function addBias(conversion: Conversion, node: ForwardNode): void {
  const [x, bias] = node.input as [string, string];
  const layout = conversion.layoutOf(x);
  const before = conversion.lastMade(x);
  if (
    before &&
    /^(Conv|ConvTranspose|Gemm)$/.test(before.op) &&
    before.inputs.length === 2 &&
    conversion.readersOf(x) === 1
  ) {
    const name = conversion.get(bias);
    conversion.replaceLast(x, (made) => ({ ...made, inputs: [...made.inputs, name] }));
    conversion.set(`${node.name}:0`, before.output, layout);
    return;
  }
  const values = conversion.floatsOf(bias);
  const rank = conversion.shapeOf(x).length;
  const dims =
    layout === 'first' ? [1, values.length, 1, 1] : [...Array.from({ length: rank - 1 }, () => 1), values.length];
  const output = conversion.emit('Add', [conversion.get(x, layout), conversion.constant(dims, values)]);
  conversion.set(`${node.name}:0`, output, layout);
}

/** The batch becomes -1, of which ONNX allows one. */
function reshapeTarget(conversion: Conversion, ref: string): string {
  const target = conversion.sizesOf(ref).map((size) => ('fixed' in size ? size.fixed : -1));
  if (target.filter((size) => size === -1).length > 1) throw new Error(`a reshape to [${target}] has two open sizes`);
  return conversion.constant([target.length], target);
}

function axes(conversion: Conversion, ref: string): number[] {
  return conversion.sizesOf(ref).map((size) => ('fixed' in size ? size.fixed : Number.NaN));
}

function keepDims(node: ForwardNode): { i: number } {
  return { i: Number(node.attr.keep_dims?.b ?? false) };
}

function put(conversion: Conversion, node: ForwardNode, output: string): void {
  conversion.set(`${node.name}:0`, output, 'last');
}
