// Projected discriminators (Sauer et al. 2021): small critics over frozen maps that fixed random convolutions have mixed.
import type { Tensor } from '@tensorflow/tfjs-node';
import { LITE0_MAPS } from '#core/kinds/image/pretrained-features.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import { batchNorm } from '../layers/batch-norm.ts';
import { resize } from '../layers/image-ops.ts';
import type { WeightShapes } from '../layers/initial.ts';
import { conv, leakyRelu, matMul } from '../layers/ops.ts';
import { SLOPE } from './photo-decoder.ts';
import { singularOf, spectrallyNormed } from './spectral-norm.ts';

/** Channels of the mixed maps of strides 2 to 32. */
const MIXED = [16, 32, 64, 96, 128] as const;
const MOST_CHANNELS = 128;
/** A critic halves a map until its height is at most this. */
const LAST_SIDE = 4;
const DOWN_KERNEL = 4;
const FLAT_KERNEL = 3;
const CLASS_DIM = 32;
/** The sum of two independent numbers of variance 1 has variance 2. */
const SUM_SCALE = Math.SQRT1_2;
/**
 * Small images are enlarged for the critics: at 64 pixels the frozen network loses a third of the detail that it sees at 96.
 */
const LEAST_SHOWN_SIDE = 96;
/** The part of the state with the mixing convolutions, which are random and not trained. */
export const MIXING_PART = 'mixing';

/** Returns the size at which the critics see images: multiples of 32, so that halved maps can be added. */
export function criticImageSize({ width, height }: { width: number; height: number }): [number, number] {
  const scale = Math.max(1, LEAST_SHOWN_SIDE / Math.max(width, height));
  const whole = (side: number) => Math.max(32, Math.round((side * scale) / 32) * 32);
  return [whole(height), whole(width)];
}

/**
 * Returns logits [batch, 5], one per critic, from frozen maps (divided by the deviations of their channels) and label [batch, classes].
 * `moved` collects the next estimates of the norms of the kernels.
 */
export function criticLogits(
  params: Params,
  maps: readonly Tensor[],
  label: Tensor | undefined,
  moved: Record<string, Tensor>,
): Tensor {
  const logits = mixedMaps(params, maps).map((map, i) => judgeMap(params, `critic/head${i + 1}`, map, label, moved));
  return tf.concat(logits, 1);
}

/** Mixes channels within each map, then adds the next smaller map, enlarged, to each map. */
function mixedMaps(params: Params, maps: readonly Tensor[]): Tensor[] {
  const kernel = (name: string) => params[`${MIXING_PART}/${name}/kernel`] as Tensor;
  const mixed: Tensor[] = maps.map((map, i) => conv(map, kernel(`channels${i + 1}`), 1));
  for (let i = mixed.length - 2; i >= 0; i--) {
    const map = mixed[i] as Tensor;
    const larger = resize(mixed[i + 1] as Tensor, map.shape.slice(1, 3) as [number, number]);
    mixed[i] = tf.mul(tf.add(map, conv(larger, kernel(`scales${i + 1}`), 1)), SUM_SCALE);
  }
  return mixed;
}

function judgeMap(
  params: Params,
  head: string,
  map: Tensor,
  label: Tensor | undefined,
  moved: Record<string, Tensor>,
): Tensor {
  const normed = (layer: string) => spectrallyNormed(params, `${head}.${layer}/kernel`, moved);
  let h = map;
  downKernels(map.shape[3] as number, map.shape[1] as number).forEach(({ stride }, i) => {
    const y = conv(h, normed(`down${i + 1}`), stride);
    const [gain, bias] = ['gain', 'bias'].map((which) => params[`${head}.down${i + 1}/${which}`]) as [Tensor, Tensor];
    h = leakyRelu(batchNorm(y, gain, bias).y, SLOPE);
  });
  const batch = h.shape[0] as number;
  const flat = tf.reshape(h, [batch, h.size / batch]);
  const plain = matMul(flat, normed('logit'));
  if (label === undefined) return plain;
  // A projection (Miyato and Koyama 2018): how well the image goes with the class.
  const wanted = matMul(label, params[`${head}.class/kernel`] as Tensor);
  const agreement = tf.sum(tf.mul(matMul(flat, normed('project')), wanted), 1, true);
  return tf.add(plain, tf.mul(agreement, 1 / Math.sqrt(CLASS_DIM)));
}

/**
 * Returns the weights of the critics, the fixed mixing, and the estimates of the norms, for images shown at [height, width].
 */
export function photoCriticShapes([height, width]: readonly [number, number], classes: number): WeightShapes {
  const shapes: Record<string, readonly number[]> = {};
  const normed = (name: string, kernel: readonly number[]) => {
    shapes[name] = kernel;
    shapes[singularOf(name)] = [1, kernel.at(-1) as number];
  };
  LITE0_MAPS.forEach(({ stride, channels }, i) => {
    const mixed = MIXED[i] as number;
    shapes[`${MIXING_PART}/channels${i + 1}/kernel`] = [1, 1, channels, mixed];
    if (i > 0) shapes[`${MIXING_PART}/scales${i}/kernel`] = [FLAT_KERNEL, FLAT_KERNEL, mixed, MIXED[i - 1] as number];
    const head = `critic/head${i + 1}`;
    const layers = downKernels(mixed, Math.ceil(height / stride));
    layers.forEach(({ kernel }, layer) => {
      normed(`${head}.down${layer + 1}/kernel`, kernel);
      for (const which of ['gain', 'bias']) shapes[`${head}.down${layer + 1}/${which}`] = [kernel[3]];
    });
    const halvings = layers.filter((layer) => layer.stride === 2).length;
    const rest = (side: number) => Array.from({ length: halvings }).reduce<number>((left) => Math.ceil(left / 2), side);
    const last =
      rest(Math.ceil(height / stride)) * rest(Math.ceil(width / stride)) * (layers.at(-1)?.kernel[3] ?? mixed);
    normed(`${head}.logit/kernel`, [last, 1]);
    if (classes === 0) return;
    normed(`${head}.project/kernel`, [last, CLASS_DIM]);
    shapes[`${head}.class/kernel`] = [classes, CLASS_DIM];
  });
  return shapes;
}

type DownKernel = { readonly kernel: readonly [number, number, number, number]; readonly stride: 1 | 2 };

/** Returns halving layers until the map is small, or one layer without halving for a small map. */
function downKernels(channels: number, side: number): DownKernel[] {
  const layers: DownKernel[] = [];
  for (let [from, rest] = [channels, side]; rest > LAST_SIDE; rest = Math.ceil(rest / 2)) {
    const to = Math.min(2 * from, MOST_CHANNELS);
    layers.push({ kernel: [DOWN_KERNEL, DOWN_KERNEL, from, to], stride: 2 });
    from = to;
  }
  if (layers.length > 0) return layers;
  return [{ kernel: [FLAT_KERNEL, FLAT_KERNEL, channels, MOST_CHANNELS], stride: 1 }];
}
