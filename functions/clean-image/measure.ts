// First measures of a decoded picture and what they flag. All are taken from its luminance at the configured size.
import type { IssueCode } from '#core/issues.ts';

/** brightness (mean), contrast (standard deviation): 0 to 1. sharpness: variance of the Laplacian, 0 to 255 squared. entropy: bits, 0 to 8. */
export type Measures = { brightness: number; contrast: number; sharpness: number; entropy: number };
type Measured = { measures: Measures; flags: IssueCode[] };

// A picture is dark when even its brightest pixels are, and light when even its darkest are: CleanVision's rule and
// thresholds (https://github.com/cleanlab/cleanvision). The darkest hundredth, not its twentieth, is looked at, since a
// thin stroke on a white page covers no more than that.
const DARK_BELOW = 0.32;
const DARK_PERCENTILE = 0.99;
const LIGHT_ABOVE = 0.95;
const LIGHT_PERCENTILE = 0.01;
// Near-blank: a thin stroke on 28 x 28 pixels holds 0.3 bits and more, a blank page none.
const LOW_ENTROPY_BITS = 0.15;
// Sharpness relative to contrast, so that a faint picture is not called blurry; thin strokes lie far above.
const BLURRY_BELOW = 0.005;

/** `pixels`: raw uint8 [height, width, channels] with 1 or 3 channels; luminance as in ITU-R BT.601. */
export function measure(pixels: Uint8Array, width: number, height: number): Measured {
  const grey = luminanceOf(pixels, width * height);
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[value] = (histogram[value] as number) + 1;
  const { mean, variance, entropy } = momentsOf(histogram, grey.length);
  const sharpness = laplacianVariance(grey, width, height);
  const flags: IssueCode[] = [];
  if (entropy < LOW_ENTROPY_BITS) flags.push('image.low-information');
  else if (sharpness < BLURRY_BELOW * variance) flags.push('image.blurry');
  if (percentile(histogram, grey.length, DARK_PERCENTILE) / 255 < DARK_BELOW) flags.push('image.dark');
  if (percentile(histogram, grey.length, LIGHT_PERCENTILE) / 255 > LIGHT_ABOVE) flags.push('image.light');
  return { measures: { brightness: mean / 255, contrast: Math.sqrt(variance) / 255, sharpness, entropy }, flags };
}

function luminanceOf(pixels: Uint8Array, count: number): Uint8Array {
  if (pixels.length === count) return pixels;
  const grey = new Uint8Array(count);
  for (let i = 0, at = 0; i < count; i++, at += 3)
    grey[i] = Math.round(
      0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number),
    );
  return grey;
}

function momentsOf(histogram: Uint32Array, total: number) {
  let sum = 0;
  let squares = 0;
  let entropy = 0;
  for (let value = 0; value < 256; value++) {
    const count = histogram[value] as number;
    if (count === 0) continue;
    sum += count * value;
    squares += count * value * value;
    entropy -= (count / total) * Math.log2(count / total);
  }
  const mean = sum / total;
  return { mean, variance: Math.max(0, squares / total - mean * mean), entropy: Math.abs(entropy) };
}

function percentile(histogram: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += histogram[value] as number;
    if (seen >= share * total) return value;
  }
  return 255;
}

/** Of the 4-neighbour Laplacian inside the border. */
function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const value =
        4 * (grey[at] as number) -
        (grey[at - 1] as number) -
        (grey[at + 1] as number) -
        (grey[at - width] as number) -
        (grey[at + width] as number);
      sum += value;
      squares += value * value;
    }
  }
  const count = (width - 2) * (height - 2);
  const mean = sum / count;
  return squares / count - mean * mean;
}
