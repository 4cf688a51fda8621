// The sizes of the network of a VAE. core/model/resolve-train.ts chooses the preset.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Activation } from '../layers/activations.ts';

export type VaePreset = {
  /** Channels after each halving of the image. */
  readonly encoder: readonly number[];
  /** Channels after each doubling; `finish` may do the last one. */
  readonly decoder: readonly number[];
  /** Side of the kernels of the doubling layers. */
  readonly upKernel: number;
  /**
   * The last layer, which produces the channels of the image: at the size of the image, or including the last doubling.
   */
  readonly finish: { readonly kernel: number; readonly stride: 1 | 2 };
  /** Residual blocks of the decoder, on its smallest map: decoding is the harder half. */
  readonly blocks: number;
  /** Width of a dense layer on each side of the latent vector; 0 = none. */
  readonly trunk: number;
  readonly activation: Activation;
};

type ImageSides = { readonly width: number; readonly height: number };

/** The image is halved until its longer side is at most this; the dense layers read the rest. */
const SMALLEST_SIDE = 8;
const FIRST_CHANNELS = 32;
const MOST_CHANNELS = 128;
const TRUNK = 512;
const PLAIN: VaePreset = {
  encoder: [32, 64],
  decoder: [64, 32],
  upKernel: 3,
  finish: { kernel: 3, stride: 1 },
  blocks: 0,
  trunk: 0,
  activation: 'relu',
};

/** Returns the sizes. Throws when the preset belongs to another family. */
export function vaePreset(name: ResolvedTrain['preset'], sides: ImageSides): VaePreset {
  switch (name) {
    // Two convolutions each way: trains in minutes and has too few weights to memorise a small dataset.
    case 'plain':
      return PLAIN;
    // A dense trunk and a block on the smallest map, where a weight costs least arithmetic. Swish, since it reached 107.1 nats where relu
    // reached 111.2 in the same CPU time. Several nats better than `plain` in the same time, given enough data.
    case 'residual':
      return residual(sides, 1);
    // Three blocks and wider trunks, for a GPU or a long run.
    case 'deep':
      return { ...residual(sides, 3), trunk: 2 * TRUNK };
    default:
      throw new Error(`a VAE has no preset ${name}: there are plain, residual and deep`);
  }
}

/**
 * The last doubling produces the image at once: a layer at the size of the image would be half of all arithmetic. Its kernel, like those of
 * all doublings, is a multiple of the stride, so that every pixel is reached by as many weights (Odena et al. 2016).
 */
function residual(sides: ImageSides, blocks: number): VaePreset {
  const encoder = Array.from({ length: halvings(sides) }, (_, i) => Math.min(FIRST_CHANNELS * 2 ** i, MOST_CHANNELS));
  const decoder = encoder.slice(0, -1).reverse();
  return { encoder, decoder, upKernel: 4, finish: { kernel: 4, stride: 2 }, blocks, trunk: TRUNK, activation: 'swish' };
}

function halvings({ width, height }: ImageSides): number {
  let [count, w, h] = [0, width, height];
  while (count === 0 || (Math.max(w, h) > SMALLEST_SIDE && w % 2 === 0 && h % 2 === 0)) {
    [count, w, h] = [count + 1, w / 2, h / 2];
  }
  return count;
}
