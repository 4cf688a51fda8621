import sharp from 'sharp';
import { expect, test } from 'vitest';
import { ImageConfig } from '#core/kinds/image/config.ts';
import { decodeImage, resizeImage } from '#core/kinds/image/decode.ts';

const GREY = ImageConfig.parse({ width: 8, height: 8, channels: 1 });
const [WIDTH, HEIGHT] = [3, 2];
/** 3 x 2 pixels, all different. */
const PIXELS = Uint8Array.of(0, 50, 100, 150, 200, 250);
const plain = () => sharp(PIXELS, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toColourspace('b-w');

async function decoded(bytes: Uint8Array, config = GREY) {
  const result = await decodeImage(bytes, 'a', config);
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.image.picture;
}

/** Where the pixel at (x, y) of the upright picture lies in the stored one: TIFF 6.0, tag Orientation. */
const STORED_AT: Record<number, (x: number, y: number) => readonly [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y) => [WIDTH - 1 - x, y],
  3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
  4: (x, y) => [x, HEIGHT - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [y, HEIGHT - 1 - x],
  7: (x, y) => [WIDTH - 1 - y, HEIGHT - 1 - x],
  8: (x, y) => [WIDTH - 1 - y, x],
};

test.each(Object.entries(STORED_AT))(
  'orientation %s is turned upright, mirrored ones included',
  async (name, storedAt) => {
    const bytes = await plain()
      .withMetadata({ orientation: Number(name) })
      .png()
      .toBuffer();
    const [width, height] = Number(name) > 4 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
    const upright = Array.from({ length: width * height }, (_, i) => {
      const [x, y] = storedAt(i % width, Math.floor(i / width));
      return PIXELS[y * WIDTH + x];
    });
    const picture = await decoded(bytes);
    expect([picture.width, picture.height, [...picture.pixels]]).toEqual([width, height, upright]);
  },
);

test.each(['png', 'webp'] as const)('a transparent %s stands on white', async (format) => {
  const pixels = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 255);
  const image = sharp(pixels, { raw: { width: 3, height: 1, channels: 4 } });
  const bytes = await (format === 'png' ? image.png() : image.webp({ lossless: true })).toBuffer();
  const [clear, half, solid] = (await decoded(bytes)).pixels;
  expect([clear, solid]).toEqual([255, 0]);
  expect(half).toBeGreaterThan(120);
  expect(half).toBeLessThan(135);
});

test('a picture that is contained in a wider frame has black beside it', async () => {
  const frame = ImageConfig.parse({ width: 16, height: 8, channels: 1, fit: 'contain' });
  const white = { pixels: new Uint8Array(64).fill(255), width: 8, height: 8, channels: 1 };
  const { pixels } = await resizeImage(white, frame);
  const row = [...Array(4).fill(0), ...Array(8).fill(255), ...Array(4).fill(0)];
  expect([...pixels]).toEqual(Array(8).fill(row).flat());
});

test('large pictures are decoded one at a time, small ones beside each other', async () => {
  const flat = (side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
  const underWay = () => {
    const { queue, process } = sharp.counters();
    return queue + process;
  };
  const most = async (bytes: Uint8Array) => {
    let running = 0;
    let done = false;
    const all = Promise.all([1, 2, 3].map(() => decoded(bytes))).finally(() => {
      done = true;
    });
    while (!done) {
      // An image that leaves the queue between the two counters is counted twice, but not in two readings.
      running = Math.max(running, Math.min(underWay(), underWay()));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    return running;
  };
  expect(await most(await flat(2900))).toBe(1);
  expect(await most(await flat(600))).toBe(3);
});

/** What Pillow 13 makes of the dither below: first each row, then each column, rounded in between. */
const HALF = [
  127, 32, 116, 63, 167, 89, 99, 46, 106, 109, 134, 93, 56, 111, 166, 0, 65, 61, 107, 173, 76, 0, 97, 60, 65, 56, 0, 17,
  114, 91, 55, 27, 0, 76, 96, 60, 66, 153, 69, 113, 116, 88, 87, 160, 33, 171, 55, 81, 127, 93, 72, 85, 65, 139, 102,
  86, 58, 87, 93, 143, 144, 94, 88, 58, 85, 102, 139, 65, 85, 72, 92, 127, 83, 50, 168, 31, 163, 93, 84, 112, 111, 69,
  159, 69, 49, 121, 83, 0, 4, 24, 106, 136, 19, 0, 23, 52,
];

test('black and white pictures with dither become smaller as in Pillow, pixel by pixel', async () => {
  const [width, height] = [24, 16];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return (x * 7 + y * 5 + x * y) % 11 < 4 ? 255 : 0;
  });
  const small = ImageConfig.parse({ width: 12, height: 8, channels: 1 });
  const resized = await resizeImage({ pixels, width, height, channels: 1 }, small);
  expect(Math.max(...HALF.map((value, i) => Math.abs(value - (resized.pixels[i] as number))))).toBeLessThanOrEqual(1);
});
