// The peak signal-to-noise ratio of images, in decibels.
import type { ComparedImages } from './images.ts';

/** The mean squared error of rounding to a byte: what no byte image can be told to beat. */
const ROUNDING = 1 / 12;

/** Mean over items of 10 log10(255^2 / MSE); equal images count as 58.9 dB, the rounding error of a byte. */
export function psnr(a: ComparedImages, b: ComparedImages): number {
  if (a.items !== b.items || a.size !== b.size) throw new RangeError('PSNR compares as many images of the same size');
  let sum = 0;
  for (let item = 0; item < a.items; item++) {
    let squares = 0;
    for (let i = item * a.size; i < (item + 1) * a.size; i++) {
      squares += ((a.bytes[i] as number) - (b.bytes[i] as number)) ** 2;
    }
    sum += 10 * Math.log10(255 ** 2 / Math.max(squares / a.size, ROUNDING));
  }
  return sum / a.items;
}
