// Separates the details of an image that the model does not reproduce from noise.
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import type { Hole } from './heal.ts';

/**
 * The variance of noise that is independent from place to place, from the differences of Laplacians that edges hardly change
 * (Immerkaer 1996, "Fast noise variance estimation").
 */
export function noiseVariance(image: Float32Array, { width, height, channels }: ImageSize): number {
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  const at = (x: number, y: number, c: number) => image[(y * width + x) * channels + c] as number;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      for (let c = 0; c < channels; c++) {
        const corners = at(x - 1, y - 1, c) + at(x + 1, y - 1, c) + at(x - 1, y + 1, c) + at(x + 1, y + 1, c);
        const sides = at(x - 1, y, c) + at(x + 1, y, c) + at(x, y - 1, c) + at(x, y + 1, c);
        sum += Math.abs(corners - 2 * sides + 4 * at(x, y, c));
      }
    }
  }
  const mean = sum / ((width - 2) * (height - 2) * channels);
  return (Math.sqrt(Math.PI / 2) * (mean / 6)) ** 2;
}

/**
 * The mean of image - model over the known places of each 3 x 3, shrunk by the share of its square that noise alone would have
 * (the filter of Wiener, with local moments).
 */
export function smoothedResidual(
  image: Float32Array,
  model: Float32Array,
  hidden: Hole,
  variance: number,
  { width, height, channels }: ImageSize,
): Float32Array {
  const out = new Float32Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let count = 0;
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
            if (hidden[v * width + u] === 1) continue;
            const i = (v * width + u) * channels + c;
            sum += (image[i] as number) - (model[i] as number);
            count++;
          }
        }
        if (count === 0) continue;
        const mean = sum / count;
        const signal = Math.max(0, mean * mean - variance / count);
        out[(y * width + x) * channels + c] = mean === 0 ? 0 : mean * (signal / (mean * mean));
      }
    }
  }
  return out;
}
