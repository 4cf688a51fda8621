// The cost of decoding an image, so that a unit has no more images than one call decodes.
import type { ImageHeader, ImageType } from '../header.ts';

/** Measured: 150 to 250 ms of CPU time a megapixel, where JPEG, PNG, WebP and TIFF take 7 to 80. */
const SLOW_TYPES: ReadonlySet<ImageType> = new Set(['image/heic', 'image/avif']);
/** How many times the cost of an ordinary pixel. */
export const SLOW_FACTOR = 8;

/** In pixels of an image of an ordinary type. */
export function decodingCost({ type, width, height }: Pick<ImageHeader, 'type' | 'width' | 'height'>): number {
  return width * height * (SLOW_TYPES.has(type) ? SLOW_FACTOR : 1);
}
