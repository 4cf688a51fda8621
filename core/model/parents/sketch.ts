// A picture in so few numbers that a million of them are compared in a fraction of a second: means of 8 x 8 cells of brightness and,
// of colour pictures, of 4 x 4 cells of the two differences of colour.
const BRIGHT_SIDE = 8;
const COLOUR_SIDE = 4;
const MIDDLE = 128;
/** Weights of red, green and blue in luminance (ITU-R BT.601). */
const BRIGHTNESS = [0.299, 0.587, 0.114] as const;

type Shape = { readonly width: number; readonly height: number; readonly channels: number };

export function sketchBytes(channels: number): number {
  return BRIGHT_SIDE ** 2 + (channels === 1 ? 0 : 2 * COLOUR_SIDE ** 2);
}

/** `pixels`: uint8 [height, width, channels]. */
export function sketchOf(pixels: Uint8Array, { width, height, channels }: Shape): Uint8Array {
  const places = width * height;
  const bright = new Float64Array(places);
  const [red, blue] = [new Float64Array(places), new Float64Array(places)];
  for (let i = 0; i < places; i++) {
    if (channels === 1) {
      bright[i] = pixels[i] as number;
      continue;
    }
    const at = i * channels;
    const value = BRIGHTNESS.reduce((sum, share, c) => sum + share * (pixels[at + c] as number), 0);
    bright[i] = value;
    red[i] = MIDDLE + ((pixels[at] as number) - value) / 2;
    blue[i] = MIDDLE + ((pixels[at + 2] as number) - value) / 2;
  }
  const parts = [cellMeans(bright, width, height, BRIGHT_SIDE)];
  if (channels > 1) for (const plane of [red, blue]) parts.push(cellMeans(plane, width, height, COLOUR_SIDE));
  return Uint8Array.from(
    parts.flatMap((part) => [...part]),
    Math.round,
  );
}

/** Sums of squared differences; `most`: beyond it the sum may be cut short. */
export function sketchDistance(a: Uint8Array, b: Uint8Array, first: number, most: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; ) {
    for (const end = Math.min(i + 16, a.length); i < end; i++)
      sum += ((a[i] as number) - (b[first + i] as number)) ** 2;
    if (sum > most) return sum;
  }
  return sum;
}

/** Pictures smaller than the cells are read as if enlarged. */
function cellMeans(plane: Float64Array, width: number, height: number, side: number): Float64Array {
  const means = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const [top, bottom] = spanOf(row, height, side);
    for (let column = 0; column < side; column++) {
      const [left, right] = spanOf(column, width, side);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += plane[y * width + x] as number;
      means[row * side + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return means;
}

function spanOf(cell: number, length: number, side: number): [number, number] {
  const first = Math.floor((cell * length) / side);
  return [first, Math.max(first + 1, Math.floor(((cell + 1) * length) / side))];
}
