// Photos of phones cost many times what a JPEG costs to decode: fewer of them are one unit.
import { expect, test } from 'vitest';
import { imagesPerUnit } from '#core/kinds/image/infer.ts';
import { claimPngSize, greyPng } from '../../../../fixtures/pictures.ts';
import { HEIC } from './heic-photo.ts';

const [WIDTH, HEIGHT] = [4_000, 3_000];
const MEGAPIXEL = 1e6;
/** Measured: CPU time of decoding and cleaning a megapixel of a photo, in seconds. */
const HEIC_SECONDS = 0.15;
/** Half of the time of the cleaning function. */
const MOST_SECONDS = 60;

/** The same picture, of another declared size. */
function claimHeicSize(width: number, height: number): Buffer {
  const bytes = Buffer.from(HEIC);
  // The size of the stored picture, and the part of it that is shown.
  const [stored, shown] = [bytes.indexOf('ispe'), bytes.indexOf('clap')];
  for (const [at, value] of [
    [stored + 8, width],
    [stored + 12, height],
    [shown + 4, width],
    [shown + 12, height],
  ] as const)
    bytes.writeUInt32BE(value, at);
  return bytes;
}

const unitOf = (start: Uint8Array) => imagesPerUnit(1_000, async () => [{ path: 'a', start } as never]);

test('a unit of HEIC photos of 12 megapixels is decoded in half of the time of its function', async () => {
  const photos = await unitOf(claimHeicSize(WIDTH, HEIGHT));
  expect(photos).toBeGreaterThan(5);
  expect((photos * WIDTH * HEIGHT * HEIC_SECONDS) / MEGAPIXEL).toBeLessThan(MOST_SECONDS);
  const ordinary = await unitOf(claimPngSize(await greyPng(), WIDTH, HEIGHT));
  expect(ordinary).toBeGreaterThan(6 * photos);
});
