// The features by which images are compared: a thumbnail, two for colour images, and the perceptual hash of the first.
import { thumbnailHash } from './crop-hashes.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { smallestChannelThumbnail, THUMBNAIL_BYTES, thumbnailOf } from './thumbnail.ts';

export type ImageFingerprint = { readonly hash: PerceptualHash; readonly fingerprint: Uint8Array };

/** `pixels`: uint8 [height, width, channels]; fingerprint: uint8 [24, 24], of three channels [2, 24, 24]. */
export function imageFingerprint(
  pixels: Uint8Array,
  shape: { readonly width: number; readonly height: number; readonly channels: number },
): ImageFingerprint {
  const thumbnail = thumbnailOf(pixels, shape);
  const hash = thumbnailHash(thumbnail);
  if (shape.channels !== 3) return { hash, fingerprint: thumbnail };
  const fingerprint = new Uint8Array(2 * THUMBNAIL_BYTES);
  fingerprint.set(thumbnail);
  fingerprint.set(smallestChannelThumbnail(pixels, shape), THUMBNAIL_BYTES);
  return { hash, fingerprint };
}
