// The sizes of the VAE's network. core/resolve-train.ts chooses between them.
import type { ResolvedTrain } from '#core/resolve-train.ts';

export interface VaePreset {
  /** Channels after each halving of the image. */
  readonly encoder: readonly number[];
  /** Channels after each doubling. */
  readonly decoder: readonly number[];
  /** Residual blocks at each size but the image's own. */
  readonly blocks: number;
}

type ImageSides = { readonly width: number; readonly height: number };

/** The image is halved until its longer side is at most this: what is left goes into the latent layers whole. */
const SMALLEST_SIDE = 8;
const FIRST_CHANNELS = 32;
const MOST_CHANNELS = 128;
const PLAIN: VaePreset = { encoder: [32, 64], decoder: [64, 32], blocks: 0 };

/** Throws where the preset is another family's. */
export function vaePreset(name: ResolvedTrain['preset'], sides: ImageSides): VaePreset {
  switch (name) {
    // Two convolutions each way: trains in minutes and has too few weights to learn a small dataset by heart.
    case 'plain':
      return PLAIN;
    // One block a size: three times the arithmetic of `plain`, and several nats better where there is data to learn it from.
    case 'residual':
      return residual(sides, 1);
    // Two blocks a size, for a GPU or a long night.
    case 'deep':
      return residual(sides, 2);
    default:
      throw new Error(`a VAE has no preset ${name}: there are plain, residual and deep`);
  }
}

function residual(sides: ImageSides, blocks: number): VaePreset {
  const encoder = Array.from({ length: halvings(sides) }, (_, i) => Math.min(FIRST_CHANNELS * 2 ** i, MOST_CHANNELS));
  const decoder = [...encoder.slice(0, -1).reverse(), FIRST_CHANNELS];
  return { encoder, decoder, blocks };
}

function halvings({ width, height }: ImageSides): number {
  let [count, w, h] = [0, width, height];
  while (count === 0 || (Math.max(w, h) > SMALLEST_SIDE && w % 2 === 0 && h % 2 === 0)) {
    [count, w, h] = [count + 1, w / 2, h / 2];
  }
  return count;
}
