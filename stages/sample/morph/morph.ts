// Hybrids of two pictures without a model: both are moved half way along a smooth displacement and blended by bands.
import type { Plane } from '#core/similarity/fidelity/gaussian.ts';
import type { Image, Images } from '../representation/pictures.ts';
import { blendBands } from './blend-bands.ts';
import { COMPARED_SIDE, type DisplacementField, displacementAt, register } from './register.ts';

const WHITE = 255;
/** Weights of red, green and blue in luminance (ITU-R BT.601). */
const BRIGHTNESS = [0.299, 0.587, 0.114];

/**
 * Returns one image for each share, 0 = the first, 1 = the second. The second one may be mirrored if that improves the match.
 */
export function morph(
  first: Image,
  second: Image,
  shares: readonly number[],
): Images & { readonly isMirrored: boolean } {
  const [grey, other, mirroredGrey] = [first, second, mirrored(second)].map(comparable) as [Plane, Plane, Plane];
  const [plain, flipped] = [register(grey, other), register(grey, mirroredGrey)];
  const isMirrored = flipped.difference < plain.difference;
  const target = isMirrored ? mirrored(second) : second;
  const { field } = isMirrored ? flipped : plain;
  const { width, height, channels } = first;
  const size = width * height * channels;
  const pixels = new Uint8Array(shares.length * size);
  for (const [i, share] of shares.entries()) {
    for (let channel = 0; channel < channels; channel++) {
      const [a, b] = [moved(first, field, channel, -share), moved(target, field, channel, 1 - share)];
      blendBands(a, b, share).values.forEach((value, at) => {
        pixels[i * size + at * channels + channel] = Math.max(0, Math.min(WHITE, Math.round(value)));
      });
    }
  }
  return { count: shares.length, width, height, channels, pixels, isMirrored };
}

/** Samples one channel bilinearly at positions shifted by a share of the displacement. */
function moved(
  { width, height, channels, pixels }: Image,
  field: DisplacementField,
  channel: number,
  share: number,
): Plane {
  const values = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = displacementAt(field, (x + 0.5) / width, (y + 0.5) / height);
      const u = Math.max(0, Math.min(width - 1.000001, x + share * dx * width));
      const v = Math.max(0, Math.min(height - 1.000001, y + share * dy * height));
      const [column, row] = [Math.floor(u), Math.floor(v)];
      const [right, down] = [u - column, v - row];
      const at = (r: number, c: number) =>
        pixels[(Math.min(height - 1, r) * width + Math.min(width - 1, c)) * channels + channel] as number;
      values[y * width + x] =
        (at(row, column) * (1 - right) + at(row, column + 1) * right) * (1 - down) +
        (at(row + 1, column) * (1 - right) + at(row + 1, column + 1) * right) * down;
    }
  }
  return { width, height, values };
}

function mirrored(image: Image): Image {
  const { width, channels, pixels } = image;
  return {
    ...image,
    pixels: pixels.map((_, i) => {
      const [place, channel] = [Math.floor(i / channels), i % channels];
      const x = place % width;
      return pixels[(place - x + (width - 1 - x)) * channels + channel] as number;
    }),
  };
}

/** Brightness in [0, 1], means of cells at the size of comparison. */
function comparable({ width, height, channels, pixels }: Image): Plane {
  const side = COMPARED_SIDE;
  const sums = new Float64Array(side * side);
  const counts = new Float64Array(side * side);
  const rows = Math.max(height, side);
  const columns = Math.max(width, side);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = (Math.floor((y * height) / rows) * width + Math.floor((x * width) / columns)) * channels;
      let value = 0;
      for (let c = 0; c < channels; c++)
        value += (pixels[from + c] as number) * (channels === 1 ? 1 : (BRIGHTNESS[c] as number));
      const cell = Math.floor((y * side) / rows) * side + Math.floor((x * side) / columns);
      sums[cell] = (sums[cell] as number) + value / WHITE;
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  return { width: side, height: side, values: sums.map((sum, i) => sum / (counts[i] as number)) };
}
