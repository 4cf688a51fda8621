// Clean pictures with the statistics of photographs, and the same with one defect each.
//
// The clean ones are "dead leaves" (Lee, Mumford and Huang 2001): discs that cover one another, with sizes as objects
// at any distance have them. They have edges, shades and flat regions in the shares that photographs do.
import sharp, { type Sharp } from 'sharp';
import { normals, uniforms } from '#core/base/random.ts';
import type { IssueCode } from '#core/kinds/issues.ts';

export type PlantedPicture = { readonly name: string; readonly bytes: Uint8Array; readonly defect?: IssueCode };
export type Raw = { readonly pixels: Uint8Array; readonly width: number; readonly height: number };
type Plant = (raw: Raw, dice: Dice) => Sharp | Raw;
/** Numbers from 0 to 1, the same ones for a seed. */
export type Dice = (from: number, to: number) => number;

const DISCS = 160;
const SMALLEST_RADIUS = 3;
const LARGEST_RADIUS = 90;
const SENSOR_NOISE = 2;

/** The rules that are planted; what the peer calls them. */
export const PLANTED_RULES = {
  'image.blurry': 'blurry',
  'image.dark': 'dark',
  'image.light': 'light',
  'image.low-information': 'low_information',
  'image.odd-size': 'odd_size',
  'image.odd-aspect': 'odd_aspect_ratio',
  'image.grey': 'grayscale',
} as const satisfies Partial<Record<IssueCode, string>>;
export type PlantedRule = keyof typeof PLANTED_RULES;

const PLANTS: Readonly<Record<PlantedRule, Plant>> = {
  'image.blurry': (raw, dice) => open(raw).blur(dice(1.5, 5)),
  'image.dark': (raw, dice) => open(raw).linear(dice(0.05, 0.3), 0),
  'image.light': (raw, dice) => {
    const kept = dice(0.01, 0.045);
    return open(raw).linear(kept, 255 * (1 - kept));
  },
  'image.low-information': flat,
  'image.odd-size': (raw, dice) => {
    const side = dice(0, 1) < 0.5 ? dice(12, 30) : dice(1000, 1400);
    return open(raw).resize(Math.round(side), Math.round(side * dice(0.7, 1.3)), { fit: 'fill' });
  },
  'image.odd-aspect': (raw, dice) =>
    open(raw).resize(raw.width, Math.round(raw.width / dice(3.2, 8)), { fit: 'cover' }),
  // One in two is stored with three equal channels.
  'image.grey': (raw, dice) =>
    open(raw)
      .greyscale()
      .toColourspace(dice(0, 1) < 0.5 ? 'b-w' : 'srgb'),
};

/** `seed` decides size and content. */
export function cleanPicture(seed: number): Raw {
  const dice = diceOf(seed, 'picture');
  const [width, height] = [Math.round(dice(160, 240)), Math.round(dice(160, 240))];
  const pixels = new Uint8Array(width * height * 3);
  for (let disc = 0; disc < DISCS; disc++) {
    // Density as 1 / radius cubed.
    const radius = Math.sqrt(1 / dice(1 / LARGEST_RADIUS ** 2, 1 / SMALLEST_RADIUS ** 2));
    const colour = disc === 0 ? [128, 128, 128] : [dice(0, 255), dice(0, 255), dice(0, 255)];
    const [x, y] = [dice(0, width), dice(0, height)];
    paint({ pixels, width, height }, x, y, disc < DISCS / 8 ? LARGEST_RADIUS : radius, colour, dice(-0.6, 0.6));
  }
  const noise = normals(seed, 'noise', pixels.length);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = clamp((pixels[i] as number) + SENSOR_NOISE * (noise[i] as number));
  return { pixels, width, height };
}

/** Half of them JPEG, half PNG. */
export async function encodePicture(picture: Sharp | Raw, seed: number): Promise<{ bytes: Buffer; ending: string }> {
  const image = 'pixels' in picture ? open(picture) : picture;
  return seed % 2 === 0
    ? { bytes: await image.jpeg({ quality: 85 }).toBuffer(), ending: 'jpg' }
    : { bytes: await image.png().toBuffer(), ending: 'png' };
}

/** `count` of each defect, each planted in a picture of its own. `pictureOf`: the clean picture of a number. */
export async function* plantedPictures(
  count: number,
  pictureOf: (place: number) => Promise<Raw> | Raw,
): AsyncGenerator<PlantedPicture> {
  let seed = 0;
  for (const [code, plant] of Object.entries(PLANTS) as [PlantedRule, Plant][]) {
    for (let i = 0; i < count; i++, seed++) {
      const planted = plant(await pictureOf(seed), diceOf(seed, code));
      const { bytes, ending } = await encodePicture(planted, seed);
      yield { name: `${code}-${i}.${ending}`, bytes, defect: code };
    }
  }
}

/** Nothing at all, nothing but a sensor's noise, or one speck. */
function flat({ width, height }: Raw, dice: Dice): Raw {
  const colour = [dice(20, 235), dice(20, 235), dice(20, 235)];
  const pixels = new Uint8Array(width * height * 3).map((_, i) => colour[i % 3] as number);
  const form = dice(0, 3);
  if (form < 1) return { pixels, width, height };
  if (form < 2) {
    const noise = normals(Math.round(dice(1, 1e6)), 'flat', pixels.length);
    return { pixels: pixels.map((value, i) => clamp(value + 1.5 * (noise[i] as number))), width, height };
  }
  paint({ pixels, width, height }, dice(20, width - 20), dice(20, height - 20), dice(2, 7), [0, 0, 0], 0);
  return { pixels, width, height };
}

/** A disc whose shade changes from its left to its right edge. */
function paint({ pixels, width, height }: Raw, x: number, y: number, radius: number, colour: number[], slope: number) {
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    const reach = Math.sqrt(radius ** 2 - (row - y) ** 2);
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(width - 1, x + reach); column++) {
      const shade = 1 + (slope * (column - x)) / radius / 2;
      for (let channel = 0; channel < 3; channel++)
        pixels[(row * width + column) * 3 + channel] = clamp((colour[channel] as number) * shade);
    }
  }
}

export function open({ pixels, width, height }: Raw): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

export function diceOf(seed: number, stream: string): Dice {
  const numbers = uniforms(seed + 1, stream, 8 * DISCS);
  let next = 0;
  return (from, to) => from + (to - from) * (numbers[next++ % numbers.length] as number);
}
