// Structural similarity (Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity").
import { filterInside, gaussianWindow, type Plane } from './gaussian.ts';
import type { ComparedImages, ImageSize } from './images.ts';

const SIGMA = 1.5;
const RADIUS = 5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Mean over items, channels and places where the 11 x 11 window lies inside whole; smaller images take a smaller window. */
export function ssim(a: ComparedImages, b: ComparedImages, size: ImageSize): number {
  if (a.items !== b.items || a.size !== b.size) throw new RangeError('SSIM compares as many images of the same size');
  const radius = Math.min(RADIUS, Math.floor((Math.min(size.width, size.height) - 1) / 2));
  const window = gaussianWindow(SIGMA, radius);
  let sum = 0;
  for (let item = 0; item < a.items; item++) {
    for (let channel = 0; channel < size.channels; channel++) {
      sum += similarity(planeOf(a, item, channel, size), planeOf(b, item, channel, size), window);
    }
  }
  return sum / (a.items * size.channels);
}

function similarity(x: Plane, y: Plane, window: Float64Array): number {
  const mean = (values: Float64Array) => filterInside({ ...x, values }, window).values;
  const [meanX, meanY] = [mean(x.values), mean(y.values)];
  const [xx, yy, xy] = [mean(product(x, x)), mean(product(y, y)), mean(product(x, y))];
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i] as number, meanY[i] as number];
    const [varX, varY] = [(xx[i] as number) - mx * mx, (yy[i] as number) - my * my];
    const cov = (xy[i] as number) - mx * my;
    sum += ((2 * mx * my + C1) * (2 * cov + C2)) / ((mx * mx + my * my + C1) * (varX + varY + C2));
  }
  return sum / meanX.length;
}

function planeOf(
  { bytes, size }: ComparedImages,
  item: number,
  channel: number,
  { width, height, channels }: ImageSize,
): Plane {
  const from = item * size + channel;
  const values = Float64Array.from({ length: width * height }, (_, i) => bytes[from + i * channels] as number);
  return { width, height, values };
}

function product(x: Plane, y: Plane): Float64Array {
  return x.values.map((value, i) => value * (y.values[i] as number));
}
