import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { sniff } from '#core/ingest/sniff.ts';
import { readBy } from '#core/kinds/formats/register.ts';
import { decodeImage } from '#core/kinds/image/decode.ts';
import { readImageHeader } from '#core/kinds/image/header.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { HEIC } from './heic-photo.ts';
import { jxl } from './jxl-pictures.ts';

const [WIDTH, HEIGHT] = [48, 32];
/** Red, green and blue squares over yellow, black and white ones. */
const SQUARES = [
  [250, 0, 0],
  [0, 250, 0],
  [0, 0, 250],
  [250, 250, 0],
  [0, 0, 0],
  [250, 250, 250],
] as const;
const pixels = Buffer.from(
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    return [...(SQUARES[Math.floor(y / 16) * 3 + Math.floor(x / 16)] as readonly number[])];
  }).flat(),
);
const picture = () => sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

/** The shade of red, green and blue in the middle of each square. */
async function shown(file: Uint8Array): Promise<number[][] | string> {
  const decoded = await decodeImage(file, 'a', { width: 48, height: 32, channels: 3, fit: 'cover' });
  if (!decoded.ok) return `${decoded.issue.code} ${decoded.issue.given ?? ''}`;
  const { pixels: found, width, height } = decoded.image.picture;
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  return SQUARES.map((_, i) => {
    const at = ((Math.floor(i / 3) * 16 + 8) * WIDTH + (i % 3) * 16 + 8) * 3;
    return [...found.subarray(at, at + 3)];
  });
}

/** `rows` are given from the first to the last, in as many bytes as they have. */
function bmp(
  bits: number,
  rows: readonly (readonly number[])[],
  { palette = [] as readonly number[], compression = 0, masks = [] as readonly number[], topDown = false } = {},
): Buffer {
  const padded = rows.map((row) => [...row, ...new Array<number>((4 - (row.length % 4)) % 4).fill(0)]);
  const body = Buffer.from((topDown ? padded : padded.reverse()).flat());
  const head = Buffer.alloc(54 + masks.length * 4);
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(head.length + palette.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(WIDTH, 18);
  head.writeInt32LE(topDown ? -HEIGHT : HEIGHT, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  for (const [i, mask] of masks.entries()) head.writeUInt32LE(mask, 54 + 4 * i);
  return Buffer.concat([head, Buffer.from(palette), body]);
}

const squareAt = (x: number, y: number) => Math.floor(y / 16) * 3 + Math.floor(x / 16);
const rowsOf = (row: (y: number) => number[]) => Array.from({ length: HEIGHT }, (_, y) => row(y));
const columns = Array.from({ length: WIDTH }, (_, x) => x);
const palette = SQUARES.flatMap(([r, g, b]) => [b, g, r, 0]);
const rle8 = () => {
  const rows = rowsOf((y) => [
    16,
    squareAt(0, y),
    16,
    squareAt(16, y),
    0,
    16,
    ...new Array<number>(16).fill(squareAt(32, y)),
    0,
    0,
  ]);
  const file = bmp(8, [rows.reverse().flat()], { palette, compression: 1, topDown: true });
  file.writeInt32LE(HEIGHT, 22);
  return Buffer.concat([file, Buffer.from([0, 1])]);
};

describe('formats of pictures', () => {
  const cases: [string, () => Promise<Uint8Array> | Uint8Array, number][] = [
    ['HEIC', () => HEIC, 12],
    ['JPEG XL', () => jxl('bare'), 0],
    ['JPEG XL in boxes', () => jxl('boxed'), 0],
    ['AVIF', () => picture().avif({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), 6],
    ['GIF', () => picture().gif().toBuffer(), 4],
    ['TIFF, LZW', () => picture().tiff({ compression: 'lzw' }).toBuffer(), 0],
    [
      'TIFF, tiles',
      () => picture().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: 'deflate' }).toBuffer(),
      0,
    ],
    ['TIFF, JPEG inside', () => picture().tiff({ compression: 'jpeg', quality: 95 }).toBuffer(), 8],
    ['TIFF, 16 bits', () => picture().toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(), 1],
    [
      'BMP, 24 bits',
      () =>
        bmp(
          24,
          rowsOf((y) => columns.flatMap((x) => [...(SQUARES[squareAt(x, y)] as readonly number[])].reverse())),
        ),
      0,
    ],
    [
      'BMP, 24 bits from the top',
      () =>
        bmp(
          24,
          rowsOf((y) => columns.flatMap((x) => [...(SQUARES[squareAt(x, y)] as readonly number[])].reverse())),
          { topDown: true },
        ),
      0,
    ],
    [
      'BMP, 32 bits',
      () =>
        bmp(
          32,
          rowsOf((y) =>
            columns.flatMap((x) => [...[...(SQUARES[squareAt(x, y)] as readonly number[])].reverse(), 255]),
          ),
        ),
      0,
    ],
    [
      'BMP, 8 bits',
      () =>
        bmp(
          8,
          rowsOf((y) => columns.map((x) => squareAt(x, y))),
          { palette },
        ),
      0,
    ],
    [
      'BMP, 4 bits',
      () =>
        bmp(
          4,
          rowsOf((y) => columns.filter((x) => x % 2 === 0).map((x) => squareAt(x, y) * 17)),
          { palette },
        ),
      0,
    ],
    ['BMP, run lengths', rle8, 0],
    [
      'BMP, bit fields',
      () =>
        bmp(
          16,
          rowsOf((y) =>
            columns.flatMap((x) => {
              const [r, g, b] = SQUARES[squareAt(x, y)] as readonly [number, number, number];
              const value = ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
              return [value & 255, value >> 8];
            }),
          ),
          { compression: 3, masks: [0xf800, 0x07e0, 0x001f] },
        ),
      6,
    ],
    ['PPM', () => Buffer.concat([Buffer.from(`P6\n# by hand\n${WIDTH} ${HEIGHT}\n255\n`), pixels]), 0],
    ['PPM in text', () => Buffer.from(`P3\n${WIDTH} ${HEIGHT}\n250\n${[...pixels].join(' ')}\n`), 5],
  ];

  test.each(cases)('%s', async (_, make, tolerance) => {
    const file = new Uint8Array(await make());
    expect(await sniff(file)).toMatchObject({ family: 'image' });
    expect(readImageHeader(file)).toMatchObject({ width: WIDTH, height: HEIGHT });
    const found = await shown(file);
    if (typeof found === 'string') throw new Error(found);
    const errors = found.flatMap((shade, i) => shade.map((value, c) => Math.abs(value - (SQUARES[i]?.[c] as number))));
    expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
  });

  test('grey and black-and-white bitmaps are told as grey', async () => {
    const pbm = Buffer.from('P1\n8 8\n' + '10101010\n'.repeat(8));
    const pgm = Buffer.concat([Buffer.from('P5 8 8 65535\n'), Buffer.alloc(128, 0x80)]);
    const config = { width: 8, height: 8, channels: 1, fit: 'cover' } as const;
    const of = async (file: Uint8Array) => {
      const decoded = await decodeImage(new Uint8Array(file), 'a', config);
      return decoded.ok
        ? [decoded.image.header.channels, ...decoded.image.picture.pixels.subarray(0, 3)]
        : decoded.issue;
    };
    expect(await of(pbm)).toEqual([1, 0, 255, 0]);
    expect(await of(pgm)).toEqual([1, 128, 128, 128]);
  });

  test('of several pages or frames the first is used, which the header tells', async () => {
    const two = sharp(Buffer.concat([pixels, pixels.map((value) => value ^ 255)]), {
      raw: { width: WIDTH, height: 2 * HEIGHT, channels: 3, pageHeight: HEIGHT },
    });
    for (const file of [
      await two.clone().gif().toBuffer(),
      await two.clone().tiff({ compression: 'none' }).toBuffer(),
    ]) {
      const header = readImageHeader(new Uint8Array(file));
      if (header?.type === 'image/gif') expect(header).toMatchObject({ pages: 2, animated: false });
      expect((await shown(new Uint8Array(file)))[1]).toEqual([0, 250, 0]);
    }
  });

  test.each([
    [339, 3, 'of floating-point samples'],
    [339, 2, 'of samples with a sign'],
    [258, 32, 'of samples of 32 bits'],
    [259, 50000, 'packed by Zstandard'],
  ])('a TIFF whose tag %i is %i is named', async (tag, value, words) => {
    const file = await picture().tiff({ compression: 'none' }).toBuffer();
    const other = taggedTiff(new Uint8Array(file), tag, value);
    expect(await shown(other)).toBe(`upload.type-not-allowed a TIFF image ${words}`);
  });
});

test('changed and cut files of every format end in a picture or an issue', async () => {
  const files = [
    HEIC.slice(),
    new Uint8Array(rle8()),
    new Uint8Array(await picture().gif().toBuffer()),
    new Uint8Array(await picture().tiff({ compression: 'lzw' }).toBuffer()),
    new Uint8Array(Buffer.concat([Buffer.from(`P6 ${WIDTH} ${HEIGHT} 255\n`), pixels])),
  ];
  const change = fc.record({ at: fc.nat(4000), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(change, { maxLength: 6 }),
      fc.nat(3000),
      async (file, changes, cut) => {
        const changed = file.slice(0, Math.max(1, file.length - cut * Number(cut % 3 === 0)));
        for (const { at, value } of changes) if (at < changed.length) changed[at] = value;
        readImageHeader(changed);
        const decoded = await decodeImage(changed, 'a', { width: 48, height: 32, channels: 3, fit: 'cover' });
        expect(decoded.ok || decoded.issue.code.length > 0).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

describe('each mutant is a picture or refused, and the whole one behind them is read:', () => {
  const rgb = Buffer.concat([Buffer.from(`P6 ${WIDTH} ${HEIGHT} 255\n`), pixels]);
  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['HEIC', () => HEIC],
    ['AVIF', () => picture().avif({ quality: 60 }).toBuffer()],
    ['TIFF, LZW', () => picture().tiff({ compression: 'lzw' }).toBuffer()],
    [
      'TIFF, tiles',
      () => picture().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: 'deflate' }).toBuffer(),
    ],
    ['TIFF, JPEG inside', () => picture().tiff({ compression: 'jpeg' }).toBuffer()],
    ['GIF', () => picture().gif().toBuffer()],
    ['BMP, RLE', () => rle8()],
    ['PNM', () => rgb],
  ])('%s', async (_, make) => {
    const whole = await make();
    for (let seed = 1; seed <= mutantCount(6); seed++) {
      const bytes = new Uint8Array(mutant(whole, seed));
      readImageHeader(bytes);
      const decoded = await decodeImage(bytes, 'a', { width: 48, height: 32, channels: 3, fit: 'cover' });
      expect(decoded.ok ? 'ok' : decoded.issue.code).toMatch(/^(ok|image\.|upload\.)/);
    }
    expect(await shown(new Uint8Array(whole))).toHaveLength(SQUARES.length);
  });
});

/** The same file with this tag in its directory, in place of the last one. */
function taggedTiff(file: Uint8Array, tag: number, value: number): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const directory = view.getUint32(4, true);
  const last = directory + 2 + 12 * (view.getUint16(directory, true) - 1);
  view.setUint16(last, tag, true);
  view.setUint16(last + 2, 3, true);
  view.setUint32(last + 4, 1, true);
  view.setUint32(last + 8, value, true);
  return file;
}

test('what is read is listed once each', () => {
  const listed = readBy('image').split(';')[0]?.split(', ') ?? [];
  expect(listed).toEqual([...new Set(listed)]);
  expect(listed).toEqual(expect.arrayContaining(['PNG', 'HEIC', 'TIFF']));
});
