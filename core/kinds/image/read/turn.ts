// Rotates pixels upright according to the eight values of the EXIF orientation (TIFF 6.0, section 8).
import type { RawImage } from '../measure.ts';

/**
 * Returns the stored position of the pixel at row y and column x of the upright image; w and h: width and height of the stored image, minus
 * one.
 */
const SOURCES: readonly ((x: number, y: number, w: number, h: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y, w) => [w - x, y],
  (x, y, w, h) => [w - x, h - y],
  (x, y, _w, h) => [x, h - y],
  (x, y) => [y, x],
  (x, y, _w, h) => [y, h - x],
  (x, y, w, h) => [w - y, h - x],
  (x, y, w) => [w - y, x],
];

/** `orientation`: 1 to 8; 5 to 8 swap width and height. */
export function turnedUpright(picture: RawImage, orientation: number): RawImage {
  const source = SOURCES[orientation - 1];
  if (orientation === 1 || !source) return picture;
  const { pixels, channels } = picture;
  const [width, height] = orientation >= 5 ? [picture.height, picture.width] : [picture.width, picture.height];
  const turned = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = source(x, y, picture.width - 1, picture.height - 1);
      const from = (row * picture.width + column) * channels;
      for (let channel = 0; channel < channels; channel++) turned[at++] = pixels[from + channel] as number;
    }
  return { pixels: turned, width, height, channels };
}
