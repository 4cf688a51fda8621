import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { ImageConfig } from '#core/config.ts';
import { decodeImage, decodeWithSharp } from '../../../../functions/clean-image/decode.ts';
import { decodePlainPng } from '../../../../functions/clean-image/plain-png.ts';
import { breakPng, claimPngSize, greyPng } from '../../../fixtures/pictures.ts';

const shape = (width: number, height: number, channels: 1 | 3): ImageConfig => ({
  width,
  height,
  channels,
  fit: 'cover',
});
const GREY_28 = shape(28, 28, 1);

test('plain pictures come out as the general decoder has them, however their rows are filtered', async () => {
  const pictures = fc.record({
    width: fc.constantFrom(8, 12, 28),
    height: fc.constantFrom(8, 20, 32),
    channels: fc.constantFrom(1 as const, 3 as const),
    adaptiveFiltering: fc.boolean(),
    compressionLevel: fc.constantFrom(0, 6, 9),
    seed: fc.uint8Array({ minLength: 7, maxLength: 97 }),
  });
  await fc.assert(
    fc.asyncProperty(pictures, async ({ width, height, channels, seed, ...options }) => {
      const pixels = Uint8Array.from(
        { length: width * height * channels },
        (_, i) => (seed[i % seed.length] ?? 0) + (i >> 4),
      );
      const raw = { width, height, channels };
      const png = await sharp(pixels, { raw })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .png(options)
        .toBuffer();
      const config = shape(width, height, channels);
      const decoded = decodePlainPng(png, config);
      expect(decoded).toEqual(pixels);
      expect(new Uint8Array(await decodeWithSharp(png, config))).toEqual(pixels);
    }),
    { numRuns: 60 },
  );
});

test('what is not plain is left to the general decoder', async () => {
  const png = await greyPng();
  const files = [
    await sharp(png).toColourspace('b-w').png({ progressive: true }).toBuffer(),
    await sharp(png).png({ palette: true }).toBuffer(),
    await sharp(png).ensureAlpha(0.5).png().toBuffer(),
    await sharp(png).toColourspace('grey16').png().toBuffer(),
    await sharp(png).toColourspace('b-w').withMetadata({ orientation: 6 }).png().toBuffer(),
    await greyPng(32, 28),
    claimPngSize(png, 28, 32),
    breakPng(png),
    png.subarray(0, png.length - 1),
    png.subarray(0, 200),
  ];
  expect(files.map((file) => decodePlainPng(file, GREY_28))).toEqual(files.map(() => undefined));
});

test('whatever is changed in a plain picture, both ways agree or it is rejected', async () => {
  const png = await greyPng();
  const change = fc.record({ at: fc.nat(png.length - 1), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 3 }), fc.nat(40), async (changes, cut) => {
      const changed = Buffer.from(png.subarray(0, png.length - cut));
      for (const { at, value } of changes) if (at < changed.length) changed[at] = value;
      const plain = decodePlainPng(changed, GREY_28);
      const result = await decodeImage(changed, 'a.png', GREY_28);
      if (plain) expect(result.ok && result.image.pixels).toEqual(plain);
      if (plain) expect(new Uint8Array(await decodeWithSharp(changed, GREY_28))).toEqual(plain);
    }),
    { numRuns: 200 },
  );
});
