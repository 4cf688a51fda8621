// A small greyscale thumbnail of an item, for comparisons.

export const THUMBNAIL_SIDE = 24;
export const THUMBNAIL_BYTES = THUMBNAIL_SIDE * THUMBNAIL_SIDE;
/**
 * Width of the averaging window in cells: windows overlap, so that fine detail does not depend on the position of the
 * cells.
 */
const REACH = 1.5;

type Shape = { readonly width: number; readonly height: number; readonly channels: number };
/** The weighted pixels of one cell, starting at `first`. */
type Cell = { readonly first: number; readonly weights: Float64Array };

/** Returns the luminance thumbnail, uint8 [24, 24]. `pixels`: uint8 [height, width, channels]. */
export function thumbnailOf(pixels: Uint8Array, { width, height, channels }: Shape): Uint8Array {
  return shrunk(luminanceOf(pixels, width * height, channels), width, height);
}

/**
 * Returns the thumbnail of the smallest of the three channels. In an image that was brightened until colours were
 * clipped, it is the channel that was changed least.
 */
export function smallestChannelThumbnail(pixels: Uint8Array, { width, height }: Omit<Shape, 'channels'>): Uint8Array {
  const least = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < least.length; i++, at += 3)
    least[i] = Math.min(pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number);
  return shrunk(least, width, height);
}

function shrunk(grey: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Float64Array(THUMBNAIL_SIDE * width);
  for (const [row, { first, weights }] of cellsOf(height).entries())
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      for (let x = 0, from = (first + i) * width, to = row * width; x < width; x++, from++, to++)
        rows[to] = (rows[to] as number) + weight * (grey[from] as number);
    }
  const thumbnail = new Uint8Array(THUMBNAIL_BYTES);
  const across = cellsOf(width);
  for (let row = 0; row < THUMBNAIL_SIDE; row++)
    for (let column = 0; column < THUMBNAIL_SIDE; column++) {
      const { first, weights } = across[column] as Cell;
      let sum = 0;
      for (let i = 0, from = row * width + first; i < weights.length; i++, from++)
        sum += (weights[i] as number) * (rows[from] as number);
      thumbnail[row * THUMBNAIL_SIDE + column] = Math.round(sum);
    }
  return thumbnail;
}

const known = new Map<number, readonly Cell[]>();

/** A pixel counts by its overlap with the cell. Most datasets have one or two different lengths. */
function cellsOf(length: number): readonly Cell[] {
  const before = known.get(length);
  if (before) return before;
  const cells = Array.from({ length: THUMBNAIL_SIDE }, (_, cell): Cell => {
    const middle = ((cell + 0.5) * length) / THUMBNAIL_SIDE;
    const half = (length / THUMBNAIL_SIDE / 2) * REACH;
    const [from, to] = [Math.max(0, middle - half), Math.min(length, middle + half)];
    const first = Math.floor(from);
    const weights = Float64Array.from(
      { length: Math.ceil(to) - first },
      (_, i) => (Math.min(to, first + i + 1) - Math.max(from, first + i)) / (to - from),
    );
    return { first, weights };
  });
  known.set(length, cells);
  return cells;
}

/** Computes luminance (ITU-R BT.601). */
function luminanceOf(pixels: Uint8Array, count: number, channels: number): Uint8Array {
  if (channels === 1) return pixels;
  const grey = new Uint8Array(count);
  for (let i = 0, at = 0; i < count; i++, at += channels)
    grey[i] =
      (19595 * (pixels[at] as number) +
        38470 * (pixels[at + 1] as number) +
        7471 * (pixels[at + 2] as number) +
        32768) >>
      16;
  return grey;
}
