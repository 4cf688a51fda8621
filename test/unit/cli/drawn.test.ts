import { expect, test } from 'vitest';
import type { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../../cli/print/models/drawn.ts';

const COMPRESSED = {
  modelId: 'm',
  seed: 0,
  prior: 'encoded',
  output: 'code',
  count: 1,
  files: ['cat.gpan'],
  compression: {
    ...{ method: 'model', bytes: 68, bitsPerPixel: 0.132, psnr: 16.3, ssim: 0.21 },
    ...{ modelBytes: 68, webpBytes: 231, modelPsnr: 16.3, modelSsim: 0.21, webpSsim: 0.7 },
  },
} satisfies DrawOutput;

test('a compressed photo that would come out as another picture is told so, with what bounds the error', () => {
  const told = printDrawn(COMPRESSED);
  expect(told).toContain('look unlike the given ones; --max-error');
  const good = { ...COMPRESSED, compression: { ...COMPRESSED.compression, ssim: 0.85, modelSsim: 0.85 } };
  expect(printDrawn(good)).not.toContain('unlike');
});

test('a lossless file is called lossless; of another, the largest error is told', () => {
  const exact = { ...COMPRESSED, compression: { ...COMPRESSED.compression, psnr: 58.9, ssim: 1, largestError: 0 } };
  expect(printDrawn(exact)).toMatch(/0\.132 bits a pixel, lossless\n/);
  expect(printDrawn(exact)).not.toContain('PSNR');
  const near = { ...COMPRESSED, compression: { ...COMPRESSED.compression, largestError: 16 } };
  expect(printDrawn(near)).toContain('PSNR 16.3 dB, SSIM 0.210, no value off by more than 16 of 255');
});

test('rows in a Parquet file are called rows', () => {
  const drawn = { modelId: 'm', seed: 1, prior: 'normal', output: 'drawn', count: 2, files: ['rows.parquet'] } as const;
  expect(printDrawn(drawn as unknown as DrawOutput)).toBe('rows.parquet: 2 rows from model m, seed 1');
});

test.each([
  ['rows.json', '2 items'],
  ['clips.zip', '2 items'],
  ['photos.npy', '2 items'],
  ['photos.webp', '2 images'],
  ['clip.wav', '2 clips'],
])('what %s holds is called %s', (file, items) => {
  const drawn = { modelId: 'm', seed: 1, prior: 'normal', output: 'mean', count: 2, files: [file] } as const;
  expect(printDrawn(drawn as unknown as DrawOutput)).toContain(`${file}: ${items} from model m, seed 1`);
});
