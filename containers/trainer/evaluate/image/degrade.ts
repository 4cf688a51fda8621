// Real images degraded in known steps: the baselines to which the distance of generated images is compared.
import { normals } from '#core/base/random.ts';
import { filterInside, gaussianWindow, padEdges } from '#core/similarity/fidelity/gaussian.ts';
import type { Pixels } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';

const NOISE = 0.2;
/** The tails of a Gaussian beyond four sigma are below the rounding of bytes. */
const SIGMAS_WIDE = 4;

export type Degradation = {
  readonly name: string;
  apply(pixels: Pixels, size: ImageSize): Pixels;
};

export const LADDER: readonly Degradation[] = [
  { name: 'blur 0.7', apply: (pixels, size) => blur(pixels, size, 0.7) },
  { name: 'blur 1.5', apply: (pixels, size) => blur(pixels, size, 1.5) },
  { name: `noise ${NOISE}`, apply: (pixels) => noise(pixels, NOISE) },
];

/** Blurs by a Gaussian of a standard deviation in pixels; edges repeat. */
export function blur(pixels: Pixels, { width, height, channels }: ImageSize, sigma: number): Pixels {
  const radius = Math.ceil(SIGMAS_WIDE * sigma);
  const window = gaussianWindow(sigma, radius);
  const bytes = new Uint8Array(pixels.bytes.length);
  for (let item = 0; item < pixels.items; item++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = item * pixels.size + channel;
      const values = Float64Array.from(
        { length: width * height },
        (_, i) => pixels.bytes[from + i * channels] as number,
      );
      const { values: soft } = filterInside(padEdges({ width, height, values }, radius), window);
      soft.forEach((value, i) => {
        bytes[from + i * channels] = Math.round(value);
      });
    }
  }
  return { ...pixels, bytes };
}

/** Adds normal noise of a standard deviation in units of the full range, the same on every call. */
export function noise(pixels: Pixels, deviation: number): Pixels {
  const drawn = normals(1, 'degrade/noise', pixels.bytes.length);
  const bytes = Uint8ClampedArray.from(pixels.bytes, (value, i) => value + 255 * deviation * (drawn[i] as number));
  return { ...pixels, bytes: new Uint8Array(bytes.buffer) };
}
