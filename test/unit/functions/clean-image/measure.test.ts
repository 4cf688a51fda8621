import { describe, expect, test } from 'vitest';
import { rulesSchema } from '#core/rules.ts';
import { measure as measureBy } from '../../../../functions/clean-image/measure.ts';

const SIDE = 28;
const RULES = rulesSchema('image').parse({});
const measure = (pixels: Uint8Array) => measureBy(pixels, { width: SIDE, height: SIDE, path: 'a.png' }, RULES);
const picture = (value: (x: number, y: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));
const flagsOf = (pixels: Uint8Array) => measure(pixels).findings.map(({ code }) => code);

/** A stroke as thin as the thinnest digit. */
const stroke = picture((x, y) => (x >= 13 && x <= 14 && y >= 6 && y <= 21 ? 250 : 0));
const checks = picture((x, y) => ((x + y) % 2 ? 255 : 0));

test('brightness, contrast and entropy are those of the histogram', () => {
  const { measures } = measure(checks);
  expect(measures).toMatchObject({ brightness: 0.5, contrast: 0.5, entropy: 1 });
  expect(measures.sharpness).toBeGreaterThan(100_000);
});

test('colour is measured by its luminance', () => {
  const red = new Uint8Array(SIDE * SIDE * 3).map((_, i) => (i % 3 === 0 ? 255 : 0));
  expect(measure(red).measures.brightness).toBeCloseTo(0.299, 2);
});

describe('flags', () => {
  test('leave a thin white digit on black and a black one on white alone', () => {
    expect(flagsOf(stroke)).toEqual([]);
    expect(flagsOf(stroke.map((value) => 255 - value))).toEqual([]);
  });

  test('name a picture whose brightest pixels are dark', () => {
    expect(flagsOf(stroke.map((value) => value / 5))).toEqual(['image.dark']);
  });

  test('name a picture whose darkest pixels are light', () => {
    expect(flagsOf(checks.map((value) => 250 + (value ? 5 : 0)))).toEqual(['image.light']);
  });

  test('name a blank page as showing nothing', () => {
    expect(flagsOf(picture(() => 128))).toEqual(['image.low-information']);
  });

  test('name a picture without edges as blurry', () => {
    expect(flagsOf(picture((x, y) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 9)))).toEqual(['image.blurry']);
  });
});
