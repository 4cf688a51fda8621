import { expect, test } from 'vitest';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { symbolRules } from '#core/model/text/symbol-rules.ts';
import { settingsOf } from '#stages/sample/texts/text-settings.ts';

const WORDS = Array.from({ length: 60 }, (_, at) => `hundred thousand ${at % 7}`);

function mergedCodec() {
  const fit = textCodecFit();
  for (const word of WORDS) fit.add(word, true);
  const codec = fit.codec(0);
  const { encode } = textCoder(codec);
  return { ...codec, positions: Math.max(...WORDS.map((word) => encode(word).length)) + 1 };
}

test('with merged symbols, lengths are those of characters, and a text may begin within a piece', () => {
  const codec = mergedCodec();
  const coder = textCoder(codec);
  expect(coder.positions).toBeLessThan(10);
  const card = { modelId: 'm', input: {} } as CardOf<'text'>;
  const settings = settingsOf(coder, card, { seed: 1, temperature: 1 });
  if (!settings.ok) throw new Error('refused');
  const rules = symbolRules(codec, settings.value);
  let so = rules.start;
  for (const code of coder.encode(WORDS[0] as string)) {
    expect(rules.mayStand(so, code)).toBe(true);
    so = rules.after(so, code);
  }
  const begun = settingsOf(coder, card, { seed: 1, temperature: 1, prefix: 'hundred tho' });
  expect(begun.ok && begun.value.prefix).toHaveLength('hundred tho'.length);
  expect(settingsOf(coder, card, { seed: 1, temperature: 1, minLength: 18 }).ok).toBe(true);
  expect(settingsOf(coder, card, { seed: 1, temperature: 1, minLength: 19 }).ok).toBe(false);
});

test('tunes are drawn at a lower temperature than other texts where nobody says how', () => {
  const coder = textCoder(mergedCodec());
  const temperatureOf = (input: object, asked: { temperature?: number }) => {
    const settings = settingsOf(coder, { modelId: 'm', input } as CardOf<'text'>, { seed: 1, ...asked });
    return settings.ok && settings.value.temperature;
  };
  expect(temperatureOf({}, {})).toBe(1);
  expect(temperatureOf({ notation: 'abc' }, {})).toBeLessThan(1);
  expect(temperatureOf({ notation: 'abc' }, { temperature: 1 })).toBe(1);
});
