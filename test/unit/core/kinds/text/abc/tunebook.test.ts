import { expect, test } from 'vitest';
import { abcBars } from '#core/kinds/text/abc/abc-bars.ts';
import { abcTokens, uniformMusic } from '#core/kinds/text/abc/abc-tokens.ts';
import {
  isAbc,
  isWellFormedTune,
  metreOf,
  readTunes,
  tunebook,
  tuneOf,
  tunePrefix,
} from '#core/kinds/text/abc/tunebook.ts';

const BOOK = `%abc-2.1
Tunes of a book, which is text between tunes.

X:1
T:The Miner
C:trad. % of old
M:6/8
L:1/16
K:D
A4F2 D4E2|[DFA]6 z6|"_soft"(3ABc d2 {e}f4!|
w: words that are sung
~G4>A2 B-B4 y|]

X:2
T:No key
M:4/4
abc|

X:3
M:2/4
K: A  Minor % the key
E>A BG|A4|`;

test('tunes of a file are written in one form, and what is no tune is told with its line', () => {
  expect(isAbc(BOOK)).toBe(true);
  expect(isAbc('A list: X, K and others')).toBe(false);
  expect(readTunes(BOOK)).toEqual([
    {
      ...{ line: 4, ok: true },
      text: 'M:6/8\nL:1/8\nK:D\nA2F D2E|[DFA]3 z3|(3A/B/c/ d {e}f2|\n~G2>A B/-B2|]',
    },
    { line: 14, ok: false, given: 'a tune without a key (K:)' },
    // Without L: a note is a sixteenth where a bar is shorter than three quarters.
    { line: 19, ok: true, text: 'M:2/4\nL:1/8\nK:A Minor\nE/>A/ B/G/|A2|' },
  ]);
  expect(readTunes('X:1\nK:C\nV:1\nabc|\nV:2\nCDE|')[0]).toMatchObject({ given: 'a tune of several voices (V:)' });
  expect(readTunes('X:1\nM:C\nK:C\n\n')[0]).toMatchObject({ given: 'a tune without music' });
});

test('tunes in their one form are read and written again', () => {
  const texts = readTunes(BOOK).flatMap((tune) => (tune.ok ? [tune.text] : []));
  const again = readTunes(tunebook(texts, 0)).map((tune) => (tune.ok ? tune.text : tune.given));
  expect(again).toEqual(texts);
  expect(tunebook(['M:C\nL:1/8\nK:G\nabc|'], 4)).toBe('X:5\nM:C\nL:1/8\nK:G\nabc|\n\n');
  expect(texts[0]?.startsWith(tunePrefix('6/8', 'D'))).toBe(true);
  expect(texts[0]?.startsWith(tunePrefix('6/8'))).toBe(true);
  expect(tuneOf(texts[0] ?? '')).toMatchObject({ metre: '6/8', key: 'D', bars: { length: 0.75, isCompound: true } });
});

test.each([
  ['C', 1],
  ['C|', 1],
  ['6/8', 0.75],
  ['2+3/8', 0.625],
  ['none', undefined],
  ['6/0', undefined],
])('a bar of %s is %s of a whole note', (metre, length) => expect(metreOf(metre)?.length).toBe(length));

const barsOf = (body: string, metre = 'C') =>
  abcBars(body, 1 / 8, metreOf(metre)).bars.map((bar) => Math.round(bar * 800) / 100);

test('bars have the lengths that are played: tuplets, broken rhythm, chords, grace notes, rests and ends', () => {
  expect(barsOf('AB|c2d2 e4|')).toEqual([2, 8]);
  expect(barsOf('(3ABc d2|(3:2:4ABcd|')).toEqual([4, 2.67]);
  expect(barsOf('A>B c<d|A>>B|A/>B/|')).toEqual([4, 2, 1]);
  expect(barsOf('[CEG]4 [C2E2]2|{abc}d2 z2 x/|')).toEqual([8, 4.5]);
  expect(barsOf('|:A2|1 B2:|2 c2||[K:G] Z2|d//|]')).toEqual([2, 2, 2, 16, 0.25]);
  expect(barsOf('(5ABcde|', '6/8')).toEqual([3]);
  expect(barsOf('(5ABcde|', '3/4')).toEqual([2]);
});

test('what ABC does not have is found', () => {
  expect(isWellFormedTune('M:6/8\nL:1/8\nK:Ador\n^c2_B =A,3|"Am"[EA]3 .b\'3:|')).toBe(true);
  for (const broken of [
    'M:6/8\nL:1/8\nK:D\nabc|[ac ef|',
    'M:6/8\nL:1/8\nK:D\nabc|8 ?|',
    'M:6/8\nL:1/8\nK:D\n|:|',
    'M:6/8\nL:1/8\nK:Q\nabc|',
    'M:six\nL:1/8\nK:D\nabc|',
    'K:D\nabc|',
    'M:6/8\nL:1/8\nK:D\nabc|\nK:',
    'M:6/8\nL:1/8\nK:D\nabc|\nM:six\nabc|',
    'M:6/8\nL:1/8\nK:D\nabc|\nT:name\nabc|',
  ])
    expect([broken, isWellFormedTune(broken)]).toEqual([broken, false]);
});

test('a line that is a note before a repeat is music, and keys and metres within a tune are kept', () => {
  const [read] = readTunes('X:1\nM:4/4\nL:1/8\nK:D\nabcd abc2\nd:|\nK:G\nM:3/4\nW:words\nabc2|');
  const text = 'M:4/4\nL:1/8\nK:D\nabcd abc2\nd:|\nK:G\nM:3/4\nabc2|';
  expect(read).toMatchObject({ ok: true, text });
  expect(isWellFormedTune(text)).toBe(true);
});

test('no symbol is lost, and lengths in another unit are the same time', () => {
  const body = `A2/3 ^f3/2|: "G7"[CE]/ (3abc !trill!d'2- d' Z2 ::[1 ~c>A [M:3/4] {gf}e///|]`;
  expect(
    abcTokens(body)
      .map(({ text }) => text)
      .join(''),
  ).toBe(body);
  expect(uniformMusic('A B/ c3/2 [CE]2 d//', 1 / 2)).toBe('A/ B/4 c3/4 [CE]  d/8'.replace('  ', ' '));
  expect(uniformMusic('A/B3/c', 1 / 3)).toBeUndefined();
});
