// The sizes of the networks for photos, by the size of the image.
export type PhotoSizes = {
  /** Sides of the smallest map, at which the decoder starts. */
  readonly height: number;
  readonly width: number;
  /** Channels of the decoder's maps, the smallest map first; each is twice as high and wide as the one before. */
  readonly channels: readonly number[];
};

/** Halving stops at this width and height. */
const SMALLEST_SIDE = 4;
/** Channels by the number of doublings that follow; maps farther from the image have the last number. */
const CHANNELS = [24, 48, 64, 128, 256] as const;
const LEAST_DOUBLINGS = 3;

/** Returns the sizes. Throws when a side of the image cannot be halved to eight pixels or fewer in enough steps. */
export function photoSizes(image: { width: number; height: number }): PhotoSizes {
  let [height, width, doublings] = [image.height, image.width, 0];
  while (Math.max(height, width) > SMALLEST_SIDE && height % 2 === 0 && width % 2 === 0) {
    [height, width, doublings] = [height / 2, width / 2, doublings + 1];
  }
  if (doublings < LEAST_DOUBLINGS || Math.max(height, width) > 2 * SMALLEST_SIDE) {
    throw new Error(
      `the preset photo needs image sides that can be halved down to ${SMALLEST_SIDE}, such as 64 or 128, not ${image.width} x ${image.height}`,
    );
  }
  const channels = Array.from({ length: doublings + 1 }, (_, level) => {
    return CHANNELS[Math.min(doublings - level, CHANNELS.length - 1)] as number;
  });
  return { height, width, channels };
}
