import { expect, test } from 'vitest';
import { strictDecoder } from '#core/kinds/reading/code-pages.ts';
import { settleEncoding } from '#core/kinds/reading/encoding.ts';
import { ENCODINGS } from '#core/kinds/reading/encodings.ts';

/** The bytes that an encoding reads as the text. */
function encoded(text: string, encoding: string): Uint8Array {
  const decoder = strictDecoder(encoding);
  const byteOf = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    try {
      byteOf.set(decoder.decode(Uint8Array.of(byte)), byte);
    } catch {
      // The encoding has no character for this byte.
    }
  }
  return Uint8Array.from(text, (character) => byteOf.get(character) as number);
}

/** Encoding and bytes of texts, as Python's codecs write them. */
const EAST_ASIAN: Readonly<Record<string, readonly [string, string]>> = {
  '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。': [
    'euc-jp',
    'b8e3c7daa4cfc7ada4c7a4a2a4eba1a3ccbec1b0a4cfa4dea4c0ccb5a4a4a1a3a4c9a4b3a4c7c0b8a4eca4bfa4aba4c8a4f3a4c8b8abc5f6a4aca4c4a4aba4cca1a3',
  ],
  '오늘은 날씨가 매우 좋습니다. 우리는 공원에 갔습니다.': [
    'euc-kr',
    'bfc0b4c3c0ba20b3afbebeb0a120b8c5bfec20c1c1bdc0b4cfb4d92e20bfecb8aeb4c220b0f8bff8bfa120b0acbdc0b4cfb4d92e',
  ],
};

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
  ['windows-1254', 'İstanbul; Muğla; Iğdır; Şanlıurfa'],
  ['windows-1252', 'Það er gott veður í dag, þú og ég förum út'],
  ['cp862', 'שלום עולם מה שלומך היום'],
  ['cp737', 'Καλημέρα κόσμε, τι κάνεις σήμερα'],
  ['windows-1254', 'Pijamalı hasta yağız şoföre çabucak güvendi'],
  ['iso-8859-6', 'مرحبا بالعالم هذا نص عربي طويل قليلا'],
  ['windows-1252', 'Het is een coöperatieve vereniging, geïnspireerd door één idee, crème brûlée'],
  ['windows-874', 'สวัสดีชาวโลก วันนี้อากาศดีมาก ฝนตกที่ภูเขา'],
  ['iso-8859-2', 'Žďár; Šumperk; Třebíč; Kroměříž; Šternberk; Žatec'],
  ['iso-8859-15', 'Der Preis: 5 €, für Käse und Brötchen, müßig'],
])('%s is told by its words', (encoding, text) => {
  const reading = settleEncoding(encoded(text, encoding), 'auto', { minConfidence: 50 });
  expect(reading).toMatchObject({ encoding, detected: true });
});

test.each([
  ['Big5', 'b0aab6afa5ab0aabccaa46bfa40abb4fa55fa5ab0aaee7b6e90ab773a6cbbfa40ab9c5b8710abb4fab6e0a', 'big5 ("高雄市")'],
  ['Ukrainian of DOS', '8aa8f9a20a95a0e0aaf7a20a87a0afaee0f7a6a6ef0a82f7adada8e6ef0a8beca2f7a20a', 'ibm866 ('],
])('%s is in doubt, not read as another encoding', (_, hex, guess) => {
  const reading = settleEncoding(Buffer.from(hex, 'hex'), 'auto', { minConfidence: 80 });
  expect(reading).toMatchObject({ encoding: 'utf-8', detected: false });
  expect(reading?.guess).toContain(guess);
});

test('two readings in doubt show the first words that they read differently', () => {
  const lines = [
    '1;Šiauliai',
    `2;${'a plain stretch '.repeat(4)}Panevėžys`,
    '3;Mažeikiai',
    '4;Kėdainiai',
    '5;Plungė',
    '6;Telšiai',
  ];
  const reading = settleEncoding(encoded(lines.join('\n'), 'iso-8859-4'), 'auto', { minConfidence: 50 });
  expect(reading?.guess).toMatch(/"Panev.žys".*"Panev.žys"/);
});

/** `Line 1 of the text`, and its line end, in code page 500. */
const EBCDIC = 'd3899585f0f140968640a38885a3858725'.repeat(3);
test.each([
  ['UTF-32', Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
  ['ISO-2022-KR', Buffer.from('\x1b$)C\x0e>H3gGO<<?d\x0f 1\n')],
  ['HZ (a Chinese encoding)', Buffer.from('~{=qLl~}\n~{ND~} a\n~{WV~}\n')],
  ['EBCDIC', Buffer.from(EBCDIC, 'hex')],
])('text in %s is told and not read', (unread, bytes) => {
  expect(settleEncoding(bytes, 'auto', { minConfidence: 50 })).toMatchObject({ unread });
});

test('a text with braces and tildes, and one of accents, are in none of them', () => {
  for (const text of ['~{ a } and ~{b}', 'Été à la crêperie\n'.repeat(3)])
    expect(settleEncoding(Buffer.from(text), 'auto', { minConfidence: 50 })?.unread).toBeUndefined();
});

test('every encoding that dataset.yaml may name has a decoder', () => {
  for (const encoding of ENCODINGS.slice(1)) expect(() => strictDecoder(encoding)).not.toThrow();
});

test.each([
  '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。',
  '오늘은 날씨가 매우 좋습니다. 우리는 공원에 갔습니다.',
])('bytes of East Asia are not taken for Thai: %s', (text) => {
  const [encoding, bytes] = EAST_ASIAN[text] as [string, string];
  const reading = settleEncoding(Buffer.from(bytes, 'hex'), 'auto', { minConfidence: 50 });
  expect([reading?.encoding, reading?.guess?.includes(encoding)]).toContain(reading?.guess ? true : encoding);
});

test('one word is enough where it comes on many lines and no other encoding makes a word of it', () => {
  const rows = (word: string, count: number) => Array.from({ length: count }, (_, i) => `${i};${word} x;9\n`).join('');
  const settled = (word: string, count: number) =>
    settleEncoding(encoded(rows(word, count), 'windows-1252'), 'auto', { minConfidence: 50 });
  expect(settled('Miete für', 20)).toMatchObject({ encoding: 'windows-1252', detected: true });
  // In code page 852 it would be SŘd, with a capital in the middle of the word.
  expect(settled('Süd', 20)).toMatchObject({ encoding: 'windows-1252', detected: true });
  expect(settled('für', 2)).toMatchObject({ encoding: 'utf-8', detected: false });
  // Sřren in windows-1250.
  expect(settled('Søren', 20)).toMatchObject({ encoding: 'utf-8', detected: false });
});
