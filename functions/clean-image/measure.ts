// First measures of a decoded picture and what they flag. All are taken from its luminance at the configured size.
import type { IMAGE_RULES } from '#core/image/rules.ts';
import { type Finding, shownNumber } from '#core/judge.ts';
import { type RuleSetting, thresholdOf } from '#core/rule.ts';
import type { RulesInForce } from '#core/rules.ts';

/** brightness (mean), contrast (standard deviation): 0 to 1. sharpness: variance of the Laplacian, 0 to 255 squared. entropy: bits, 0 to 8. */
export type Measures = { brightness: number; contrast: number; sharpness: number; entropy: number };
type Measured = { measures: Measures; findings: Finding[] };
type Picture = { readonly width: number; readonly height: number; readonly path: string };
type RuleCode = keyof typeof IMAGE_RULES;

// A picture is dark when even its brightest pixels are, and light when even its darkest are: CleanVision's rule
// (https://github.com/cleanlab/cleanvision), which a white digit on black or a black one on white passes.
const DARK_PERCENTILE = 0.99;
const LIGHT_PERCENTILE = 0.05;

/** `pixels`: raw uint8 [height, width, channels] with 1 or 3 channels; luminance as in ITU-R BT.601. */
export function measure(pixels: Uint8Array, { width, height, path }: Picture, rules: RulesInForce): Measured {
  const grey = luminanceOf(pixels, width * height);
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[value] = (histogram[value] as number) + 1;
  const { mean, variance, entropy } = momentsOf(histogram, grey.length);
  const sharpness = laplacianVariance(grey, width, height);
  const findings: Finding[] = [];
  const compare = (code: RuleCode, bound: 'min' | 'max', value: number) => {
    const limit = thresholdOf(rules[code] as RuleSetting, bound);
    if (bound === 'min' ? value >= limit : value <= limit) return;
    findings.push({
      code,
      place: { path },
      given: shownNumber(value),
      allowed: `${bound === 'min' ? 'at least' : 'at most'} ${limit}`,
    });
  };
  compare('image.low-information', 'min', entropy);
  // Relative to contrast, so that a faint picture is not called blurry; a blank one is not blurry, but blank.
  if (findings.length === 0) compare('image.blurry', 'min', variance === 0 ? 0 : sharpness / variance);
  compare('image.dark', 'min', percentile(histogram, grey.length, DARK_PERCENTILE) / 255);
  compare('image.light', 'max', percentile(histogram, grey.length, LIGHT_PERCENTILE) / 255);
  return { measures: { brightness: mean / 255, contrast: Math.sqrt(variance) / 255, sharpness, entropy }, findings };
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
