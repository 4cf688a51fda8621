// Makes copies of images with common edits: saved again, resized, lighter or darker, cropped.
import sharp, { type Sharp } from 'sharp';
import { uniforms } from '#core/base/random.ts';
import type { Raw } from '../planted/pictures.ts';

const QUALITY = 90;
const CROP = 0.05;

/** `dice`: 0 to 1, another for each copy. */
type Copy = (raw: Raw, number: number, dice: number) => Sharp;

export const COPIES = {
  're-encode': (raw, number, dice) => {
    const quality = Math.round(30 + 50 * dice);
    return number % 2 === 0 ? open(raw).jpeg({ quality }) : open(raw).webp({ quality });
  },
  rescale: (raw, _, dice) => {
    const [width, height] = [raw.width, raw.height].map((side) => Math.round(side * (0.5 + 1.5 * dice)));
    return open(raw).resize(width, height, { fit: 'fill' }).jpeg({ quality: QUALITY });
  },
  brightness: (raw, _, dice) =>
    open(raw)
      .linear(0.7 + 0.6 * dice, 0)
      .jpeg({ quality: QUALITY }),
  'crop 5 %, centre': (raw) => cut(raw, 0.5, 0.5),
  'crop 5 %, corner': (raw, number) => cut(raw, number % 2, (number >> 1) % 2),
} as const satisfies Record<string, Copy>;
export type CopyName = keyof typeof COPIES;

export function copyOf(name: CopyName, raw: Raw, number: number): Promise<Buffer> {
  const [dice = 0] = uniforms(number + 1, name, 1);
  return COPIES[name](raw, number, dice).toBuffer();
}

export function originalOf(raw: Raw): Promise<Buffer> {
  return open(raw).jpeg({ quality: QUALITY }).toBuffer();
}

/** 5 of 100 of the width and of the height go; x, y: which share of that at the left and at the top. */
function cut(raw: Raw, x: number, y: number): Sharp {
  const [width, height] = [raw.width, raw.height].map((side) => Math.round(side * (1 - CROP))) as [number, number];
  const left = Math.round((raw.width - width) * x);
  const top = Math.round((raw.height - height) * y);
  return open(raw).extract({ left, top, width, height }).jpeg({ quality: QUALITY });
}

function open({ pixels, width, height }: Raw): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
