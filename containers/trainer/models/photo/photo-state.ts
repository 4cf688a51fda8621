// The initial state of a model of photos.

import { normals } from '#core/base/random.ts';
import { LITE0_MAPS } from '#core/kinds/image/pretrained-features.ts';
import type { StateEntry, StateMap } from '../../engine/types.ts';
import { frozenFeatures } from '../../features/feature-maps.ts';
import { readFeatureWeights } from '../../features/feature-weights.ts';
import { initialWeights, type WeightShapes } from '../layers/initial.ts';
import type { ImageModelConfig } from '../model.ts';
import { momentShapes } from './code-moments.ts';
import { decoderShapes } from './photo-decoder.ts';
import { encoderShapes } from './photo-encoder.ts';
import type { PhotoSizes } from './photo-sizes.ts';
import { MIXING_PART, photoCriticShapes } from './projected-critic.ts';

/** Share by which a step moves the statistics of a norm towards those of its batch. */
export const MOVED_SHARE = 0.05;
export const SCALES = LITE0_MAPS;
/** Name of the deviations of the channels of a frozen map, by which it is divided. */
export const mapDeviationName = (map: number): string => `scales/map${map + 1}/deviation`;
/** Initial deviation of the weights from the code to gain and bias of a norm. */
const AFFINE_DEVIATION = 0.02;

export type PhotoStateOptions = {
  readonly config: ImageModelConfig;
  readonly sizes: PhotoSizes;
  /** The size at which the critics see images. */
  readonly shown: readonly [number, number];
  readonly isEncoding: boolean;
  readonly seed: number;
};

export function initialPhotoState({ config, sizes, shown, isEncoding, seed }: PhotoStateOptions): StateMap {
  const { latentDim, classes } = config;
  const counted: WeightShapes = {
    ...(isEncoding && momentShapes(latentDim, classes)),
    ...Object.fromEntries(SCALES.map(({ channels }, i) => [mapDeviationName(i), [channels]])),
    'turns/critic/count': [],
  };
  const shapes: WeightShapes = {
    ...(isEncoding && encoderShapes(config)),
    ...decoderShapes(config, sizes),
    ...photoCriticShapes(shown, classes),
  };
  const drawn = initialWeights(shapes, seed);
  const entries = Object.keys(shapes).map((name): [string, StateEntry] => {
    const entry = drawn.get(name) as StateEntry;
    return [name, firstValue(name, entry, seed)];
  });
  const counts = Object.entries(counted).map(([name, shape]): [string, StateEntry] => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(name.startsWith('scales/') ? 1 : 0);
    return [name, { shape, values }];
  });
  return new Map([...entries, ...counts, ...frozenFeatures(readFeatureWeights())]);
}

/**
 * Gains and variances start at one; other weights follow the normal distributions of the papers that the networks come from.
 */
function firstValue(name: string, entry: StateEntry, seed: number): StateEntry {
  const { shape, values } = entry;
  const normal = (deviation: number): StateEntry => {
    return { shape, values: normals(seed, `initial/${name}`, values.length).map((value) => value * deviation) };
  };
  if (/\/(gain|variance)$/.test(name)) return { shape, values: values.map(() => 1) };
  if (/\/mean$/.test(name)) return { shape, values: values.map(() => 0) };
  if (name.startsWith('singular/')) return normal(1);
  if (name === 'decoder/class/kernel') return normal(1);
  if (name.endsWith('.affine/kernel')) return normal(AFFINE_DEVIATION);
  if (!name.startsWith(`${MIXING_PART}/`)) return entry;
  const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return normal(1 / Math.sqrt(fanIn));
}
