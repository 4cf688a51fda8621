import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { imageCorrelation } from '#core/similarity/image-correlation.ts';
import { smallestChannelThumbnail, THUMBNAIL_BYTES, THUMBNAIL_SIDE, thumbnailOf } from '#core/similarity/thumbnail.ts';
import { thumbnailSimilarity } from '#core/similarity/thumbnail-similarity.ts';

const SIDE = 48;
const WANTED = 0.988;

/** Squares of one colour each, uint8 [48, 48, 3]. */
function squares(seed: number, colours: number): Uint8Array {
  const dice = uniforms(seed + 1, 'squares', 36 * 3);
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
    const square = Math.floor(y / 8) * 6 + Math.floor(x / 8);
    return Math.round(255 * (dice[square * 3 + (i % colours)] as number));
  });
}

/** uint8 [2, 24, 24] */
function thumbnailsOf(pixels: Uint8Array): Uint8Array {
  const shape = { width: SIDE, height: SIDE, channels: 3 };
  return Uint8Array.from([...thumbnailOf(pixels, shape), ...smallestChannelThumbnail(pixels, shape)]);
}

test('a picture lightened until its colours no longer fit is like itself by its least channel, not by its light', () => {
  let byLight = 0;
  for (let seed = 0; seed < 12; seed++) {
    const picture = squares(seed, 3);
    const [whole, lighter] = [thumbnailsOf(picture), thumbnailsOf(picture.map((value) => Math.min(255, value * 1.5)))];
    expect(thumbnailSimilarity(whole, lighter, { wanted: WANTED })).toBeGreaterThan(WANTED);
    expect(thumbnailSimilarity(lighter, whole, { wanted: WANTED })).toBeGreaterThan(WANTED);
    expect(thumbnailSimilarity(whole, thumbnailsOf(squares(seed + 100, 3)), { wanted: WANTED })).toBeLessThan(0.9);
    if (
      imageCorrelation(whole.subarray(0, THUMBNAIL_BYTES), lighter.subarray(0, THUMBNAIL_BYTES), THUMBNAIL_SIDE) >
      WANTED
    )
      byLight++;
  }
  expect(byLight).toBeLessThan(6);
});

test('the least channel is what the smallest of three is', () => {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => [90, 40, 200][i % 3] as number);
  expect(new Set(smallestChannelThumbnail(pixels, { width: SIDE, height: SIDE }))).toEqual(new Set([40]));
});

test('a curve of tones counts where it is asked for, and only one that rises less and less', () => {
  const ramp = Uint8Array.from({ length: THUMBNAIL_BYTES }, (_, i) => ((i * 37) % THUMBNAIL_BYTES) / 5);
  const likeness = (other: Uint8Array, bent: boolean) => imageCorrelation(ramp, other, THUMBNAIL_SIDE, { bent });
  const lessAndLess = ramp.map((value) => 255 * (1 - Math.exp(-value / 75)));
  expect(likeness(lessAndLess, true)).toBeGreaterThan(likeness(lessAndLess, false) + 0.01);
  const moreAndMore = ramp.map((value) => value + (value * value) / 100);
  expect(likeness(moreAndMore, true)).toBeCloseTo(likeness(moreAndMore, false), 4);
  expect(likeness(ramp.toReversed(), true)).toBeLessThan(0.5);
});

test('fine detail does not make a picture unlike itself where it is moved by half a pixel', () => {
  const light = (x: number, y: number) =>
    128 + 60 * Math.sin(x * 1.4) * Math.cos(y * 1.1) + 50 * Math.sin(x * 0.5 + y * 0.3);
  const at = (shift: number) =>
    Uint8Array.from({ length: THUMBNAIL_BYTES }, (_, i) =>
      light((i % THUMBNAIL_SIDE) + shift, Math.floor(i / THUMBNAIL_SIDE) + shift),
    );
  expect(imageCorrelation(at(0), at(0.5), THUMBNAIL_SIDE)).toBeGreaterThan(0.995);
});

test('pictures that are unlike by their light are unlike, however alike their least channels are', () => {
  const [a, b] = [thumbnailsOf(squares(1, 3)), thumbnailsOf(squares(2, 3))];
  const mixed = Uint8Array.from([...b.subarray(0, THUMBNAIL_BYTES), ...a.subarray(THUMBNAIL_BYTES)]);
  expect(thumbnailSimilarity(a, mixed, { wanted: WANTED })).toBeLessThan(0.5);
});
