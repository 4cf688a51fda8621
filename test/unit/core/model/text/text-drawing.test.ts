import { expect, test } from 'vitest';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { type TextSettings, textDrawing } from '#core/model/text/text-drawing.ts';

function drawn(
  texts: readonly string[],
  settings: TextSettings,
  count = 300,
  logitOf: (code: number) => number = () => 0,
) {
  const fit = textCodecFit();
  for (const text of texts) fit.add(text, true);
  const codec = fit.codec();
  const { decode, vocabulary, positions } = textCoder(codec);
  const streams = Array.from({ length: count }, (_, at) => `text/${at}`);
  const drawing = textDrawing(codec, 1, streams, settings);
  while (!drawing.isDone)
    drawing.take(Float32Array.from({ length: count * vocabulary }, (_, at) => logitOf(at % vocabulary)));
  return streams.map((_, at) => decode(drawing.codes.subarray(at * positions, (at + 1) * positions)));
}

test('texts are never empty, unknown or too long, and lengths hold', () => {
  const texts = drawn(['abcde'], {});
  expect(texts.every((text) => /^[a-e]{1,5}$/.test(text))).toBe(true);
  expect(drawn(['abcde'], { minLength: 3, maxLength: 4 }).every(({ length }) => length === 3 || length === 4)).toBe(
    true,
  );
  expect(drawn(['abcde'], { prefix: [2, 3], maxLength: 3 }).every((text) => /^ab[a-e]?$/.test(text))).toBe(true);
});

test('a temperature of 0 and a small nucleus draw the likeliest symbol', () => {
  const rising = (code: number) => code;
  expect(new Set(drawn(['abcde'], { temperature: 0 }, 50, rising))).toEqual(new Set(['eeeee']));
  expect(new Set(drawn(['abcde'], { topP: 0.1 }, 50, rising))).toEqual(new Set(['eeeee']));
  expect(new Set(drawn(['abcde'], {}, 50, rising)).size).toBeGreaterThan(10);
});

test('bytes are always whole characters within the length', () => {
  const all = Array.from({ length: 300 }, (_, at) => String.fromCodePoint(0xe0 + 7 * at)).join('');
  const texts = drawn([all, '👩🏽‍🚀ab'], { maxLength: 3 }, 400);
  for (const text of texts) {
    expect(text).not.toContain('\ufffd');
    expect([...text].length).toBeGreaterThan(0);
    expect([...text].length).toBeLessThanOrEqual(3);
  }
});
