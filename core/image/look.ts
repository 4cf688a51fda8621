// A small grey picture of an item, to compare items by.

export const LOOK_SIDE = 24;

type Shape = { readonly width: number; readonly height: number; readonly channels: number };

/** `pixels`: uint8 [height, width, channels]. Luminance, uint8 [24, 24]: the mean of the pixels below each cell. */
export function lookOf(pixels: Uint8Array, { width, height, channels }: Shape): Uint8Array {
  const look = new Uint8Array(LOOK_SIDE * LOOK_SIDE);
  for (let row = 0; row < LOOK_SIDE; row++) {
    const [top, bottom] = cellOf(row, height);
    for (let column = 0; column < LOOK_SIDE; column++) {
      const [left, right] = cellOf(column, width);
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) sum += luminance(pixels, (y * width + x) * channels, channels);
      look[row * LOOK_SIDE + column] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return look;
}

/** At least one pixel: small pictures are enlarged. */
function cellOf(cell: number, length: number): [number, number] {
  const start = Math.floor((cell * length) / LOOK_SIDE);
  return [start, Math.max(start + 1, Math.floor(((cell + 1) * length) / LOOK_SIDE))];
}

/** ITU-R BT.601 */
function luminance(pixels: Uint8Array, at: number, channels: number): number {
  if (channels === 1) return pixels[at] as number;
  return 0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number);
}
