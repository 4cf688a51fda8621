import { expect, test } from 'vitest';
import { strictDecoder } from '#core/kinds/reading/code-pages.ts';
import { settleEncoding } from '#core/kinds/reading/encoding.ts';
import { ENCODINGS } from '#core/kinds/reading/encodings.ts';

/** The bytes that an encoding reads as the text. */
function encoded(text: string, encoding: string): Uint8Array {
  const decoder = strictDecoder(encoding);
  const byteOf = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte] as const),
  );
  return Uint8Array.from(text, (character) => byteOf.get(character) as number);
}

const POLISH = 'Zażółć gęślą jaźń, świętej Łodzi i Częstochowy';
const RUSSIAN = 'Быстрая лиса прыгает через ленивую собаку у реки';
const GERMAN = 'Über die Straße läuft ein großer Bär und schläft später süß';

test.each([
  ['windows-1250', POLISH],
  ['iso-8859-2', POLISH],
  ['windows-1251', RUSSIAN],
  ['koi8-r', RUSSIAN],
  ['windows-1252', GERMAN],
  ['macintosh', GERMAN],
  ['cp850', GERMAN],
  ['windows-1252', 'the shop’s “best” offer – number 1'],
  ['windows-1254', 'Pijamalı hasta yağız şoföre çabucak güvendi'],
  ['iso-8859-15', 'Der Preis: 5 €, für Käse und Brötchen, müßig'],
])('%s is told by its words', (encoding, text) => {
  const reading = settleEncoding(encoded(text, encoding), 'auto', { minConfidence: 50 });
  expect(reading).toMatchObject({ encoding, detected: true });
});

test('every encoding that dataset.yaml may name has a decoder', () => {
  for (const encoding of ENCODINGS.slice(1)) expect(() => strictDecoder(encoding)).not.toThrow();
});
