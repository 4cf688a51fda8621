import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { imageTypeOf, isCutShort, readImageHeader } from '#core/kinds/image/header.ts';
import { claimPngSize, colourJpeg, greyPixels, greyPng } from '../../../../fixtures/pictures.ts';

const colour = () => sharp(new Uint8Array(30 * 20 * 3), { raw: { width: 30, height: 20, channels: 3 } });

describe('the header of', () => {
  test('a grey PNG names one channel', async () => {
    expect(readImageHeader(await greyPng(28, 20))).toEqual({
      type: 'image/png',
      width: 28,
      height: 20,
      channels: 1,
      animated: false,
      transparent: false,
      orientation: 1,
    });
  });

  test('a colour JPEG, lossy and lossless WebP and PNG names three', async () => {
    const files = [colour().jpeg(), colour().webp(), colour().webp({ lossless: true }), colour().png()];
    for (const file of files)
      expect(readImageHeader(await file.toBuffer())).toMatchObject({ width: 30, height: 20, channels: 3 });
  });

  test('a WebP with transparency is read from its extended form', async () => {
    const webp = await colour().ensureAlpha(0.5).webp().toBuffer();
    expect(readImageHeader(webp)).toMatchObject({ type: 'image/webp', width: 30, height: 20, animated: false });
  });

  test('a grey JPEG names one channel', async () => {
    const jpeg = await sharp(await greyPng(24, 16))
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    expect(readImageHeader(jpeg)).toMatchObject({ width: 24, height: 16, channels: 1 });
  });

  test('a JPEG that lies on its side has its sides as seen upright', async () => {
    const turned = await colour().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(readImageHeader(turned)).toMatchObject({ width: 20, height: 30 });
  });

  test.each(['jpeg', 'png', 'webp'] as const)('a %s tells how its camera was held', async (type) => {
    const turned = await colour().withMetadata({ orientation: 8 }).toFormat(type).toBuffer();
    expect(readImageHeader(turned)).toMatchObject({ width: 20, height: 30, orientation: 8 });
  });

  test('a JPEG, PNG or WebP tells by XMP how its camera was held, where it has no EXIF data', async () => {
    const xmp = '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>';
    const jpeg = (text: string) => {
      const data = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${text}`);
      return Buffer.concat([Buffer.of(0xff, 0xe1, 0, data.length + 2), data]);
    };
    const [plain, turned] = [colour().jpeg(), colour().withMetadata({ orientation: 8 }).jpeg()];
    const behindStart = (file: Buffer) => Buffer.concat([file.subarray(0, 2), jpeg(xmp), file.subarray(2)]);
    expect(readImageHeader(behindStart(await plain.toBuffer()))).toMatchObject({ width: 20, orientation: 6 });
    expect(readImageHeader(behindStart(await turned.toBuffer()))).toMatchObject({ width: 20, orientation: 8 });

    const text = Buffer.from(`iTXtXML:com.adobe.xmp\0\0\0\0\0${xmp.replace('="6"/', '>6</tiff:Orientation')}`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length - 4);
    const png = await colour().png().toBuffer();
    const chunk = Buffer.concat([length, text, Buffer.alloc(4)]);
    const told = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
    expect(readImageHeader(told)).toMatchObject({ width: 20, height: 30, orientation: 6 });

    const webp = await colour().withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${xmp}</x:xmpmeta>`).webp().toBuffer();
    expect(readImageHeader(webp)).toMatchObject({ orientation: 6 });
  });

  test.each(['png', 'webp'] as const)('a %s tells whether it is transparent', async (type) => {
    const clear = await colour().ensureAlpha(0.5).toFormat(type).toBuffer();
    expect(readImageHeader(clear)?.transparent).toBe(true);
    expect(readImageHeader(await colour().toFormat(type).toBuffer())?.transparent).toBe(false);
  });

  test('an animation says so', async () => {
    const frames = sharp(greyPixels(8 * 3, 16), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });
    const bytes = await frames.webp({ loop: 0, delay: [100, 100] }).toBuffer();
    expect(readImageHeader(bytes)).toMatchObject({ animated: true });
  });

  test('an animated PNG says so', async () => {
    const png = await greyPng();
    const isAnimated = (frames: number) => {
      const control = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from('acTL'), Buffer.alloc(12)]);
      control.writeUInt32BE(frames, 8);
      return readImageHeader(Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]))?.animated;
    };
    expect([2, 1, 0].map(isAnimated)).toEqual([true, false, false]);
  });

  test('a picture without width is none', async () => {
    expect(readImageHeader(claimPngSize(await greyPng(), 0, 10))).toBeUndefined();
  });
});

test('a file that was cut is told from one that is whole', async () => {
  for (const whole of [await greyPng(), await colourJpeg(), await colour().webp().toBuffer()]) {
    expect(isCutShort(whole)).toBe(false);
    expect(isCutShort(whole.subarray(0, Math.floor(whole.length * 0.7)))).toBe(true);
  }
});

test('any bytes behind any signature are read without a throw, and sizes are whole numbers above 0', async () => {
  const starts = [await greyPng(), await colourJpeg(), await colour().webp().toBuffer(), Buffer.from('RIFF')];
  const bytes = fc
    .tuple(fc.constantFrom(...starts), fc.nat(60), fc.uint8Array({ maxLength: 200 }))
    .map(([start, kept, tail]) => new Uint8Array([...start.subarray(0, kept), ...tail]));
  fc.assert(
    fc.property(bytes, (input) => {
      isCutShort(input);
      const header = readImageHeader(input);
      if (!header) return;
      expect(header.type).toBe(imageTypeOf(input));
      expect(Number.isInteger(header.width) && header.width > 0 && header.height > 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
