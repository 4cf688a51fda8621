import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dropKey,
  folderInKey,
  idInKey,
  keys,
  parseDropKey,
  parseVerdictKey,
  unitName,
  uploadIdOf,
  WRITERS,
} from '#core/store/keys.ts';

test.each([
  ['digits/3/a.png', { dataset: 'digits', path: '3/a.png' }],
  ['digits/a b+c%20😀.png', { dataset: 'digits', path: 'a b+c%20😀.png' }],
  ['digits/../other/a.png', { dataset: 'digits', path: '../other/a.png' }],
  ['digits//a.png', { dataset: 'digits', path: '/a.png' }],
  ['digits/', undefined],
  ['a.png', undefined],
  ['/a.png', undefined],
  ['Digits/a.png', undefined],
  ['_/a.png', undefined],
  ['../a.png', undefined],
  ['-x/a.png', undefined],
  [`${'d'.repeat(64)}/a.png`, undefined],
])('%j is read as %j', (key, expected) => expect(parseDropKey(key)).toEqual(expected));

test('what a drop key is built from comes back', () => {
  const dataset = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
  fc.assert(
    fc.property(dataset, fc.string({ minLength: 1, unit: 'grapheme' }), (name, path) => {
      expect(parseDropKey(dropKey(name, path))).toEqual({ dataset: name, path });
    }),
  );
});

test('uploads whose parts run into one another have different ids', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
      fc.pre(a !== c || b !== d);
      expect(uploadIdOf('drop', a, b)).not.toBe(uploadIdOf('drop', c, d));
    }),
  );
  expect(uploadIdOf('a', 'bc', '1')).not.toBe(uploadIdOf('ab', 'c', '1'));
});

test('a verdict key gives back its place and the number of units', () => {
  const place = { dataset: 'digits', configId: '0123456789abcdef', uploadId: 'ff'.repeat(32), unit: unitName(3, 12) };
  expect(parseVerdictKey(keys.verdict(place))).toEqual({ ...place, unitCount: 12 });
  expect(parseVerdictKey(keys.part(place))).toBeUndefined();
});

test('any text is parsed without a throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseVerdictKey(text);
      parseDropKey(text);
      idInKey(text);
      folderInKey(text, text);
    }),
  );
});

test('units sort as they are cut', () => {
  expect([unitName(10, 100), unitName(9, 100)].sort()).toEqual(['00009-of-00100', '00010-of-00100']);
});

test('every key lies under a prefix with one writer', () => {
  const place = { dataset: 'd', configId: 'c', uploadId: 'u', unit: '00000-of-00001' };
  const built = [
    keys.verdict(place),
    keys.part(place),
    keys.quarantine(place),
    keys.upload('d', 'u'),
    keys.refused('d', 'u'),
    keys.currentConfig('d'),
  ];
  for (const key of built) expect(Object.keys(WRITERS)).toContain(key.split('/')[0]);
});
