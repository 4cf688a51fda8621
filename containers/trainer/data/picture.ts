// A grid of images as one PNG.
import sharp from 'sharp';
import type { ImageConfig } from '#core/kinds/image/config.ts';

export type ImageSize = Pick<ImageConfig, 'width' | 'height' | 'channels'>;

export type PictureGrid = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
};

/** Images one after the other, laid out row by row in the squarest grid; places that are left stay black. */
export function imageGrid(images: Uint8Array, { width, height, channels }: ImageSize): PictureGrid {
  const count = images.length / (width * height * channels);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const line = width * channels;
  const pixels = new Uint8Array(columns * rows * line * height);
  for (let image = 0; image < count; image++) {
    const top = Math.floor(image / columns) * height;
    const left = (image % columns) * line;
    for (let y = 0; y < height; y++) {
      const from = (image * height + y) * line;
      pixels.set(images.subarray(from, from + line), (top + y) * columns * line + left);
    }
  }
  return { width: columns * width, height: rows * height, channels, pixels };
}

export async function encodeGridPng({ width, height, channels, pixels }: PictureGrid): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
}
