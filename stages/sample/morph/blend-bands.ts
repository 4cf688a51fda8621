// Blends two images in the bands of their Laplacian pyramids (Burt and Adelson 1983): coarse bands are averaged, and details come from the
// image with the stronger one, so that the result does not show both as ghosts.
import type { Plane } from '#core/similarity/fidelity/gaussian.ts';
import { blurred } from './register.ts';

const SMALLEST_SIDE = 8;
/** Blur of the choice between details, in pixels of their band. */
const CHOICE_BLUR = 1.5;
const KERNEL_DEVIATION = 1;
/** Sharpness of the choice of the stronger detail. */
const CONTRAST = 4;

/** `share`: 0 = the first, 1 = the second picture. Both have the same size. */
export function blendBands(first: Plane, second: Plane, share: number): Plane {
  if (share <= 0) return first;
  if (share >= 1) return second;
  if (Math.min(first.width, first.height) < 2 * SMALLEST_SIDE) return mixed(first, second, () => share);
  const [below, belowSecond] = [halved(first), halved(second)];
  const base = enlarged(blendBands(below, belowSecond, share), first);
  const [details, others] = [minus(first, enlarged(below, first)), minus(second, enlarged(belowSecond, second))];
  const [energy, otherEnergy] = [details, others].map((band) =>
    blurred({ ...band, values: band.values.map(Math.abs) }, CHOICE_BLUR),
  ) as [Plane, Plane];
  const chosen = mixed(details, others, (i) => {
    const ours = ((1 - share) * (energy.values[i] as number)) ** CONTRAST;
    const theirs = (share * (otherEnergy.values[i] as number)) ** CONTRAST;
    return ours + theirs === 0 ? share : theirs / (ours + theirs);
  });
  return { ...base, values: base.values.map((value, i) => value + (chosen.values[i] as number)) };
}

function mixed(a: Plane, b: Plane, shareAt: (i: number) => number): Plane {
  return {
    ...a,
    values: a.values.map((value, i) => {
      const share = shareAt(i);
      return (1 - share) * value + share * (b.values[i] as number);
    }),
  };
}

function minus(a: Plane, b: Plane): Plane {
  return { ...a, values: a.values.map((value, i) => value - (b.values[i] as number)) };
}

function halved(plane: Plane): Plane {
  const soft = blurred(plane, KERNEL_DEVIATION);
  const [width, height] = [Math.ceil(plane.width / 2), Math.ceil(plane.height / 2)];
  const values = Float64Array.from(
    { length: width * height },
    (_, i) => soft.values[2 * Math.floor(i / width) * plane.width + 2 * (i % width)] as number,
  );
  return { width, height, values };
}

/** Bilinear, to the size of the other plane. */
function enlarged({ width, height, values }: Plane, size: Plane): Plane {
  const out = new Float64Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const row = Math.min(height - 1, Math.floor(y / 2));
    const below = Math.min(height - 1, row + (y % 2));
    for (let x = 0; x < size.width; x++) {
      const column = Math.min(width - 1, Math.floor(x / 2));
      const next = Math.min(width - 1, column + (x % 2));
      const [a, b] = [values[row * width + column], values[row * width + next]] as [number, number];
      const [c, d] = [values[below * width + column], values[below * width + next]] as [number, number];
      out[y * size.width + x] = (a + b + c + d) / 4;
    }
  }
  return { width: size.width, height: size.height, values: out };
}
