// Fills a hole with the shape of a guide and without a seam: Poisson image editing (Perez et al. 2003). The difference between guide
// and image is known at the border of the hole; inside, it is the smoothest one with that border, found by conjugate gradients.
import { dot } from '#core/base/linear-algebra/dot.ts';
import type { ImageSize } from '#core/similarity/fidelity/images.ts';

const MOST_STEPS = 2_000;
/** Residual at which the difference counts as found: far below a step of a byte. */
const TOLERANCE = 1e-4;

/** [height x width]: 1 = missing. */
export type Hole = Uint8Array;

/**
 * Returns the image with the hole filled: the guide plus the smooth difference. Values [height, width, channels]. A part of the hole
 * that borders on nothing known is the guide as it is.
 */
export function heal(image: Float32Array, guide: Float32Array, hole: Hole, size: ImageSize): Float32Array {
  const { width, height, channels } = size;
  const places = Int32Array.from(hole.keys()).filter((at) => hole[at] === 1);
  const index = new Int32Array(width * height).fill(-1);
  places.forEach((at, i) => {
    index[at] = i;
  });
  const neighbours = places.length === 0 ? [] : Array.from(places, (at) => neighboursOf(at, width, height));
  const healed = image.slice();
  for (let channel = 0; channel < channels; channel++) {
    const difference = smoothDifference(channel);
    places.forEach((at, i) => {
      healed[at * channels + channel] = (guide[at * channels + channel] as number) + (difference[i] as number);
    });
  }
  return healed;

  /** Solves: 4 h(p) - sum of h over its neighbours in the hole = sum of image - guide over its neighbours outside. */
  function smoothDifference(channel: number): Float64Array {
    const right = new Float64Array(places.length);
    neighbours.forEach((around, i) => {
      for (const at of around) {
        if ((index[at] as number) >= 0) continue;
        const value = at * channels + channel;
        right[i] = (right[i] as number) + (image[value] as number) - (guide[value] as number);
      }
    });
    return conjugateGradients(right);
  }

  function multiply(x: Float64Array): Float64Array {
    return Float64Array.from(x, (value, i) => {
      const around = neighbours[i] as readonly number[];
      let sum = around.length * value;
      for (const at of around) if ((index[at] as number) >= 0) sum -= x[index[at] as number] as number;
      return sum;
    });
  }

  function conjugateGradients(right: Float64Array): Float64Array {
    const x = new Float64Array(right.length);
    const residual = right.slice();
    let direction = right.slice();
    let squares = dot(residual, residual);
    for (let step = 0; step < MOST_STEPS && squares > TOLERANCE ** 2 * right.length; step++) {
      const image = multiply(direction);
      const along = squares / dot(direction, image);
      for (let i = 0; i < x.length; i++) {
        x[i] = (x[i] as number) + along * (direction[i] as number);
        residual[i] = (residual[i] as number) - along * (image[i] as number);
      }
      const next = dot(residual, residual);
      const kept = direction;
      direction = residual.map((value, i) => value + (next / squares) * (kept[i] as number));
      squares = next;
    }
    return x;
  }
}

/** Fills the hole with the smoothest image that its border allows; grey where there is no border. */
export function fillSmoothly(image: Float32Array, hole: Hole, size: ImageSize): Float32Array {
  return heal(image, new Float32Array(image.length).fill(0.5), hole, size);
}

function neighboursOf(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.floor(at / width)];
  return [
    ...(x > 0 ? [at - 1] : []),
    ...(x < width - 1 ? [at + 1] : []),
    ...(y > 0 ? [at - width] : []),
    ...(y < height - 1 ? [at + width] : []),
  ];
}
