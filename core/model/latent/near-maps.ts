// The maps of the frozen network in which a drawing is compared with given photos, as the networks of a photo model name them.
import { LITE0_MAPS } from '../../kinds/image/pretrained-features.ts';

/** File of the network that says how a code has to move for its drawing to be more like given photos. */
export const LIKENESS_FILE = 'likeness.onnx';
/** File of the network that computes the maps of given photos. */
export const NEAR_FILE = 'near.onnx';

/** Strides 16 and 32: these maps know more of what is shown than of where. */
const NEAR_STRIDES = [16, 32];
/** Smaller images are shown larger, doubled until they are as wide or high: at 64 pixels the frozen network misses a third. */
const LEAST_SHOWN_SIDE = 96;

type ImageSize = { readonly width: number; readonly height: number };
type NearMap = {
  /** Name of the output for photos, and of the input for the wanted maps. */
  readonly name: string;
  /** Place among the maps of the frozen network, from 0. */
  readonly map: number;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
};

/** How often images are doubled before the frozen network sees them. */
export function doublingsOf({ width, height }: ImageSize): number {
  return Math.max(0, Math.ceil(Math.log2(LEAST_SHOWN_SIDE / Math.max(width, height))));
}

export function nearMapsOf(size: ImageSize): NearMap[] {
  const sideOf = (side: number, stride: number) => Math.ceil((side * 2 ** doublingsOf(size)) / stride);
  return LITE0_MAPS.flatMap(({ stride, channels }, map) => {
    const shape = [sideOf(size.height, stride), sideOf(size.width, stride), channels] as const;
    return NEAR_STRIDES.includes(stride) ? [{ name: `near${stride}`, map, shape }] : [];
  });
}
