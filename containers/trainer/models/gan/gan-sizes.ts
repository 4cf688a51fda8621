// The sizes of generator and critic, by preset and image size.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

export type GanSizes = {
  /** Size of the smallest map, at which the generator starts and the critic ends. */
  readonly height: number;
  readonly width: number;
  /** Channels of the maps of the generator, the smallest map first; the image follows one doubling after the last. */
  readonly generator: readonly number[];
  /** Channels after each halving. */
  readonly critic: readonly number[];
  /** Whether each size has a second convolution with a skip connection. */
  readonly blocks: boolean;
  /** Whether the critic sees the spread within groups of images; a penalty on single images does not allow it. */
  readonly spread: boolean;
  /** Number of features from which the critic computes its logit. */
  readonly features: number;
};

/** Halving stops here: smaller maps lose positions. */
const SMALLEST_SIDE = 8;
const FEWEST_HALVINGS = 2;
const FIRST_CHANNELS = { plain: 64, residual: 64, deep: 96, 'wgan-gp': 64 } as const;
const MOST_CHANNELS = { plain: 256, residual: 256, deep: 512, 'wgan-gp': 256 } as const;
/** Above this side the plain network has half the channels, so that an image takes about as long as a small one. */
const LARGEST_WIDE_SIDE = 48;
const FEATURES = 128;

/** Returns the sizes. Throws when a side of the image cannot be halved twice. */
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
