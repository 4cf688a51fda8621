import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countCharacters,
  normalized,
  withoutControls,
  withoutInvisible,
} from '#core/kinds/text/encoding/characters.ts';
import { repairMojibake } from '#core/kinds/text/encoding/mojibake.ts';
import { repetitionOf } from '#core/kinds/text/repetition.ts';

const asWindows1252 = (text: string) => new TextDecoder('windows-1252').decode(new TextEncoder().encode(text));

test.each([
  'été à la façon',
  'Größe “quoted” – dash…',
  'naïve café',
  'Привет мир',
  '日本語テキスト',
  'price: 5 €',
  'fun 🎉🎉',
])('what was read as Windows-1252 is repaired, also when twice: %s', (text) => {
  expect(repairMojibake(asWindows1252(text))).toBe(text);
  expect(repairMojibake(asWindows1252(asWindows1252(text)))).toBe(text);
});

test.each([
  'été à la façon',
  'Größe “quoted” – dash…',
  'Der Buchstabe „Ä“ und „Ü“',
  'Spaß”',
  'Â',
  '3×4 = 12',
  '£100 ± 5 °C',
  '©2024 ®',
  'ÀÉÎÕÜ',
  'ÃO PAULO',
  'Привет',
])('what was never broken stays: %s', (text) => expect(repairMojibake(text)).toBe(text));

test('only the broken part of a text is repaired', () => {
  expect(repairMojibake('日本 cafÃ© Größe')).toBe('日本 café Größe');
});

test('text of letters that people write is repaired whatever it says', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'äöüßéèçñøåæčřабвгдежαβγδ'), minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(letters, (text) => {
      expect(repairMojibake(asWindows1252(`x ${text} y`))).toBe(`x ${text} y`);
    }),
  );
});

test('controls go, tabs and line ends stay', () => {
  expect(withoutControls('a\u0000b\tc\r\nd\u001b[0m\u007f\u0085e\ufffe')).toBe('ab\tc\r\nd\u0085e');
});

test.each([
  ['\u001b[31;1mERROR\u001b[0m job', 'ERROR job'],
  ['\u001b]0;title\u0007text', 'text'],
  ['N\bNA\bA _\bu', 'NA u'],
  ['one\u000btwo\u000cthree', 'one\ntwo\nthree'],
])('what controls mean is kept, the controls go: %j', (text, plain) => expect(withoutControls(text)).toBe(plain));

test.each([
  ['pay\u202epal', 'paypal'],
  ['in\u200bvis\u2060ible\ufeff', 'invisible'],
  ['smuggled\u{e0041}\u{e0042}', 'smuggled'],
  ['pass\u200dword', 'password'],
  ['na\u00adtional', 'national'],
  ['zero\u200bwidth', 'zerowidth'],
])('what hides is removed: %j', (text, plain) => expect(withoutInvisible(text)).toBe(plain));

test.each(['👩‍👩‍👧‍👦', '👩🏽‍🚀', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 flag', 'می‌خواهم', 'क्‍ष', 'ക്\u200d', 'ไทย\u200bภาษา', 'שלום \u200e(1)'])(
  'what scripts and emoji need stays: %s',
  (text) => expect(withoutInvisible(text)).toBe(text),
);

test('one form: composed, line feeds, no space around', () => {
  expect(normalized('  e\u0301te\u0301\r\nb\rc\u2028d \n')).toBe('été\nb\nc\nd');
});

test('characters are code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(countCharacters(text)).toBe(Array.from(text).length);
    }),
  );
});

test('repetition tells prose from one phrase over and over, whatever the length', () => {
  const prose = Array.from({ length: 400 }, (_, i) => `${(i * 7919).toString(36)} ${(i * i * 31).toString(36)}`).join(
    ' ',
  );
  expect(repetitionOf(prose)).toBeLessThan(0.05);
  expect(repetitionOf('buy now! '.repeat(20))).toBeGreaterThan(0.9);
  expect(repetitionOf('buy now! '.repeat(2000))).toBeGreaterThan(0.9);
  expect(repetitionOf('short')).toBe(0);
});
