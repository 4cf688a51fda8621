import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeImagePart, IMAGE_COLUMNS, type ImageItem } from '#core/kinds/image/part.ts';
import { imageMeasures } from '../../../../fixtures/image-measures.ts';
import { decodePart } from '../../../../fixtures/parts.ts';

const item = (overrides: Partial<ImageItem> = {}): ImageItem => ({
  itemId: 'ab'.repeat(32),
  path: '3/é 😀.png',
  label: '3',
  bytes: Uint8Array.of(0, 255, 128, 0xc3),
  width: 2,
  height: 2,
  channels: 1,
  originalWidth: 640,
  originalHeight: 480,
  aspect: 1.5,
  ...imageMeasures({ brightness: 0.25, entropy: 1.75, colourfulness: 40.5, uniformity: 0.125, noise: 3.5 }),
  phash: 0xf00000000000000fn,
  flags: ['image.dark'],
  fixes: [],
  license: null,
  source: 'digits/a.zip',
  ...overrides,
});

test('items come back as they went in, in their order', async () => {
  const items = [item(), item({ label: null, flags: [], license: 'CC0-1.0' }), item({ path: 'last' })];
  expect(await decodePart(encodeImagePart(items))).toEqual(items);
});

test('only the columns asked for are read', async () => {
  expect(await decodePart(encodeImagePart([item()]), ['itemId', 'label'])).toEqual([
    { itemId: 'ab'.repeat(32), label: '3' },
  ]);
});

test('the columns are these, in this order', () => {
  expect(IMAGE_COLUMNS.join(' ')).toBe(
    'itemId path label bytes width height channels originalWidth originalHeight aspect brightness contrast sharpness entropy colourfulness uniformity noise phash flags fixes license source',
  );
});

test('the same items are the same bytes', () => {
  expect(encodeImagePart([item(), item()])).toEqual(encodeImagePart([item(), item()]));
});

test('any path, label and pixels survive', async () => {
  const text = fc.string({ unit: 'grapheme' });
  const items = fc.array(
    fc
      .record({ path: text, label: fc.option(text), bytes: fc.uint8Array({ minLength: 1 }), source: text })
      .map((fields) => item(fields)),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(items, async (some) => {
      expect(await decodePart(encodeImagePart(some))).toEqual(some);
    }),
    { numRuns: 50 },
  );
});
