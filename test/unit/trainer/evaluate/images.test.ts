// References: scikit-image (SSIM with its Gaussian weights), numpy and scipy.ndimage on the same numbers.
import { describe, expect, test } from 'vitest';
import { psnr } from '#core/similarity/fidelity/psnr.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import { blur, LADDER, noise } from '../../../../containers/trainer/evaluate/image/degrade.ts';
import { importanceBound } from '../../../../containers/trainer/evaluate/shared/importance-bound.ts';
import { fitPcaGaussian } from '../../../../containers/trainer/evaluate/shared/pca.ts';
import { images, sequence } from './sequence.ts';

const SIZE = { width: 14, height: 16, channels: 3 } as const;
const REAL = images(2, 16 * 14 * 3, 5);
const drift = sequence(2 * 16 * 14 * 3, 6);
const WORSE = {
  ...REAL,
  bytes: REAL.bytes.map((byte, i) => Math.min(255, Math.floor(byte * 0.8 + (drift[i] as number) * 60))),
};

describe('against independent implementations', () => {
  test('SSIM', () => expect(ssim(REAL, WORSE, SIZE)).toBeCloseTo(0.9484524435008754, 8));
  test('PSNR', () => expect(psnr(REAL, WORSE)).toBeCloseTo(20.897733888693164, 8));
  test('Gaussian blur', () => {
    const first = (i: number) => blur(REAL, SIZE, 0.7).bytes[i * 3] as number;
    expect([0, 1, 2, 3].map(first)).toEqual([93, 149, 160, 167]);
  });
  test('principal components', () => {
    const rows = fitPcaGaussian(images(6, 9, 7, 200), 2).reconstruct(images(6, 9, 7, 200));
    expect([...rows.bytes.subarray(0, 9)]).toEqual([39, 197, 103, 165, 6, 179, 98, 12, 18]);
    expect([...rows.bytes.subarray(45)]).toEqual([44, 210, 119, 80, 203, 108, 48, 65, 183]);
  });
  test('the importance-weighted bound', () => {
    const weights = Float32Array.from(sequence(12, 8), (u) => u * -50);
    const draws = [0, 1, 2].map((draw) => weights.subarray(4 * draw, 4 * draw + 4));
    expect(importanceBound(draws)).toBeCloseTo(10.519887953306261, 4);
    expect(importanceBound([[-1e4], [-1e4]])).toBeCloseTo(1e4, 6);
    expect(importanceBound(draws)).toBeLessThan(importanceBound(draws.slice(0, 1)));
  });
});

describe('the pictures', () => {
  test('equal images are as alike as bytes can tell', () => {
    expect(ssim(REAL, REAL, SIZE)).toBeCloseTo(1, 10);
    expect(psnr(REAL, REAL)).toBeCloseTo(58.92, 2);
  });

  test('each rung of the ladder is worse than the picture, keeps its size and is always the same', () => {
    for (const { apply } of LADDER) {
      const worse = apply(REAL, SIZE);
      expect(worse.bytes).toHaveLength(REAL.bytes.length);
      expect(psnr(REAL, worse)).toBeLessThan(40);
      expect(apply(REAL, SIZE)).toEqual(worse);
    }
    expect(psnr(REAL, blur(REAL, SIZE, 1.5))).toBeLessThan(psnr(REAL, blur(REAL, SIZE, 0.7)));
    expect(noise({ items: 1, size: 2, bytes: Uint8Array.of(0, 255) }, 0.5).bytes).toHaveLength(2);
  });

  test('a constant image stays as it is under blur, up to its edges', () => {
    const flat = { items: 1, size: 64, bytes: new Uint8Array(64).fill(77) };
    expect(blur(flat, { width: 8, height: 8, channels: 1 }, 1.5).bytes).toEqual(flat.bytes);
  });

  test('small images are compared through a smaller window', () => {
    const tiny = images(1, 64, 3);
    expect(ssim(tiny, tiny, { width: 8, height: 8, channels: 1 })).toBeCloseTo(1, 10);
  });
});

describe('the PCA-Gaussian baseline', () => {
  test('has the mean and the spread of what it was fitted to', () => {
    const train = images(100, 4, 9);
    const drawn = fitPcaGaussian(train, 4).sample(500, 1);
    const mean = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
    expect(Math.abs(mean(drawn.bytes) - mean(train.bytes))).toBeLessThan(10);
    expect(drawn.items).toBe(500);
  });

  test('more components reconstruct better; no more are kept than the data has', () => {
    const train = images(20, 16, 11);
    const [few, many] = [fitPcaGaussian(train, 2), fitPcaGaussian(train, 100)];
    expect(psnr(train, few.reconstruct(train))).toBeLessThan(psnr(train, many.reconstruct(train)));
    expect(many.components).toBeLessThanOrEqual(16);
    const equal = { items: 5, size: 4, bytes: new Uint8Array(20).fill(9) };
    const constant = fitPcaGaussian(equal, 3);
    expect(constant.components).toBe(0);
    expect(constant.sample(2, 1).bytes).toEqual(new Uint8Array(8).fill(9));
  });
});
