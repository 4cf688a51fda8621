// EfficientNet-Lite as a list of layers with batch norm folded into the convolutions. One description for TensorFlow and for ONNX.
import type { StateEntry, StateMap } from '../engine/types.ts';

/** A convolution, padded so that the output is ceil(size / stride); ReLU6 follows where `isActivated`. */
export type Layer = {
  readonly name: string;
  /** A depthwise kernel is [h, w, channels, 1], any other [h, w, in, out]. */
  readonly isDepthwise: boolean;
  readonly stride: number;
  readonly isActivated: boolean;
};

export type Block = {
  readonly layers: readonly Layer[];
  /** The block's input is added to its output. */
  readonly isResidual: boolean;
  /** The block's output is the last map of this stride. */
  readonly lastOfStride?: number;
};

export type EfficientNet = {
  readonly stem: Layer;
  readonly blocks: readonly Block[];
  readonly head: Layer;
};

/** The first block of each stage of EfficientNet has this stride; the first and the last stage have one block. */
const STAGES = [
  { repeats: 1, stride: 1 },
  { repeats: 2, stride: 2 },
  { repeats: 2, stride: 2 },
  { repeats: 3, stride: 2 },
  { repeats: 3, stride: 1 },
  { repeats: 4, stride: 2 },
  { repeats: 1, stride: 1 },
] as const;

/** Depth multipliers of the variants. */
const DEPTH = { lite0: 1, lite2: 1.2 } as const;
export type Variant = keyof typeof DEPTH;

/** ImageNet's mean and deviation by channel, of pixels in [0, 1]. */
export const PIXEL_MEAN = [0.485, 0.456, 0.406] as const;
export const PIXEL_DEVIATION = [0.229, 0.224, 0.225] as const;

export function efficientNetLite(variant: Variant): EfficientNet {
  const plans = STAGES.flatMap(({ repeats, stride }, stage) => {
    const isScaled = stage > 0 && stage < STAGES.length - 1;
    const count = isScaled ? Math.ceil(repeats * DEPTH[variant]) : repeats;
    return Array.from({ length: count }, (_, i) => ({ stride: i === 0 ? stride : 1, isFirst: i === 0 }));
  });
  let total = 2;
  const blocks = plans.map(({ stride, isFirst }, i): Block => {
    total *= stride;
    const isLast = (plans[i + 1]?.stride ?? 2) === 2;
    const depthwise = { name: `block${i}.depthwise`, isDepthwise: true, stride, isActivated: true };
    return {
      layers: [
        ...(i === 0 ? [] : [plain(`block${i}.expand`, 1, true)]),
        depthwise,
        plain(`block${i}.project`, 1, false),
      ],
      isResidual: !isFirst,
      ...(isLast && { lastOfStride: total }),
    };
  });
  return { stem: plain('stem', 2, true), blocks, head: plain('head', 1, true) };
}

/**
 * Returns the weights by `<layer>/kernel` and `<layer>/bias`, from a PyTorch state_dict of efficientnet_lite_pytorch, and
 * `classifier/kernel` [features, classes] and `classifier/bias`. Throws if a tensor is missing.
 */
export function foldedWeights(network: EfficientNet, tensors: StateMap): Map<string, StateEntry> {
  const get = (name: string): StateEntry => {
    const entry = tensors.get(name);
    if (entry === undefined) throw new Error(`the checkpoint has no ${name}`);
    return entry;
  };
  const weights = new Map<string, StateEntry>();
  const fold = (layer: Layer, convolution: string, norm: string) => {
    const [kernel, bias] = folded(get(`${convolution}.weight`), layer.isDepthwise, (part) => get(`${norm}.${part}`));
    weights.set(`${layer.name}/kernel`, kernel).set(`${layer.name}/bias`, bias);
  };
  fold(network.stem, '_conv_stem', '_bn0');
  for (const [i, { layers }] of network.blocks.entries()) {
    const [project, depthwise, expand] = layers.toReversed() as [Layer, Layer, Layer?];
    if (expand) fold(expand, `_blocks.${i}._expand_conv`, `_blocks.${i}._bn0`);
    fold(depthwise, `_blocks.${i}._depthwise_conv`, `_blocks.${i}._bn1`);
    fold(project, `_blocks.${i}._project_conv`, `_blocks.${i}._bn2`);
  }
  fold(network.head, '_conv_head', '_bn1');
  const { shape, values } = get('_fc.weight');
  const [classes, features] = shape as [number, number];
  const kernel = new Float32Array(values.length);
  for (let f = 0; f < features; f++)
    for (let c = 0; c < classes; c++) kernel[f * classes + c] = values[c * features + f] as number;
  weights
    .set('classifier/kernel', { shape: [features, classes], values: kernel })
    .set('classifier/bias', get('_fc.bias'));
  return weights;
}

const NORM_EPSILON = 1e-3;

/** PyTorch's kernel [out, in, h, w] times the norm's gain, in TensorFlow's order, and the bias that the norm leaves. */
function folded(
  { shape, values }: StateEntry,
  isDepthwise: boolean,
  norm: (part: string) => StateEntry,
): [StateEntry, StateEntry] {
  const [outputs, inputs, height, width] = shape as [number, number, number, number];
  const [gain, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => norm(part).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const scale = Float64Array.from(gain, (g, i) => g / Math.sqrt((variance[i] as number) + NORM_EPSILON));
  const bias = Float32Array.from(offset, (b, i) => b - (mean[i] as number) * (scale[i] as number));
  const taps = height * width;
  const kernel = new Float32Array(values.length);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++)
        kernel[(tap * inputs + i) * outputs + o] =
          (values[(o * inputs + i) * taps + tap] as number) * (scale[o] as number);
  const order = isDepthwise ? [height, width, outputs, inputs] : [height, width, inputs, outputs];
  return [
    { shape: order, values: kernel },
    { shape: [outputs], values: bias },
  ];
}

function plain(name: string, stride: number, isActivated: boolean): Layer {
  return { name, isDepthwise: false, stride, isActivated };
}
