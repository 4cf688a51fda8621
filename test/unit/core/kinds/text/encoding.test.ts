import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBytes, settleEncoding } from '#core/kinds/reading/encoding.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const settle = (given: Uint8Array) => settleEncoding(given, 'auto', { minConfidence: 50 });

test('plain UTF-8 needs no guess', () => {
  expect(settle(utf8('héllo'))).toEqual({ encoding: 'utf-8', bom: 0, detected: false });
});

test.each([
  [[0xef, 0xbb, 0xbf, 0x41], 'utf-8', 3],
  [[0xff, 0xfe, 0x41, 0], 'utf-16le', 2],
  [[0xfe, 0xff, 0, 0x41], 'utf-16be', 2],
] as const)('a byte order mark says it: %j', (given, encoding, bom) => {
  expect(settle(bytes(...given))).toEqual({ encoding, bom, detected: false });
});

test('UTF-16 without a mark is refused', () => {
  expect(settle(new Uint8Array(Buffer.from('hello buckets', 'utf16le')))).toBeUndefined();
});

test('what is sure enough is detected, and said to be', () => {
  expect(settle(latin1('El niño está en España, señor, mañana por la mañana'))).toEqual({
    encoding: 'windows-1252',
    bom: 0,
    detected: true,
  });
});

test('what is not sure is read as UTF-8 and refused there, with the guess for people', () => {
  const reading = settle(bytes(0x81, 0x8d, 0x2c, 0x90, 0x9d));
  expect(reading).toMatchObject({ encoding: 'utf-8', detected: false });
});

test('one broken line among good ones does not change the encoding of the others', () => {
  const mixed = Buffer.concat([utf8('Müller\nGröße\n'), bytes(0xe9, 0x0a), utf8('naïve\n')]);
  expect(settle(mixed)).toMatchObject({ encoding: 'utf-8', detected: false });
});

test('without leave to detect nothing is', () => {
  const given = latin1('El niño está en España, señor');
  expect(settleEncoding(given, 'auto', undefined)).toMatchObject({ encoding: 'utf-8' });
  expect(settleEncoding(given, 'windows-1252', undefined)).toMatchObject({ encoding: 'windows-1252', detected: false });
});

describe('invalid UTF-8 is found at its first byte', () => {
  test.each([
    ['a stray continuation', [0x61, 0x80], 1],
    ['an overlong slash', [0x61, 0x62, 0xc0, 0xaf], 2],
    ['an overlong NUL in three bytes', [0xe0, 0x80, 0x80], 0],
    ['half a surrogate pair', [0x61, 0xed, 0xa0, 0x80], 1],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 0],
    ['a cut sequence', [0x61, 0xe2, 0x82], 1],
    ['0xff', [0x61, 0x62, 0x63, 0xff], 3],
  ])('%s', (_name, given, offset) => {
    expect(decodeBytes(bytes(...given), 'utf-8')).toEqual({ ok: false, offset });
  });

  test('exactly where the prefix before it is valid and one byte more is not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (given) => {
        const decoded = decodeBytes(given, 'utf-8');
        if (decoded.ok) expect(Buffer.from(decoded.text).equals(Buffer.from(given))).toBe(true);
        else expect(decodeBytes(given.subarray(0, decoded.offset), 'utf-8').ok).toBe(true);
      }),
    );
  });
});

test.each([['naïve façade', 'windows-1252 ("naïve façade") or windows-1257 ("naļve faēade")']])(
  'two encodings that are as likely leave %j undecided, with both readings',
  (text, guess) => {
    expect(settleEncoding(latin1(text), 'auto', { minConfidence: 10 })).toEqual({
      encoding: 'utf-8',
      bom: 0,
      detected: false,
      guess,
    });
  },
);
