import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeImage, resizeImage } from '#core/kinds/image/decode.ts';
import { lightOfInks } from '#core/kinds/image/read/inks.ts';
import { isHarmless } from '#core/kinds/image/read/warnings.ts';
import { exifOf, jpegWithExif, pngChunk, pngWith, rawProfile } from '../../../../fixtures/exif.ts';
import { losslessJpeg } from '../../../../fixtures/lossless-jpeg.ts';
import { greyPixels } from '../../../../fixtures/pictures.ts';

const SIDE = 16;
const TONES = { a: 0, b: 50, c: 100, d: 150, e: 200, f: 250 } as const;
/** What a picture of the squares abc over def shows once it is upright: TIFF 6.0, "Orientation". */
const UPRIGHT = ['abc/def', 'cba/fed', 'fed/cba', 'def/abc', 'ad/be/cf', 'da/eb/fc', 'fc/eb/da', 'cf/be/ad'];

const squares = () => {
  const pixels = new Uint8Array(3 * SIDE * 2 * SIDE);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [i % (3 * SIDE), Math.floor(i / (3 * SIDE))];
    const letter = 'abcdef'[Math.floor(y / SIDE) * 3 + Math.floor(x / SIDE)] as keyof typeof TONES;
    pixels[i] = TONES[letter];
  }
  return sharp(pixels, { raw: { width: 3 * SIDE, height: 2 * SIDE, channels: 1 } }).toColourspace('b-w');
};

async function shown(file: Uint8Array): Promise<string> {
  const decoded = await decodeImage(file, 'a', { width: 64, height: 64, channels: 1, fit: 'contain' });
  if (!decoded.ok) return decoded.issue.code;
  const { pixels, width, height } = decoded.image.picture;
  const rows = Array.from({ length: height / SIDE }, (_, row) =>
    Array.from({ length: width / SIDE }, (_, column) => {
      const tone = pixels[(row * SIDE + SIDE / 2) * width + column * SIDE + SIDE / 2] as number;
      return 'abcdef'[Math.round(tone / 50)];
    }).join(''),
  );
  return rows.join('/');
}

describe('a picture is turned when and only when that is recorded', () => {
  type Make = (orientation: number) => Promise<Uint8Array>;
  const jpeg = () => squares().jpeg({ quality: 95 }).toBuffer();
  const png = () => squares().png().toBuffer();
  const cases: [string, Make][] = [
    ['JPEG', async (n) => jpegWithExif(await jpeg(), exifOf(n))],
    ['JPEG, big-endian', async (n) => jpegWithExif(await jpeg(), exifOf(n, { little: false }))],
    ['JPEG, LONG', async (n) => jpegWithExif(await jpeg(), exifOf(n, { type: 'LONG' }))],
    ['JPEG, big-endian LONG', async (n) => jpegWithExif(await jpeg(), exifOf(n, { little: false, type: 'LONG' }))],
    ['JPEG, behind the frame header', async (n) => jpegWithExif(await jpeg(), exifOf(n), true)],
    ['PNG', async (n) => pngWith(await png(), pngChunk('eXIf', exifOf(n)))],
    ['PNG, behind the pixels', async (n) => pngWith(await png(), pngChunk('eXIf', exifOf(n)), 'last')],
    ['PNG, with a prefix', async (n) => pngWith(await png(), pngChunk('eXIf', exifOf(n, { prefix: true })))],
    ['PNG, raw profile', async (n) => pngWith(await png(), rawProfile(exifOf(n, { prefix: true })))],
    ['PNG, raw profile in plain text', async (n) => pngWith(await png(), rawProfile(exifOf(n), 'tEXt'))],
    ['PNG, raw profile in international text', async (n) => pngWith(await png(), rawProfile(exifOf(n), 'iTXt'))],
    [
      'WebP',
      async (n) => {
        const webp = await squares().webp({ lossless: true }).withMetadata({ orientation: 3 }).toBuffer();
        // The chunk of another length, with the length of the whole file.
        const at = webp.indexOf('EXIF');
        const exif = exifOf(n);
        const head = Buffer.from('EXIF\0\0\0\0', 'latin1');
        head.writeUInt32LE(exif.length, 4);
        const file = Buffer.concat([webp.subarray(0, at), head, exif]);
        file.writeUInt32LE(file.length - 8, 4);
        return file;
      },
    ],
  ];

  test.each(cases)('%s', async (_, make) => {
    const found = await Promise.all(UPRIGHT.map(async (_row, i) => shown(await make(i + 1))));
    expect(found).toEqual(UPRIGHT);
    expect([await shown(await make(0)), await shown(await make(9))]).toEqual(['abc/def', 'abc/def']);
  });
});

test('a JPEG without loss is read whole', async () => {
  const [width, height] = [400, 300];
  const pixels = Uint8Array.from(
    { length: width * height },
    (_, i) => ((i % width) >> 1) + (Math.floor(i / width) >> 3),
  );
  const decoded = await decodeImage(losslessJpeg(pixels, width, height), 'a', {
    width: 40,
    height: 32,
    channels: 1,
    fit: 'fill',
  });
  if (!decoded.ok) throw new Error(decoded.issue.given);
  const { picture } = decoded.image;
  const at = (x: number, y: number) =>
    picture.pixels[Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)] as number;
  for (const [x, y] of [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.5, 0.5],
    [0.1, 0.9],
    [0.9, 0.9],
  ] as const)
    expect(Math.abs(at(x, y) - (x * width) / 2 - (y * height) / 8)).toBeLessThan(3);
});

test('enlarging does not move a picture', async () => {
  const side = 12;
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - 5.5, Math.floor(i / side) - 5.5];
    return Math.round(250 * Math.exp(-(x * x + y * y) / 6));
  });
  for (const fit of ['cover', 'contain', 'fill'] as const) {
    const { pixels: large } = await resizeImage(
      { pixels, width: side, height: side, channels: 1 },
      { width: 64, height: 64, channels: 1, fit },
    );
    const sum = large.reduce((all, value) => all + value, 0);
    const across = large.reduce((all, value, i) => all + value * (i % 64), 0) / sum;
    const down = large.reduce((all, value, i) => all + value * Math.floor(i / 64), 0) / sum;
    expect([across, down].map((centre) => Math.abs(centre - 31.5) < 0.05)).toEqual([true, true]);
  }
});

describe('a file of one frame that is made as an animation', () => {
  const apng = async (frames: number) => {
    const count = Buffer.alloc(8);
    count.writeUInt32BE(frames, 0);
    return pngWith(await squares().png().toBuffer(), pngChunk('acTL', count));
  };
  const webp = async (frames: number) => {
    const raw = await squares().toColourspace('srgb').raw().toBuffer();
    const input = Buffer.concat(Array.from({ length: frames }, (_, i) => raw.map((value) => value ^ i)));
    const size = { width: 3 * SIDE, height: 2 * SIDE * frames, channels: 3 as const, pageHeight: 2 * SIDE };
    return sharp(input, { raw: size }).webp({ lossless: true }).toBuffer();
  };

  test('is a picture; one of two is none', async () => {
    expect([await shown(await apng(1)), await shown(await apng(2))]).toEqual(['abc/def', 'image.animated']);
    const [, two] = await Promise.all([webp(1), webp(2)]);
    expect(await shown(two as Buffer)).toBe('image.animated');
    // The same animation without its second frame.
    const bytes = Buffer.from(two as Buffer);
    const first = bytes.indexOf('ANMF');
    const end = first + 8 + bytes.readUInt32LE(first + 4);
    const one = bytes.subarray(0, end);
    one.writeUInt32LE(end - 8, 4);
    expect(await shown(one)).toBe('abc/def');
  });
});

describe('a JPEG that its decoder warns of', () => {
  const jpeg = () => squares().jpeg({ quality: 95 }).toBuffer();
  const decode = async (file: Uint8Array) => {
    const decoded = await decodeImage(file, 'a', { width: 48, height: 32, channels: 1, fit: 'cover' });
    return decoded.ok ? (decoded.image.warnings ?? 'clean') : decoded.issue.code;
  };

  test('is kept where the picture is whole, with the words', async () => {
    const plain = await jpeg();
    const end = 4 + plain.readUInt16BE(4);
    const jfif = Buffer.from('\xff\xe0\0\x10JFIF\0\x02\x01\0\0\x01\0\x01\0\0', 'latin1');
    const revision = Buffer.concat([plain.subarray(0, 2), jfif, plain.subarray(2)]);
    const garbage = Buffer.concat([plain.subarray(0, end), Buffer.from([1, 2, 3, 4, 5]), plain.subarray(end)]);
    expect(await decode(plain)).toBe('clean');
    expect(await decode(revision)).toContain('unknown JFIF revision number 2');
    expect(await decode(garbage)).toContain('extraneous bytes before marker');
  });

  test('is refused where pixels are missing', async () => {
    const plain = await sharp(greyPixels(96, 64), { raw: { width: 96, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer();
    const scan = plain.indexOf(Buffer.from([0xff, 0xda]));
    const cut = Buffer.concat([plain.subarray(0, scan + 40), Buffer.from([0xff, 0xd9])]);
    expect(await decode(cut)).toBe('image.corrupt');
    expect(await decode(plain.subarray(0, plain.length - 60))).toBe('image.truncated');
  });

  test.each<[string, boolean]>([
    ['VipsJpeg: Invalid SOS parameters for sequential JPEG', true],
    ['VipsJpeg: Corrupt JPEG data: 24 extraneous bytes before marker 0xdb', true],
    ['VipsJpeg: Corrupt JPEG data: 24 extraneous bytes before marker 0xd9', false],
    ['VipsJpeg: Corrupt JPEG data: premature end of data segment', false],
    ['VipsJpeg: Corrupt JPEG data: bad Huffman code', false],
  ])('%s', (words, harmless) => expect(isHarmless(words)).toBe(harmless));
});

test('inks without a profile are turned into light', () => {
  const inks = Uint8Array.of(0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 100, 50, 0, 51);
  expect([...lightOfInks(inks)]).toEqual([255, 255, 255, 0, 255, 255, 0, 0, 0, 124, 164, 204]);
});
