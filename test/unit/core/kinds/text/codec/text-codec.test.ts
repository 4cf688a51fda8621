import { expect, test } from 'vitest';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { END, OTHER, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { afterByte, BETWEEN_CHARACTERS, mayFollow } from '#core/kinds/text/codec/utf8-state.ts';

function fitted(texts: readonly string[]) {
  const fit = textCodecFit();
  for (const text of texts) fit.add(text, true);
  return fit.codec();
}

test.each([
  ['names', ['emma', 'zoë', 'José']],
  ['right to left, marks and emoji', ['שלום', 'e\u0301', 'n\u0303o', '👩‍👩‍👧', 'مرحبا']],
  ['line ends, quotes and an empty text', ['a\n"b"\n', '', '"']],
  ['one symbol', ['a', 'aa', 'aaa']],
  ['more characters than codes', [Array.from({ length: 400 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('')]],
])('%s come back as they were', (_, texts) => {
  const coder = textCoder(fitted(texts));
  for (const text of texts) {
    const row = coder.row(text);
    expect(row).toHaveLength(coder.positions);
    expect(coder.decode(row)).toBe(text);
    expect(row.at(-1)).toBe(END);
  }
});

test('a character of one text among many is not learned, and texts of other splits bring no symbols', () => {
  const fit = textCodecFit();
  for (let text = 0; text < 1200; text++) fit.add(text === 0 ? 'qx' : 'ab', true);
  fit.add('abcdef', false);
  const codec = fit.codec();
  expect(codec).toMatchObject({ unit: 'character', symbols: ['a', 'b'], positions: 7 });
  expect(textCoder(codec).encode('aq')).toEqual([2, OTHER]);
});

test('only bytes that make whole characters follow each other', () => {
  const accepts = (bytes: readonly number[]) => {
    let state = BETWEEN_CHARACTERS;
    for (const byte of bytes) {
      if (!mayFollow(state, byte)) return false;
      state = afterByte(state, byte);
    }
    return state.needed === 0;
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isValid = (bytes: readonly number[]) => {
    try {
      decoder.decode(Uint8Array.from(bytes));
      return true;
    } catch {
      return false;
    }
  };
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];
  for (const one of edges)
    for (const two of edges)
      for (const three of [0x41, 0x80, 0xbf, 0xc2]) {
        for (const bytes of [[one], [one, two], [one, two, three], [one, two, three, 0x80]])
          expect(accepts(bytes), bytes.map((byte) => byte.toString(16)).join(' ')).toBe(isValid(bytes));
      }
});
