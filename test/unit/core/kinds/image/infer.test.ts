import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spread } from '#core/ingest/infer-dataset.ts';
import { Inferred } from '#core/kinds/config.ts';
import type { ImageHeader } from '#core/kinds/image/header.ts';
import { inferFromHeaders } from '#core/kinds/image/infer.ts';
import { parentFolder } from '#core/kinds/labels.ts';

const header = (width: number, height: number, channels: 1 | 3 = 1): ImageHeader => ({
  type: 'image/png',
  width,
  height,
  channels,
  animated: false,
  transparent: false,
  orientation: 1,
});

test.each([
  [28, 28, 28, 28],
  [640, 480, 64, 48],
  [100, 1000, 8, 64],
  [5, 5, 8, 8],
  [30, 61, 32, 60],
  [4000, 3000, 64, 48],
])('%i x %i becomes %i x %i', (width, height, inferredWidth, inferredHeight) => {
  expect(inferFromHeaders([header(width, height)], ['a.png'])?.image).toMatchObject({
    width: inferredWidth,
    height: inferredHeight,
  });
});

test('the most common size and channels win, whatever the order', () => {
  const headers = [header(28, 28), header(32, 32, 3), header(32, 32, 3), header(64, 64)];
  const paths = ['a', 'b', 'c', 'd'];
  expect(inferFromHeaders(headers, paths)?.image).toMatchObject({ width: 32, height: 32 });
  expect(inferFromHeaders(headers.toReversed(), paths)).toEqual(inferFromHeaders(headers, paths));
});

describe('fit: subject is proposed', () => {
  const photos = (count: number, width = 500, height = 375, channels: 1 | 3 = 3) =>
    Array.from({ length: count }, (_, i) => header(width + (i % 5), height, channels));
  const imageOf = (headers: ImageHeader[]) => inferFromHeaders(headers, ['cats/a.jpg', 'dogs/b.jpg'])?.image;

  test('for many large colour photos, with square items', () => {
    expect(imageOf(photos(40))).toEqual({ width: 64, height: 64, channels: 3, fit: 'subject' });
    expect(imageOf([...photos(40), ...photos(8, 90, 90)])?.fit).toBe('subject');
  });

  test.each([
    ['few photos', photos(31)],
    ['small images', photos(40, 120, 100)],
    ['greyscale images', photos(40, 500, 375, 1)],
    ['images of one square size', Array.from({ length: 40 }, () => header(256, 256, 3))],
    ['a mix with many small images', [...photos(40), ...photos(20, 90, 90)]],
  ])('not for %s', (_, headers) => expect(imageOf(headers)?.fit).toBe('cover'));
});

test('labels are folders when there are two, or when a single file lies in one', () => {
  const labelsOf = (...paths: string[]) => inferFromHeaders([header(28, 28)], paths)?.labels;
  expect(labelsOf('3/a.png', '7/b.png')).toBe('folder');
  expect(labelsOf('3/a.png', '3/b.png')).toBe('none');
  expect(labelsOf('a.png', 'b.png')).toBe('none');
  expect(labelsOf('3/a.png')).toBe('folder');
  expect(labelsOf('a.png')).toBe('none');
});

test('without a readable header nothing is inferred', () => expect(inferFromHeaders([], ['a.png'])).toBeUndefined());

test('the label of a file is its immediate parent folder', () => {
  expect(parentFolder('train/3/a.png')).toBe('3');
  expect(parentFolder('a.png')).toBeNull();
  expect(parentFolder('//a.png')).toBeNull();
});

test('a sample is spread over all', () => {
  expect(spread(10, 5)).toEqual([0, 2, 4, 6, 8]);
  expect(spread(2, 5)).toEqual([0, 1]);
});

test('what is inferred from any headers is a valid configuration', () => {
  const side = fc.integer({ min: 1, max: 2 ** 31 });
  const headers = fc.array(fc.tuple(side, side, fc.constantFrom(1 as const, 3 as const)), { minLength: 1 });
  fc.assert(
    fc.property(headers, fc.array(fc.string()), (sizes, paths) => {
      expect(
        Inferred.safeParse(
          inferFromHeaders(
            sizes.map((size) => header(...size)),
            paths,
          ),
        ).success,
      ).toBe(true);
    }),
  );
});
