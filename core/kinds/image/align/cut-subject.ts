// Cuts a photo to its subject, at the size that a model is trained with.
import sharp from 'sharp';
import type { ImageConfig } from '../config.ts';
import type { RawImage } from '../measure.ts';
import type { SubjectBox } from './feature-grid.ts';

/**
 * Returns the pixels of the box, uint8 [height, width, channels] of the configuration. Where the configured size is not square, the
 * middle of the box is kept.
 */
export async function cutSubject(
  { pixels, width, height }: RawImage,
  { centreX, centreY, side }: SubjectBox,
  image: Pick<ImageConfig, 'width' | 'height' | 'channels'>,
): Promise<Uint8Array> {
  const length = Math.max(1, Math.min(Math.round(side), width, height));
  const from = (centre: number, most: number) => Math.min(Math.max(0, Math.round(centre - length / 2)), most - length);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .extract({ left: from(centreX, width), top: from(centreY, height), width: length, height: length })
    .resize(image.width, image.height, { fit: 'cover', kernel: 'lanczos3' })
    .toColourspace(image.channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
