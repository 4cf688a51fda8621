// A small grey picture of an item, to compare items by.

export const LOOK_SIDE = 24;

type Shape = { readonly width: number; readonly height: number; readonly channels: number };
/** The pixels under one cell along one axis: from `first` on, by the share of each. */
type Cell = { readonly first: number; readonly shares: readonly number[] };

const CELLS = new Map<number, readonly Cell[]>();

/**
 * `pixels`: uint8 [height, width, channels]. Luminance, uint8 [24, 24]: the mean of what lies under each cell, pixels on its
 * edges by their share. Whole pixels instead would make a cell another mean after a shift by one of them.
 */
export function lookOf(pixels: Uint8Array, { width, height, channels }: Shape): Uint8Array {
  const across = cellsOf(width);
  const narrow = new Float64Array(height * LOOK_SIDE);
  for (let y = 0; y < height; y++)
    for (let column = 0; column < LOOK_SIDE; column++) {
      const { first, shares } = across[column] as Cell;
      let sum = 0;
      for (let i = 0; i < shares.length; i++)
        sum += (shares[i] as number) * luminance(pixels, (y * width + first + i) * channels, channels);
      narrow[y * LOOK_SIDE + column] = sum;
    }
  const look = new Uint8Array(LOOK_SIDE * LOOK_SIDE);
  for (const [row, { first, shares }] of cellsOf(height).entries())
    for (let column = 0; column < LOOK_SIDE; column++) {
      let sum = 0;
      for (let i = 0; i < shares.length; i++)
        sum += (shares[i] as number) * (narrow[(first + i) * LOOK_SIDE + column] as number);
      look[row * LOOK_SIDE + column] = Math.round(sum);
    }
  return look;
}

function cellsOf(length: number): readonly Cell[] {
  const known = CELLS.get(length);
  if (known) return known;
  const cells = Array.from({ length: LOOK_SIDE }, (_, cell): Cell => {
    // In 24ths of a pixel, so that every share is exact.
    const [start, end] = [cell * length, (cell + 1) * length];
    const first = Math.floor(start / LOOK_SIDE);
    const last = Math.ceil(end / LOOK_SIDE);
    const shares = Array.from({ length: last - first }, (_, i) => {
      const pixel = (first + i) * LOOK_SIDE;
      return (Math.min(end, pixel + LOOK_SIDE) - Math.max(start, pixel)) / length;
    });
    return { first, shares };
  });
  CELLS.set(length, cells);
  return cells;
}

/** ITU-R BT.601 */
function luminance(pixels: Uint8Array, at: number, channels: number): number {
  if (channels === 1) return pixels[at] as number;
  return 0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number);
}
