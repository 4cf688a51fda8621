import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { perceptualHash } from '#core/similarity/perceptual-hash.ts';
import { hashDistance } from '../../../fixtures/hash-distance.ts';

/** A picture of soft blobs, as photographs are at a distance; different for each seed. */
async function scene(seed: number): Promise<Buffer> {
  const raw = { width: 12, height: 12, channels: 1 as const };
  const coarse = Uint8Array.from(uniforms(seed, 'scene', 144), (value) => value * 255);
  return sharp(coarse, { raw })
    .resize(192, 144, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

async function hashOf(image: Sharp | Buffer): Promise<bigint> {
  const grey = sharp(Buffer.isBuffer(image) ? image : await image.png().toBuffer())
    .toColourspace('b-w')
    .raw();
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return perceptualHash(data, info.width, info.height);
}

test('smaller, compressed, lighter and flatter copies have near names', async () => {
  const picture = await scene(1);
  const hash = await hashOf(picture);
  const copies = [
    sharp(picture).resize(64, 48),
    sharp(await sharp(picture).jpeg({ quality: 30 }).toBuffer()),
    sharp(picture).linear(0.6, 60),
    sharp(picture).gamma(1.8),
    sharp(picture).blur(2),
  ];
  for (const copy of copies) expect(hashDistance(hash, await hashOf(copy))).toBeLessThanOrEqual(8);
});

test('other pictures have far names', async () => {
  const hashes = await Promise.all(Array.from({ length: 12 }, async (_, seed) => hashOf(await scene(seed + 1))));
  for (const [i, a] of hashes.entries())
    for (const b of hashes.slice(i + 1)) expect(hashDistance(a, b)).toBeGreaterThan(12);
});

test('half of the bits are set, whatever the size', () => {
  const ramp = Uint8Array.from({ length: 7 * 50 }, (_, i) => (i * 37) % 256);
  const hash = perceptualHash(ramp, 7, 50);
  expect(hashDistance(hash, 0n)).toBe(32);
  expect(hash < 2n ** 64n).toBe(true);
});

test('the names of blank pictures are the same and are numbers', () => {
  expect(perceptualHash(new Uint8Array(64).fill(9), 8, 8)).toBe(perceptualHash(new Uint8Array(100).fill(9), 10, 10));
});
