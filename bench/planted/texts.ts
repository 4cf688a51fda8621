// Clean texts of many languages, and the defects planted in them. The same texts each time.
import { createRequire } from 'node:module';
import type { Planted } from '../planted-text-audio.ts';

const LOCALES = 'de fr es pt it pl cs sv tr vi ro hu fi is el ru uk ja ko zh ar he hi th en nl'.split(' ');
const REGIONS =
  'AT BE BR CA CH CI CZ DE DK EG ES FI FR GB GR HU IE IL IN IS IT JP KR MX NL NO NZ PL PT RE SE TR UA US VN ZA'.split(
    ' ',
  );
const DOCUMENTS_A_LOCALE = 12;
const CONTROLS = ['\u0000', '\u0007', '\u001b[31m', '\u0008', '\u0090'];
const HIDING = ['\u200b', '\u202e', '\u2066', '\u2060'];
const DEFECTS = 40;

/** Lists of countries, dates and sums as people of each language write them. */
export function cleanTexts(): string[] {
  const random = generator(1);
  return LOCALES.flatMap((locale) =>
    Array.from({ length: DOCUMENTS_A_LOCALE }, () => {
      const names = new Intl.DisplayNames([locale], { type: 'region' });
      const date = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });
      const list = new Intl.ListFormat(locale);
      const places = Array.from({ length: 3 + (random() % 5) }, () => names.of(pick(REGIONS, random)) ?? '');
      const day = new Date(Date.UTC(1990 + (random() % 40), random() % 12, 1 + (random() % 28)));
      const sum = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format((random() % 1e6) / 100);
      return `„${list.format(places)}“ – ${date.format(day)}: ${sum}`
        .normalize('NFC')
        .replaceAll(/[\u200e\u200f\u061c]/g, '');
    }),
  );
}

export function plantedTexts(texts: readonly string[]): Planted[] {
  const random = generator(2);
  const encode = (text: string) => new TextEncoder().encode(text);
  const insert = (text: string, piece: string) => {
    const at = 1 + (random() % (text.length - 2));
    return text.slice(0, at) + piece + text.slice(at);
  };
  const make = (defect: NonNullable<Planted['defect']>, change: (text: string) => string | Uint8Array): Planted[] =>
    Array.from({ length: DEFECTS }, () => {
      const changed = change(pick(texts, random));
      return { bytes: typeof changed === 'string' ? encode(changed) : changed, defect };
    });
  return [
    ...texts.map((text) => ({ bytes: encode(text) })),
    ...make('text.mojibake', (text) => new TextDecoder('windows-1252').decode(encode(`${text} (März)`))),
    ...make('text.control-characters', (text) => insert(text, pick(CONTROLS, random))),
    ...make('text.invisible-characters', (text) =>
      insert(
        text.replaceAll(/[^ -~]/g, () => String.fromCharCode(97 + (random() % 26))),
        pick(HIDING, random),
      ),
    ),
    ...make('text.repetition', (text) => `${text.slice(0, 8 + (random() % 16))} `.repeat(8 + (random() % 20))),
    ...make('text.encoding', (text) => Buffer.concat([encode(text), Uint8Array.of(0xc0, 0xaf), encode(text)])),
    ...make('item.personal-data', (text) => `${text} ann.${random()}@mail.example.org`),
    ...make('text.lost-characters', (text) => insert(text, '\ufffd')),
  ];
}

/** Sentences of several languages that a compiler says to people, as an example of short plain texts. */
export function foreignTexts(): Planted[] {
  const random = generator(5);
  const messages = (language: string) =>
    Object.values(
      createRequire(import.meta.url)(`typescript/lib/${language}/diagnosticMessages.generated.json`) as object,
    )
      .map((message) =>
        String(message)
          .replace(/'?\{\d\}'?/g, '')
          .trim(),
      )
      .filter((message) => message.length >= 32);
  const some = (language: string, count: number) => {
    const all = messages(language);
    return Array.from({ length: count }, () => ({ bytes: new TextEncoder().encode(pick(all, random)) }));
  };
  const foreign = ['fr', 'es', 'it', 'pl', 'cs', 'ru', 'tr', 'ja', 'ko', 'zh-cn'].flatMap((language) =>
    some(language, 8),
  );
  return [...some('de', 400), ...foreign.map((text) => ({ ...text, defect: 'text.language-not-allowed' as const }))];
}

export function pick<T>(from: readonly T[], random: () => number): T {
  return from[random() % from.length] as T;
}

/** Park and Miller's generator: whole numbers, the same each time. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state;
  };
}
