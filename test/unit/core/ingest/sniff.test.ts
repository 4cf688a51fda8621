import { describe, expect, test } from 'vitest';
import { UNMARKED_UTF_16 } from '#core/base/first-bytes.ts';
import { kindOf, sniff } from '#core/ingest/sniff.ts';

const familyOf = async (start: Uint8Array | string) =>
  (await sniff(typeof start === 'string' ? Buffer.from(start) : start)).family;

describe('a text is one whatever its first letters are:', () => {
  test.each(['BMW,Audi\n1,2\n', 'MZ_id,name\n1,x\n', 'PK,fields\n1,2\n', 'GIFT,price\n1,2\n'])('%j', async (text) => {
    expect(await familyOf(text)).toBe('text');
  });
});

describe('what those letters name is none:', () => {
  test.each([
    ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.from([0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff])])],
  ])('%s', async (_, bytes) => {
    expect(await familyOf(bytes)).toBe('other');
  });
});

test('a text with zero bytes behind it is named as that', async () => {
  const text = Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.alloc(100)]);
  expect(await sniff(text)).toMatchObject({ family: 'other', type: 'a text with zero bytes behind it' });
  expect((await sniff(Buffer.alloc(100))).type).not.toMatch(/text/);
});

test.each([
  ['Japanese', '今日はいい天気です。\n散歩に行きましょう。\n'],
  ['Russian', 'Быстрая лиса прыгает через ленивую собаку.\n'],
  ['English', 'The quick brown fox\n'],
])('%s in UTF-16 without a byte order mark is named as that', async (_, text) => {
  const little = Buffer.from(text, 'utf16le');
  for (const bytes of [little, Buffer.from(little).swap16()])
    expect(await sniff(bytes)).toMatchObject({ family: 'text', type: UNMARKED_UTF_16 });
});

test('bytes without an order are no text in UTF-16', async () => {
  const noise = Uint8Array.from({ length: 4096 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);
  expect((await sniff(noise)).family).toBe('other');
});

test.each([
  ['photo.jpg', '<!DOCTYPE html><html><body>403 Forbidden</body></html>'],
  ['clip.WAV', '{"error":"AccessDenied"}'],
  ['data.zip', 'Not found\n'],
])('a text by the name %s makes no dataset of texts or tables', async (path, text) => {
  const start = Buffer.from(text);
  expect(kindOf(await sniff(start, { path }), start, path)).toBeUndefined();
  expect(kindOf(await sniff(start, { path: 'a.txt' }), start, 'a.txt')).toBeDefined();
});

describe('the first upload speaks for', () => {
  test.each([
    ['a table where it is named as one, however broken', 'sales.csv', 'a,b\n1,2\n3\n"x', 'table'],
    ['a table of one column', 'names.TSV', 'name\nAnna\n', 'table'],
    ['texts where nothing says table', 'names.txt', 'Anna\nBerta\n', 'text'],
    ['a table where its lines agree, whatever its name', 'sales.txt', 'a,b\n1,2\n', 'table'],
    ['a table that a browser unpacked under its old name', 'sales.csv.gz', 'a,b\n1,2\n', 'table'],
  ])('%s', async (_, path, content, kind) => {
    const start = Buffer.from(content);
    expect(kindOf(await sniff(start), start, path)).toBe(kind);
  });
});
