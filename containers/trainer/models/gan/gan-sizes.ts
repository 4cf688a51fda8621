// How large the two halves of a GAN are, by preset and image size.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

export type GanSizes = {
  /** Of the smallest map, from which the generator grows and to which the critic shrinks. */
  readonly height: number;
  readonly width: number;
  /** Channels of the generator's maps, the smallest map first; the image comes one doubling after the last. */
  readonly generator: readonly number[];
  /** Channels after each halving. */
  readonly critic: readonly number[];
  /** A second convolution with a way around it at each size. */
  readonly blocks: boolean;
  /** Whether the critic sees how far apart a few images lie; a penalty about single images forbids it. */
  readonly spread: boolean;
  /** Features by which the critic decides. */
  readonly features: number;
};

/** Halving stops here: smaller maps hold too little of where things are. */
const SMALLEST_SIDE = 8;
const FEWEST_HALVINGS = 2;
const FIRST_CHANNELS = { plain: 64, residual: 64, deep: 96, 'wgan-gp': 64 } as const;
const MOST_CHANNELS = { plain: 256, residual: 256, deep: 512, 'wgan-gp': 256 } as const;
/** Above this side the plain network halves its channels, and so takes about as long for an image as it does for a small one. */
const LARGEST_WIDE_SIDE = 48;
const FEATURES = 128;

/** Throws when a side of the image cannot be halved twice. */
export function ganSizes(image: { width: number; height: number }, preset: ResolvedTrain['preset']): GanSizes {
  if (preset === 'photo') throw new Error('the preset photo has a network of its own');
  let { width, height } = image;
  const critic: number[] = [];
  const share = preset === 'plain' && Math.max(width, height) > LARGEST_WIDE_SIDE ? 1 / 2 : 1;
  const isEven = () => width % 2 === 0 && height % 2 === 0;
  while (critic.length < FEWEST_HALVINGS || (Math.max(width, height) > SMALLEST_SIDE && isEven())) {
    if (!isEven()) {
      const multiple = 2 ** FEWEST_HALVINGS;
      throw new Error(
        `a GAN needs image sides that are multiples of ${multiple}, not ${image.width} x ${image.height}`,
      );
    }
    [width, height] = [width / 2, height / 2];
    critic.push(share * Math.min(FIRST_CHANNELS[preset] * 2 ** critic.length, MOST_CHANNELS[preset]));
  }
  const blocks = preset === 'residual' || preset === 'deep';
  return {
    width,
    height,
    generator: critic.toReversed(),
    critic,
    blocks,
    spread: preset !== 'wgan-gp',
    features: FEATURES,
  };
}
