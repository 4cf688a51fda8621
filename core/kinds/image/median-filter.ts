// Takes single stray pixels out of a picture and leaves edges where they are.
import type { RawImage } from './measure.ts';

const REACH = 1;

/** The median of each pixel's 3 x 3 neighbourhood, channel by channel; at the border the nearest pixels count again. */
export function medianFilter(picture: RawImage): RawImage {
  const { pixels, width, height, channels } = picture;
  const filtered = new Uint8Array(pixels.length);
  const near = new Uint8Array(9);
  const rowBytes = width * channels;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++) {
        let count = 0;
        for (let dy = -REACH; dy <= REACH; dy++)
          for (let dx = -REACH; dx <= REACH; dx++)
            near[count++] = pixels[
              within(y + dy, height) * rowBytes + within(x + dx, width) * channels + channel
            ] as number;
        filtered[y * rowBytes + x * channels + channel] = near.sort()[4] as number;
      }
  return { ...picture, pixels: filtered };
}

function within(at: number, length: number): number {
  return Math.min(Math.max(at, 0), length - 1);
}
