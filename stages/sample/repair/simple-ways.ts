// Methods for repairing an image without a model; a model must be better than these.
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import type { Hole } from './heal.ts';

/** The median of the 3 x 3 places around each that are not in the hole; the place itself counts where it is known. */
export function medianOutsideHole(
  image: Float32Array,
  hole: Hole,
  { width, height, channels }: ImageSize,
): Float32Array {
  const filtered = image.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const seen: number[] = [];
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
            if (hole[v * width + u] === 0) seen.push(image[(v * width + u) * channels + channel] as number);
        seen.sort((a, b) => a - b);
        const middle = Math.floor(seen.length / 2);
        const median =
          seen.length % 2 === 1 ? seen[middle] : ((seen[middle - 1] as number) + (seen[middle] as number)) / 2;
        if (seen.length > 0) filtered[(y * width + x) * channels + channel] = median as number;
      }
    }
  }
  return filtered;
}

/** Returns the image reduced to a grid of about this many numbers (means of cells) and enlarged bilinearly. */
export function coarse(image: Float32Array, numbers: number, { width, height, channels }: ImageSize): Float32Array {
  const cells = Math.max(1, numbers / channels);
  const columns = Math.max(1, Math.min(width, Math.round(Math.sqrt((cells * width) / height))));
  const rows = Math.max(1, Math.min(height, Math.round(cells / columns)));
  const sums = new Float64Array(rows * columns * channels);
  const counts = new Float64Array(rows * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      counts[cell] = (counts[cell] as number) + 1;
      for (let c = 0; c < channels; c++)
        sums[cell * channels + c] =
          (sums[cell * channels + c] as number) + (image[(y * width + x) * channels + c] as number);
    }
  }
  const out = new Float32Array(image.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom, down] = between(((y + 0.5) * rows) / height - 0.5, rows);
    for (let x = 0; x < width; x++) {
      const [left, right, across] = between(((x + 0.5) * columns) / width - 0.5, columns);
      for (let c = 0; c < channels; c++) {
        const mean = (row: number, column: number) => {
          const cell = row * columns + column;
          return (sums[cell * channels + c] as number) / (counts[cell] as number);
        };
        const upper = mean(top, left) * (1 - across) + mean(top, right) * across;
        const lower = mean(bottom, left) * (1 - across) + mean(bottom, right) * across;
        out[(y * width + x) * channels + c] = upper * (1 - down) + lower * down;
      }
    }
  }
  return out;
}

/** Returns the two cells around a position, and its relative distance towards the second. */
function between(at: number, cells: number): [number, number, number] {
  const clamped = Math.min(Math.max(at, 0), cells - 1);
  const first = Math.floor(clamped);
  return [first, Math.min(first + 1, cells - 1), clamped - first];
}
