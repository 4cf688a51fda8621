// The larger picture that a part keeps beside the pixels of an item when photos are cut to their common subject (`fit: subject`).
import type { ImageHeader } from './header.ts';
import type { RawImage } from './measure.ts';

// Loaded when this function is called, not with the bundle, as in decode.ts.
const { default: sharp } = await import('sharp');

/** Pixels of the shorter side: the largest size at which alignment searches for the subject. */
const SHORTER_SIDE = 208;
/** Limits panoramas, whose shorter side is then smaller. */
const LONGER_SIDE = 512;
/** 4:4:4 at this quality: the cut is at least as small, so its artefacts are averaged away. */
const QUALITY = 92;
/** 0 to 6: the smallest files that the encoder finds. */
const WEBP_EFFORT = 6;

/** Returns the factor by which the image is reduced, at most 1: photos are never enlarged. */
export function photoScaleOf({ width, height }: Pick<ImageHeader, 'width' | 'height'>): number {
  return Math.min(1, SHORTER_SIDE / Math.min(width, height), LONGER_SIDE / Math.max(width, height));
}

/** Encodes as JPEG without metadata. The same pixels give the same bytes. */
export async function encodePhoto({ pixels, width, height, channels }: RawImage): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** Decodes to RGB, uint8 [height, width, 3], also from greyscale. Throws if the bytes are no image. */
export async function decodePhoto(bytes: Uint8Array): Promise<RawImage> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: info.channels };
}

/** Encodes as WebP without metadata. `quality`: 1 to 100, or lossless. */
export async function encodeWebp(
  { pixels, width, height, channels }: RawImage,
  quality: number | 'lossless',
): Promise<Uint8Array> {
  const how = quality === 'lossless' ? { lossless: true } : { quality };
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .webp({ ...how, effort: WEBP_EFFORT })
    .toBuffer();
}
