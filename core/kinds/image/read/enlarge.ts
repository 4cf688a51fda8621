// Resizes with a Lanczos filter of three lobes that keeps pixel centres in place; libvips shifts enlarged images by half a pixel.
import type { RawImage } from '../measure.ts';

const LOBES = 3;

type Weights = { readonly first: number; readonly weights: Float64Array };

/**
 * To exactly this size, whatever the aspect ratio; antialiased where it is reduced. First each row, then each column; `isRounded`: with
 * whole values from 0 to 255 between the two, as Pillow does.
 */
export function resampled(
  { pixels, width, height, channels }: RawImage,
  toWidth: number,
  toHeight: number,
  isRounded = false,
): RawImage {
  const across = weightsOf(width, toWidth);
  const rows = isRounded
    ? new Uint8ClampedArray(toWidth * height * channels)
    : new Float64Array(toWidth * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < toWidth; x++) {
      const { first, weights } = across[x] as Weights;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++)
          sum += (weights[i] as number) * (pixels[(y * width + first + i) * channels + channel] as number);
        rows[(y * toWidth + x) * channels + channel] = sum;
      }
    }
  const down = weightsOf(height, toHeight);
  const result = new Uint8Array(toWidth * toHeight * channels);
  const stride = toWidth * channels;
  for (let y = 0; y < toHeight; y++) {
    const { first, weights } = down[y] as Weights;
    for (let at = 0; at < stride; at++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] as number) * (rows[(first + i) * stride + at] as number);
      result[y * stride + at] = Math.max(0, Math.min(255, Math.round(sum)));
    }
  }
  return { pixels: result, width: toWidth, height: toHeight, channels };
}

/** Returns, for each new pixel, the old pixels around its centre and their weights, whose sum is 1. */
function weightsOf(from: number, to: number): Weights[] {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const reach = LOBES * stretch;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const last = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: Math.max(1, last - first) }, (_, j) =>
      lanczos((first + j + 0.5 - centre) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first: Math.min(first, from - 1), weights: weights.map((weight) => weight / sum) };
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const turn = Math.PI * x;
  return (LOBES * Math.sin(turn) * Math.sin(turn / LOBES)) / (turn * turn);
}
