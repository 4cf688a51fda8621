// Changes the size of float images [height, width, channels] along each axis: means of cells to reduce, cubic interpolation to enlarge.
import type { ImageSize } from '#core/similarity/fidelity/images.ts';

type Taps = { readonly places: readonly number[]; readonly weights: readonly number[] };
type Side = Pick<ImageSize, 'width' | 'height'>;

/** Each value is the mean over the area that its pixel covers, so that a reduction followed by another is the same as one. */
export function reduce(image: Float32Array, size: ImageSize, to: Side): Float32Array {
  return resampled(image, size, to, areas);
}

/** Cubic convolution (Keys 1981, a = -1/2), which keeps straight lines straight; places beyond the border repeat it. */
export function enlarge(image: Float32Array, size: ImageSize, to: Side): Float32Array {
  return resampled(image, size, to, cubic);
}

function resampled(image: Float32Array, size: ImageSize, to: Side, taps: (from: number, to: number) => Taps[]) {
  const { width, height, channels } = size;
  const across = alongAxis(image, { lines: height, length: width, step: channels }, taps(width, to.width));
  return alongAxis(across, { lines: 1, length: height, step: to.width * channels }, taps(height, to.height));
}

/** [lines, length, step] to [lines, taps, step]. */
function alongAxis(
  values: Float32Array,
  { lines, length, step }: { lines: number; length: number; step: number },
  taps: readonly Taps[],
): Float32Array {
  const out = new Float32Array(lines * taps.length * step);
  for (let line = 0; line < lines; line++) {
    taps.forEach(({ places, weights }, at) => {
      for (let i = 0; i < step; i++) {
        let sum = 0;
        places.forEach((place, tap) => {
          sum += (weights[tap] as number) * (values[(line * length + place) * step + i] as number);
        });
        out[(line * taps.length + at) * step + i] = sum;
      }
    });
  }
  return out;
}

function areas(from: number, to: number): Taps[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, at) => {
    const [begin, end] = [at * ratio, (at + 1) * ratio];
    const places: number[] = [];
    const weights: number[] = [];
    for (let place = Math.floor(begin); place < Math.min(from, Math.ceil(end)); place++) {
      const covered = Math.min(end, place + 1) - Math.max(begin, place);
      if (covered <= 0) continue;
      places.push(place);
      weights.push(covered / ratio);
    }
    return { places, weights };
  });
}

function cubic(from: number, to: number): Taps[] {
  return Array.from({ length: to }, (_, at) => {
    const centre = ((at + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - 1;
    const places = [0, 1, 2, 3].map((tap) => Math.min(from - 1, Math.max(0, first + tap)));
    return { places, weights: [0, 1, 2, 3].map((tap) => kernel(Math.abs(centre - first - tap))) };
  });
}

function kernel(distance: number): number {
  if (distance < 1) return 1 + distance * distance * (1.5 * distance - 2.5);
  return distance < 2 ? 2 - distance * (4 - distance * (2.5 - 0.5 * distance)) : 0;
}
