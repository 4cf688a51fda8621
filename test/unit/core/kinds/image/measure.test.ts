import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { rulesSchema } from '#core/kinds/define/rules-in-force.ts';
import { ImageConfig } from '#core/kinds/image/config.ts';
import { IMAGE_KIND } from '#core/kinds/image/definition.ts';
import { judgeImage } from '#core/kinds/image/judge.ts';
import { measureImage } from '#core/kinds/image/measure.ts';
import { medianFilter } from '#core/kinds/image/median-filter.ts';

const SIDE = 28;
const NORMALS = normals(1, 'noise', SIDE * SIDE);
const header = {
  type: 'image/png' as const,
  width: SIDE,
  height: SIDE,
  channels: 1 as const,
  animated: false,
  transparent: false,
  orientation: 1,
};
const GREY = ImageConfig.parse({ width: SIDE, height: SIDE, channels: 1 });

const measure = (pixels: Uint8Array) =>
  measureImage({ pixels, width: SIDE, height: SIDE, channels: pixels.length / SIDE ** 2 });
const picture = (value: (x: number, y: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));
const flagsOf = (pixels: Uint8Array, differs: object = {}, image = GREY, rules = {}) =>
  judgeImage(
    { measured: measure(pixels), header: { ...header, ...differs }, path: 'a.png' },
    image,
    rulesSchema(IMAGE_KIND.rules).parse(rules),
  ).map(({ code }) => code);
const blurred = (pixels: Uint8Array, times: number): Uint8Array =>
  times === 0
    ? pixels
    : blurred(
        picture((x, y) => {
          let sum = 0;
          for (const [dx, dy] of [
            [-1, 0],
            [1, 0],
            [0, -1],
            [0, 1],
            [0, 0],
          ] as const)
            sum +=
              pixels[Math.min(SIDE - 1, Math.max(0, y + dy)) * SIDE + Math.min(SIDE - 1, Math.max(0, x + dx))] ?? 0;
          return sum / 5;
        }),
        times - 1,
      );

/** A stroke as thin as the thinnest digit. */
const stroke = picture((x, y) => (x >= 13 && x <= 14 && y >= 6 && y <= 21 ? 250 : 0));
const checks = picture((x, y) => ((x + y) % 2 ? 255 : 0));
const blocks = picture((x, y) => ((x >> 2) * 37 + (y >> 2) * 91) % 256);

test('brightness, contrast and entropy are those of the histogram', () => {
  expect(measure(checks)).toMatchObject({ brightness: 0.5, contrast: 0.5, entropy: 1, uniformity: 0.5 });
});

test('colour is measured by its luminance, and how colourful it is by Hasler and Süsstrunk', () => {
  const red = new Uint8Array(SIDE * SIDE * 3).map((_, i) => (i % 3 === 0 ? 255 : 0));
  expect(measure(red).brightness).toBeCloseTo(0.299, 2);
  expect(measure(red).colourfulness).toBeCloseTo(0.3 * Math.hypot(255, 127.5), 3);
  expect(measure(new Uint8Array(SIDE * SIDE * 3).fill(77)).colourfulness).toBe(0);
});

test('noise is told apart from edges', () => {
  const sigma = 12;
  const noisy = blocks.map((value, i) => Math.max(0, Math.min(255, 100 + value / 4 + sigma * (NORMALS[i] ?? 0))));
  expect(measure(picture(() => 128).map((value, i) => value + sigma * (NORMALS[i] ?? 0))).noise).toBeCloseTo(sigma, -1);
  expect(measure(noisy).noise).toBeGreaterThan(measure(blocks).noise * 0.5);
  const quiet = medianFilter({ pixels: noisy, width: SIDE, height: SIDE, channels: 1 });
  expect(measure(quiet.pixels).noise).toBeLessThan(measure(noisy).noise / 2);
});

test('a median filter takes out stray pixels and keeps edges, in each channel', () => {
  const edge = picture((x) => (x < 14 ? 10 : 200));
  const stray = edge.map((value, i) => (i % 97 === 50 ? 255 : value));
  expect(medianFilter({ pixels: stray, width: SIDE, height: SIDE, channels: 1 }).pixels).toEqual(edge);
  const colour = new Uint8Array(edge.length * 3).map(
    (_, i) => [edge[Math.floor(i / 3)] as number, 7, 9][i % 3] as number,
  );
  expect(medianFilter({ pixels: colour, width: SIDE, height: SIDE, channels: 3 }).pixels).toEqual(colour);
});

test('the more a picture is blurred, the less sharp it is', () => {
  const sharpness = [0, 1, 3, 9].map((times) => measure(blurred(blocks, times)).sharpness);
  expect(sharpness).toEqual(sharpness.toSorted((a, b) => b - a));
});

test('every measure of any picture is a number within its range', () => {
  const pictures = fc
    .record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1, 3),
    })
    .chain((shape) => {
      const length = shape.width * shape.height * shape.channels;
      return fc.uint8Array({ minLength: length, maxLength: length }).map((pixels) => ({ ...shape, pixels }));
    });
  fc.assert(
    fc.property(pictures, (any) => {
      const { grey: _grey, entropy, colourfulness, noise, ...shares } = measureImage(any);
      for (const share of Object.values(shares)) expect(share >= 0 && share <= 1).toBe(true);
      expect(entropy >= 0 && entropy <= 8 && colourfulness >= 0 && noise >= 0).toBe(true);
    }),
  );
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
    expect(flagsOf(checks.map((value) => 245 + (value ? 10 : 0)))).toContain('image.light');
  });

  test('name a blank page as one tone that shows nothing', () => {
    expect(flagsOf(picture(() => 128))).toEqual(['image.near-uniform', 'image.low-information']);
  });

  test('name a page with a speck and a page with nothing but noise as one tone', () => {
    expect(flagsOf(picture((x, y) => (x + y === 0 ? 0 : 200)))).toContain('image.near-uniform');
    expect(flagsOf(picture(() => 128).map((value, i) => value + 2 * (NORMALS[i] ?? 0)))).toEqual([
      'image.near-uniform',
    ]);
  });

  test('name a picture without edges as blurry', () => {
    expect(flagsOf(picture((x, y) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 9)))).toEqual(['image.blurry']);
    expect(flagsOf(blurred(blocks, 12))).toEqual(['image.blurry']);
  });

  test('name a picture that is far too small, too large or too narrow', () => {
    expect(flagsOf(blocks, { width: 12, height: 12 })).toEqual(['image.odd-size']);
    expect(flagsOf(blocks, { width: 12_000, height: 9_000 })).toEqual(['image.odd-size']);
    expect(flagsOf(blocks, { width: 300, height: 100 })).toEqual(['image.odd-aspect']);
    expect(flagsOf(blocks, {}, GREY, { 'image.odd-size': { minSide: 29 } })).toEqual(['image.odd-size']);
  });

  test('name a grey picture among colour ones only', () => {
    const grey = new Uint8Array(blocks.length * 3).map((_, i) => blocks[Math.floor(i / 3)] as number);
    expect(flagsOf(grey, {}, { ...GREY, channels: 3 })).toEqual(['image.grey']);
    expect(
      flagsOf(
        grey.map((value, i) => (i % 3 === 0 ? value / 2 : value)),
        {},
        { ...GREY, channels: 3 },
      ),
    ).toEqual([]);
    expect(flagsOf(blocks)).toEqual([]);
  });
});

test('the noise of a picture is the deviation of the normal noise that was added to it', () => {
  const side = 256;
  const values = normals(7, 'noise', side * side);
  for (const deviation of [4, 12]) {
    const pixels = Uint8Array.from(values, (value) => Math.round(128 + deviation * value));
    const { noise } = measureImage({ pixels, width: side, height: side, channels: 1 });
    expect(Math.abs(noise / deviation - 1)).toBeLessThan(0.03);
  }
});

test('the enlargement of a picture is that of the side that decides: the longer one to contain, the shorter one to cover', () => {
  const wide = { width: 56, height: 20 };
  const image = (fit: 'contain' | 'cover') => ImageConfig.parse({ width: 84, height: 84, channels: 1, fit });
  // 1.5 times across, 4.2 times down.
  expect(flagsOf(blocks, wide, image('contain'))).not.toContain('image.odd-size');
  expect(flagsOf(blocks, wide, image('cover'))).toContain('image.odd-size');
});
