// EfficientNet-Lite as an ONNX file for images of any size: channels last outside, channels first inside.
import { IMAGENET_CLASSES, POOLED_FEATURES } from '#core/kinds/image/pretrained-features.ts';
import type { StateEntry, StateMap } from '../engine/types.ts';
import { type OnnxAttributes, type OnnxNode, type OnnxPort, type OnnxTensor, onnxBytes } from '../export/onnx-proto.ts';
import { type EfficientNet, type Layer, PIXEL_DEVIATION, PIXEL_MEAN } from './efficientnet-lite.ts';

export type FeatureOutputs = {
  /** Strides whose maps are outputs, named `stride<n>`. */
  readonly strides: readonly number[];
  /** Whether `pooled` and `logits` are outputs. */
  readonly isClassifying: boolean;
};

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

/** Blocks that no output depends on are left out. */
export function featuresOnnx(
  name: string,
  network: EfficientNet,
  weights: StateMap,
  { strides, isClassifying }: FeatureOutputs,
): Uint8Array {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  const outputs: OnnxPort[] = [];
  const constant = (key: string, dims: readonly number[], values: Float32Array): string => {
    tensors.push({ name: key, dims, values });
    return key;
  };
  const emit = (
    op: string,
    inputs: readonly string[],
    attributes: OnnxAttributes = {},
    output = `n${nodes.length}`,
  ) => {
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  const weightOf = (key: string): StateEntry => {
    const entry = weights.get(key);
    if (entry === undefined) throw new Error(`${name} has no weight ${key}`);
    return entry;
  };
  const zero = constant('zero', [], Float32Array.of(0));
  const six = constant('six', [], Float32Array.of(6));
  const convolve = (layer: Layer, x: string): string => {
    const { dims, values } = channelsFirst(weightOf(`${layer.name}/kernel`), layer.isDepthwise);
    const { shape, values: bias } = weightOf(`${layer.name}/bias`);
    const inputs = [x, constant(`${layer.name}/kernel`, dims, values), constant(`${layer.name}/bias`, shape, bias)];
    const y = emit('Conv', inputs, {
      kernel_shape: { ints: dims.slice(2) },
      strides: { ints: [layer.stride, layer.stride] },
      auto_pad: { s: 'SAME_UPPER' },
      group: { i: layer.isDepthwise ? (dims[0] as number) : 1 },
    });
    return layer.isActivated ? emit('Clip', [y, zero, six]) : y;
  };

  const mean = constant('mean', [3], Float32Array.from(PIXEL_MEAN));
  const deviation = constant('deviation', [3], Float32Array.from(PIXEL_DEVIATION));
  const pixels = emit('Div', [emit('Sub', ['images', mean]), deviation]);
  let x = convolve(network.stem, emit('Transpose', [pixels], { perm: { ints: TO_FIRST } }));
  const deepest = isClassifying ? Number.POSITIVE_INFINITY : Math.max(...strides);
  for (const { layers, isResidual, lastOfStride } of network.blocks) {
    const y = layers.reduce((given, layer) => convolve(layer, given), x);
    x = isResidual ? emit('Add', [y, x]) : y;
    if (lastOfStride === undefined) continue;
    if (strides.includes(lastOfStride)) {
      const output = emit('Transpose', [x], { perm: { ints: TO_LAST } }, `stride${lastOfStride}`);
      const channels = weightOf(`${(layers.at(-1) as Layer).name}/bias`).values.length;
      outputs.push({ name: output, itemShape: [`height${lastOfStride}`, `width${lastOfStride}`, channels] });
    }
    if (lastOfStride >= deepest) break;
  }
  if (isClassifying) {
    const pooled = emit('GlobalAveragePool', [convolve(network.head, x)]);
    emit('Flatten', [pooled], { axis: { i: 1 } }, 'pooled');
    const [kernel, bias] = ['classifier/kernel', 'classifier/bias'].map((key) => {
      const { shape, values } = weightOf(key);
      return constant(key, shape, values);
    });
    emit('Gemm', ['pooled', kernel as string, bias as string], {}, 'logits');
    outputs.push({ name: 'pooled', itemShape: [POOLED_FEATURES] }, { name: 'logits', itemShape: [IMAGENET_CLASSES] });
  }
  return onnxBytes({ name, nodes, tensors, inputs: [{ name: 'images', itemShape: ['height', 'width', 3] }], outputs });
}

/** [h, w, in, out] or depthwise [h, w, channels, 1] to [out, in, h, w]. */
function channelsFirst({ shape, values }: StateEntry, isDepthwise: boolean): { dims: number[]; values: Float32Array } {
  const [height, width, third, fourth] = shape as [number, number, number, number];
  const [inputs, outputs] = isDepthwise ? [fourth, third] : [third, fourth];
  const taps = height * width;
  const out = new Float32Array(values.length);
  for (let tap = 0; tap < taps; tap++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++)
        out[(o * inputs + i) * taps + tap] = values[(tap * inputs + i) * outputs + o] as number;
  return { dims: [outputs, inputs, height, width], values: out };
}
