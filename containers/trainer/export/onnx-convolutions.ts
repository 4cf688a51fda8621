// TensorFlow's SAME convolutions in ONNX: explicit pads, since SAME is lopsided and runtimes disagree about it.
import type { ForwardNode } from './forward.ts';
import type { Conversion } from './onnx-conversion.ts';
import type { OnnxAttributes } from './onnx-proto.ts';

type Kernel = { readonly shape: readonly [number, number, number, number]; readonly values: Float32Array };

/** Kernel [h, w, in, out]. */
export function convertConvolution(conversion: Conversion, node: ForwardNode): void {
  const [x, ref] = node.input as [string, string];
  const kernel = kernelOf(conversion, ref);
  const strides = stridesOf(node);
  const pads = samePads(node, conversion.shapeOf(x), kernel, strides);
  const inputs = [conversion.get(x, 'first'), storedKernel(conversion, ref, kernel)];
  conversion.set(`${node.name}:0`, conversion.emit('Conv', inputs, attributes(kernel, strides, pads)), 'first');
}

/** Converts a kernel [h, w, channels, 1] that filters each channel separately. */
export function convertDepthwiseConvolution(conversion: Conversion, node: ForwardNode): void {
  const [x, ref] = node.input as [string, string];
  const kernel = kernelOf(conversion, ref);
  const strides = stridesOf(node);
  const pads = samePads(node, conversion.shapeOf(x), kernel, strides);
  const { dims, values } = permuted(kernel, [2, 3, 0, 1]);
  const inputs = [conversion.get(x, 'first'), conversion.constant(dims, values)];
  const grouped = { ...attributes(kernel, strides, pads), group: { i: kernel.shape[2] } };
  conversion.set(`${node.name}:0`, conversion.emit('Conv', inputs, grouped), 'first');
}

/**
 * The gradient of a depthwise convolution with respect to its image: a kernel [h, w, channels, 1] spreads each channel separately. With
 * stride 1 it is such a convolution itself, with the kernel turned round.
 */
export function convertDepthwiseGradient(conversion: Conversion, node: ForwardNode): void {
  const [, ref, dy] = node.input as [string, string, string];
  const kernel = kernelOf(conversion, ref);
  const strides = stridesOf(node);
  const pads = samePads(node, node.outputs?.[0]?.shape ?? [], kernel, strides);
  const isDense = strides.every((stride) => stride === 1);
  const { dims, values } = permuted(isDense ? turned(kernel) : kernel, [2, 3, 0, 1]);
  const inputs = [conversion.get(dy, 'first'), conversion.constant(dims, values)];
  const given = attributes(kernel, strides, isDense ? turnedPads(kernel, pads) : pads);
  const grouped = { ...given, group: { i: kernel.shape[2] } };
  conversion.set(`${node.name}:0`, conversion.emit(isDense ? 'Conv' : 'ConvTranspose', inputs, grouped), 'first');
}

/**
 * Kernel [h, w, out, in]. With stride 1 it is a plain convolution with the kernel turned round, which runs faster, unless it is the
 * gradient of a convolution whose kernel is in the file already.
 */
export function convertTransposedConvolution(conversion: Conversion, node: ForwardNode): void {
  const [, ref, x] = node.input as [string, string, string];
  const kernel = kernelOf(conversion, ref);
  const strides = stridesOf(node);
  const pads = samePads(node, node.outputs?.[0]?.shape ?? [], kernel, strides);
  const input = conversion.get(x, 'first');
  if (strides.every((stride) => stride === 1) && !conversion.isShared(ref)) {
    const { dims, values } = permuted(turned(kernel), [2, 3, 0, 1]);
    const inputs = [input, conversion.constant(dims, values)];
    const given = attributes(kernel, strides, turnedPads(kernel, pads));
    conversion.set(`${node.name}:0`, conversion.emit('Conv', inputs, given), 'first');
    return;
  }
  const inputs = [input, storedKernel(conversion, ref, kernel)];
  conversion.set(
    `${node.name}:0`,
    conversion.emit('ConvTranspose', inputs, attributes(kernel, strides, pads)),
    'first',
  );
}

/** Channels of the last axis first, then those of the third: what a convolution and the transposed one of the same kernel both take. */
function storedKernel(conversion: Conversion, ref: string, kernel: Kernel): string {
  return conversion.sharedConstant(ref, () => permuted(kernel, [3, 2, 0, 1]));
}

function attributes({ shape }: Kernel, strides: readonly number[], pads: readonly number[]): OnnxAttributes {
  return { kernel_shape: { ints: shape.slice(0, 2) }, strides: { ints: strides }, pads: { ints: pads } };
}

function kernelOf(conversion: Conversion, ref: string): Kernel {
  return { shape: conversion.shapeOf(ref) as Kernel['shape'], values: conversion.floatsOf(ref) };
}

function stridesOf(node: ForwardNode): number[] {
  return [...(node.attr.strides?.list?.i ?? [])].slice(1, 3);
}

/**
 * Returns [top, left, bottom, right] of the forward convolution over an image [batch, height, width, ...]; an odd pixel is added at the
 * end.
 */
function samePads(
  node: ForwardNode,
  image: readonly number[],
  { shape }: Kernel,
  strides: readonly number[],
): number[] {
  if (Buffer.from(node.attr.padding?.s ?? []).toString() === 'VALID') return [0, 0, 0, 0];
  const totals = strides.map((stride, i) => {
    const size = image[i + 1] as number;
    return Math.max((Math.ceil(size / stride) - 1) * stride + (shape[i] as number) - size, 0);
  });
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}

/** The pads of the convolution with the kernel turned round, from those of the transposed one. */
function turnedPads({ shape: [height, width] }: Kernel, pads: readonly number[]): number[] {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right];
}

/** The kernel turned by half a circle. */
function turned({ shape, values }: Kernel): Kernel {
  const [height, width, ...rest] = shape;
  const size = rest[0] * rest[1];
  const out = new Float32Array(values.length);
  for (let tap = 0; tap < height * width; tap++) {
    out.set(values.subarray(tap * size, (tap + 1) * size), (height * width - 1 - tap) * size);
  }
  return { shape, values: out };
}

function permuted(
  { shape, values }: Kernel,
  order: readonly [number, number, number, number],
): { dims: number[]; values: Float32Array } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const dims = order.map((axis) => shape[axis] as number) as [number, number, number, number];
  const steps = order.map((axis) => strides[axis] as number) as [number, number, number, number];
  const out = new Float32Array(values.length);
  let at = 0;
  for (let a = 0; a < dims[0]; a++)
    for (let b = 0; b < dims[1]; b++)
      for (let c = 0; c < dims[2]; c++)
        for (let d = 0; d < dims[3]; d++) {
          out[at++] = values[a * steps[0] + b * steps[1] + c * steps[2] + d * steps[3]] as number;
        }
  return { dims, values: out };
}
