import { expect, test } from 'vitest';
import { decodeImage } from '#core/kinds/image/decode.ts';
import { readImageHeader } from '#core/kinds/image/header.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { jxl } from './jxl-pictures.ts';

const CONFIG = { width: 48, height: 32, channels: 3, fit: 'cover' } as const;

test('the header of JPEG XL tells the size and whether there is more than colours', () => {
  const facts = { type: 'image/jxl', width: 48, height: 32 };
  expect(readImageHeader(jxl('bare'))).toMatchObject({ ...facts, transparent: false });
  expect(readImageHeader(jxl('boxed'))).toMatchObject({ ...facts, transparent: false });
  expect(readImageHeader(jxl('transparent'))).toMatchObject({ ...facts, transparent: true });
  expect(readImageHeader(jxl('bare').subarray(0, 3))).toBeUndefined();
});

test('a transparent picture stands on white', async () => {
  const decoded = await decodeImage(jxl('transparent'), 'a.jxl', CONFIG);
  if (!decoded.ok) throw new Error(decoded.issue.given);
  const [red, green, blue] = decoded.image.picture.pixels.subarray((8 * 48 + 8) * 3);
  expect(red).toBeGreaterThan(245);
  expect(Math.abs((green ?? 0) - 127)).toBeLessThan(4);
  expect(Math.abs((blue ?? 0) - 127)).toBeLessThan(4);
});

test('a size beyond the limit is refused before anything is decoded', async () => {
  // Not small; 18 and 30 bits of length, all ones.
  const huge = new Uint8Array(200).fill(0xff);
  huge.set([0xff, 0x0a, 0b11111110, 0xff, 0xff, 0xff, 0b00000001]);
  const decoded = await decodeImage(huge, 'a.jxl', CONFIG);
  expect(decoded).toMatchObject({ ok: false, issue: { code: 'image.too-many-pixels' } });
});

test('damaged copies are pictures or refusals, and a whole one behind them is read', async () => {
  for (let seed = 1; seed <= mutantCount(10); seed++) {
    const decoded = await decodeImage(new Uint8Array(mutant(jxl('boxed'), seed)), 'a.jxl', CONFIG);
    expect(decoded.ok ? 'ok' : decoded.issue.code).toMatch(/^(ok|image\.|upload\.)/);
  }
  expect(await decodeImage(jxl('bare'), 'a.jxl', CONFIG)).toMatchObject({ ok: true });
});
