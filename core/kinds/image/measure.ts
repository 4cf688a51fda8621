// Measures a decoded image in one pass over its pixels and a few over its luminance.

/** `pixels`: raw uint8 [height, width, channels] with 1 or 3 channels. */
export type RawImage = {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
};

/** Columns of a part, all of luminance (ITU-R BT.601) but colourfulness. */
export type ImageMeasures = {
  /** Mean, 0 to 1. */
  readonly brightness: number;
  /** Standard deviation, 0 to 1. */
  readonly contrast: number;
  /** 0 to 1: how much of the difference between neighbours an extra blur takes away. */
  readonly sharpness: number;
  /** Bits, 0 to 8. */
  readonly entropy: number;
  /** Hasler and Süsstrunk 2003, "Measuring colourfulness in natural images": 0 for grey, above 50 for vivid. */
  readonly colourfulness: number;
  /** Largest share of pixels within a narrow band of luminance, 0 to 1. */
  readonly uniformity: number;
  /** Standard deviation of the estimated noise, in levels of 255. */
  readonly noise: number;
};
/** Measures used by rules only. `darkest`, `lightest`: 1st and 99th percentile, 0 to 1. */
export type ToneRange = { readonly darkest: number; readonly lightest: number };

const TONES = 256;
const DARKEST_SHARE = 0.01;
const LIGHTEST_SHARE = 0.99;
/** Levels to both sides: more than a sensor's noise, less than anything drawn. */
const BAND = 6;

export function measureImage(picture: RawImage): ImageMeasures & ToneRange & { grey: Uint8Array } {
  const { width, height } = picture;
  const { grey, colourfulness } = luminanceOf(picture);
  const histogram = new Uint32Array(TONES);
  for (let i = 0; i < grey.length; i++) {
    const value = grey[i] as number;
    histogram[value] = (histogram[value] as number) + 1;
  }
  const { mean, variance, entropy } = momentsOf(histogram, grey.length);
  return {
    grey,
    brightness: mean / 255,
    contrast: Math.sqrt(variance) / 255,
    sharpness: sharpnessOf(grey, width, height),
    entropy,
    colourfulness,
    uniformity: uniformityOf(histogram, grey.length),
    noise: noiseOf(grey, width, height),
    darkest: percentile(histogram, grey.length, DARKEST_SHARE) / 255,
    lightest: percentile(histogram, grey.length, LIGHTEST_SHARE) / 255,
  };
}

function luminanceOf({ pixels, width, height, channels }: RawImage): { grey: Uint8Array; colourfulness: number } {
  if (channels === 1) return { grey: pixels, colourfulness: 0 };
  const count = width * height;
  const grey = new Uint8Array(count);
  let [redGreen, redGreen2, yellowBlue, yellowBlue2] = [0, 0, 0, 0];
  for (let i = 0, at = 0; i < count; i++, at += 3) {
    const red = pixels[at] as number;
    const green = pixels[at + 1] as number;
    const blue = pixels[at + 2] as number;
    grey[i] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
    const rg = red - green;
    const yb = red + green - 2 * blue;
    redGreen += rg;
    redGreen2 += rg * rg;
    yellowBlue += yb;
    yellowBlue2 += yb * yb;
  }
  const [meanRg, meanYb] = [redGreen / count, yellowBlue / 2 / count];
  const spread = Math.sqrt(redGreen2 / count - meanRg ** 2 + yellowBlue2 / 4 / count - meanYb ** 2);
  return { grey, colourfulness: (spread || 0) + 0.3 * Math.hypot(meanRg, meanYb) };
}

function momentsOf(histogram: Uint32Array, total: number) {
  let sum = 0;
  let squares = 0;
  let entropy = 0;
  for (let value = 0; value < TONES; value++) {
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
  for (let value = 0; value < TONES; value++) {
    seen += histogram[value] as number;
    if (seen >= share * total) return value;
  }
  return TONES - 1;
}

function uniformityOf(histogram: Uint32Array, total: number): number {
  let inBand = 0;
  let most = 0;
  for (let value = 0; value < TONES + BAND; value++) {
    inBand += histogram[value] ?? 0;
    inBand -= histogram[value - 2 * BAND - 1] ?? 0;
    most = Math.max(most, inBand);
  }
  return most / total;
}

/** Immerkær 1996, "Fast noise variance estimation": edges cancel out, noise stays. */
function noiseOf(grey: Uint8Array, width: number, height: number): number {
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    // The mask is (1, -2, 1) down times (1, -2, 1) across, so each column is weighed once.
    let left = curvature(grey, y * width, width);
    let middle = curvature(grey, y * width + 1, width);
    for (let at = y * width + 2, end = (y + 1) * width; at < end; at++) {
      const right = (grey[at - width] as number) - 2 * (grey[at] as number) + (grey[at + width] as number);
      const value = left - 2 * middle + right;
      sum += value < 0 ? -value : value;
      left = middle;
      middle = right;
    }
  }
  return (sum * Math.sqrt(Math.PI / 2)) / (6 * (width - 2) * (height - 2));
}

function curvature(grey: Uint8Array, at: number, width: number): number {
  return (grey[at - width] as number) - 2 * (grey[at] as number) + (grey[at + width] as number);
}

/**
 * Returns the sharpness (Crété et al. 2007, "The blur effect"): a blurred image changes little when it is blurred again. The lower value of
 * both directions; 0 for an image without edges.
 */
function sharpnessOf(grey: Uint8Array, width: number, height: number): number {
  const across = kept(grey, height, width, width, 1);
  const down = kept(grey, width, height, 1, width);
  return Math.min(across, down);
}

const REACH = 4;
/** A soft slope climbs in steps of one level, which are no edges. */
const ROUNDING = 1;

/** Along `lines` lines of `length` pixels: the share of the differences that a 9-pixel mean takes away. */
function kept(grey: Uint8Array, lines: number, length: number, lineStep: number, step: number): number {
  // One line; its first and last values are repeated as far as the window reaches.
  const line = new Int32Array(length + 2 * REACH + 1);
  let differences = 0;
  let lost = 0;
  for (let number = 0; number < lines; number++) {
    for (let i = 0, at = number * lineStep; i < length; i++, at += step) line[REACH + i] = grey[at] as number;
    line.fill(line[REACH] as number, 0, REACH);
    line.fill(line[REACH + length - 1] as number, REACH + length);
    for (let at = REACH; at < REACH + length - 1; at++) {
      const difference = Math.abs((line[at + 1] as number) - (line[at] as number)) - ROUNDING;
      if (difference <= 0) continue;
      // The means of neighbouring windows differ by the value that enters and the value that leaves.
      const blurred = Math.abs((line[at + REACH + 1] as number) - (line[at - REACH] as number)) / (2 * REACH + 1);
      differences += difference;
      if (blurred < difference) lost += difference - blurred;
    }
  }
  return differences === 0 ? 0 : lost / differences;
}
