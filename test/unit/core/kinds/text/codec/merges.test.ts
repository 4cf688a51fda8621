import { expect, test } from 'vitest';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { symbolRules } from '#core/model/text/symbol-rules.ts';
import { unmerged } from '../../../../../../containers/trainer/evaluate/text/unmerged.ts';

const SENTENCES = Array.from(
  { length: 200 },
  (_, at) => `the ${['cat', 'dog', 'bird'][at % 3]} sat on the ${['mat', 'mill', 'moor'][(at >> 2) % 3]} ünder ${at}`,
);

function merged(texts: readonly string[], longerThan = 0) {
  const fit = textCodecFit();
  for (const text of texts) fit.add(text, true);
  return fit.codec(longerThan);
}

test('frequent neighbours become one symbol, words begin pieces, and texts come back', () => {
  const codec = merged(SENTENCES);
  const coder = textCoder(codec);
  const pieces = codec.merges?.map((_, at) => coder.decode([codec.symbols.length + 2 + at])) ?? [];
  expect(pieces).toContain(' the');
  expect(pieces.filter((piece) => /\S\s/u.test(piece))).toEqual([]);
  for (const text of SENTENCES) expect(coder.decode(coder.encode(text))).toBe(text);
  expect(coder.encode(SENTENCES[0] as string).length).toBeLessThan((SENTENCES[0] as string).length / 2);
  expect(coder.vocabulary).toBeLessThanOrEqual(250);
  expect(merged(SENTENCES.toReversed())).toEqual(codec);
});

test('short texts keep their symbols', () => {
  expect(merged(SENTENCES, 100).merges).toBeUndefined();
  expect(merged(['ab', 'ba'], 0).merges).toBeUndefined();
});

test('bytes are merged where there are too many characters', () => {
  const many = Array.from({ length: 300 }, (_, at) => `${String.fromCodePoint(0x4e00 + at)}東京`);
  const codec = merged(many);
  expect(codec).toMatchObject({ unit: 'byte' });
  const coder = textCoder(codec);
  for (const text of many) expect(coder.decode(coder.encode(text))).toBe(text);
  const rules = symbolRules({ ...codec, positions: 12 });
  const tokyo = coder.encode('東京').at(-1) as number;
  expect(coder.pieces[tokyo]?.length).toBeGreaterThan(1);
  expect(rules.mayStand(rules.start, tokyo)).toBe(
    coder.decode([tokyo]) === '東京' || !coder.decode([tokyo]).includes('\ufffd'),
  );
});

test('a beginning may end within a piece', () => {
  const codec = { ...merged(SENTENCES), positions: 30 };
  const coder = textCoder(codec);
  const rules = symbolRules(codec, { prefix: [...'th'].flatMap((one) => coder.encode(one)) });
  const pieces = Array.from({ length: coder.vocabulary }, (_, code) => code);
  const first = pieces.filter((code) => rules.mayStand(rules.start, code)).map((code) => coder.decode([code]));
  expect(first).toContain('t');
  expect(first.every((piece) => piece.startsWith('th') || piece === 't')).toBe(true);
});

test('figures are of single symbols', () => {
  const codec = merged(SENTENCES);
  const positioned = { ...codec, positions: 40 };
  const coder = textCoder(positioned);
  const { size, bytes } = unmerged(positioned, coder.row(SENTENCES[1] as string));
  const plain = textCoder({ ...codec, merges: undefined, positions: size });
  expect(plain.decode(bytes)).toBe(SENTENCES[1]);
});
