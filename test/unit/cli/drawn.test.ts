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

test('rows in a Parquet file are called rows', () => {
  const drawn = { modelId: 'm', seed: 1, prior: 'normal', output: 'drawn', count: 2, files: ['rows.parquet'] } as const;
  expect(printDrawn(drawn as unknown as DrawOutput)).toBe('rows.parquet: 2 rows from model m, seed 1');
});
