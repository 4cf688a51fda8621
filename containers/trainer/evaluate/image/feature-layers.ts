// The small classifier whose last hidden layer is the feature space of images, and whose classes judge conditional samples.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ImageSize } from '../../data/picture.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { initialWeights, type WeightShapes } from '../../models/layers/initial.ts';
import { addBias, conv, dense, leakyRelu } from '../../models/layers/ops.ts';

export const FEATURES = 64;
/** Part of the hash of a network: another architecture is another network. */
export const ARCHITECTURE = 'goldpan-features-1';

const KERNEL = 3;
const SLOPE = 0.1;
const DROPOUT = 0.2;
const FIRST_FILTERS = 24;
const MOST_FILTERS = 64;
/** Layers of stride 2 follow until a side is at most this. */
const LAST_SIDE = 8;
/** Larger images are halved by the first layer. */
const LARGE_SIDE = 32;

export type FeatureNetworkConfig = ImageSize & {
  readonly classes: number;
  readonly batchSize: number;
};

type Layer = {
  readonly name: string;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
};

/**
 * Returns the programs. `train` takes x [batch, height, width, channels] in [0, 1] and label [batch, classes], one-hot.
 */
export function featureNetwork(config: FeatureNetworkConfig): {
  initialState(seed: number): StateMap;
  readonly programs: Readonly<Record<'train' | 'features', Program>>;
} {
  const { width, height, channels, classes, batchSize } = config;
  const layers = layersOf(config);
  const x = { shape: [batchSize, height, width, channels], dtype: 'float32' } as const;
  const train: Program = {
    feed: { x, label: { shape: [batchSize, classes], dtype: 'float32' } },
    batched: ['x', 'label'],
    updates: ['features'],
    step(params, feed, context) {
      const features = featuresOf(layers, params, feed.x as Tensor);
      const logits = logitsOf(params, context.dropout(features, DROPOUT, 'features'));
      const loss = tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), feed.label as Tensor), 1)));
      return { loss, outputs: {} };
    },
  };
  const features: Program = {
    feed: { x },
    batched: ['x'],
    updates: [],
    step(params, feed, _context: TraceContext) {
      const found = featuresOf(layers, params, feed.x as Tensor);
      return { outputs: { features: found, logits: logitsOf(params, found) } };
    },
  };
  return {
    initialState: (seed) => initialWeights(weightShapes(config, layers), seed),
    programs: { train, features },
  };
}

function featuresOf(layers: readonly Layer[], params: Params, x: Tensor): Tensor {
  let h = x;
  for (const { name, stride } of layers) {
    h = leakyRelu(addBias(conv(h, weight(params, name, 'kernel'), stride), weight(params, name, 'bias')), SLOPE);
  }
  const flat = tf.reshape(h, [x.shape[0] as number, h.size / (x.shape[0] as number)]);
  return leakyRelu(dense(flat, weight(params, 'dense', 'kernel'), weight(params, 'dense', 'bias')), SLOPE);
}

function logitsOf(params: Params, features: Tensor): Tensor {
  return dense(features, weight(params, 'logits', 'kernel'), weight(params, 'logits', 'bias'));
}

function weight(params: Params, layer: string, part: 'kernel' | 'bias'): Tensor {
  return params[`features/${layer}/${part}`] as Tensor;
}

/** 28 x 28: 28, 14, 7. 64 x 64: 32, 16, 8. */
function layersOf({ width, height, channels }: FeatureNetworkConfig): Layer[] {
  let side = Math.max(width, height);
  const first: Layer = { name: 'conv1', stride: side > LARGE_SIDE ? 2 : 1, from: channels, to: FIRST_FILTERS };
  const layers = [first];
  for (side = Math.ceil(side / first.stride); side > LAST_SIDE; side = Math.ceil(side / 2)) {
    const from = layers.at(-1)?.to as number;
    const to = Math.min(2 * from, MOST_FILTERS);
    layers.push({ name: `conv${layers.length + 1}`, stride: 2, from, to });
  }
  return layers;
}

function weightShapes({ width, height, classes }: FeatureNetworkConfig, layers: readonly Layer[]): WeightShapes {
  const after = (side: number) => layers.reduce((size, { stride }) => Math.ceil(size / stride), side);
  const flat = after(width) * after(height) * (layers.at(-1)?.to as number);
  return Object.fromEntries([
    ...layers.flatMap(({ name, from, to }): [string, number[]][] => [
      [`features/${name}/kernel`, [KERNEL, KERNEL, from, to]],
      [`features/${name}/bias`, [to]],
    ]),
    ['features/dense/kernel', [flat, FEATURES]],
    ['features/dense/bias', [FEATURES]],
    ['features/logits/kernel', [FEATURES, classes]],
    ['features/logits/bias', [classes]],
  ]);
}
