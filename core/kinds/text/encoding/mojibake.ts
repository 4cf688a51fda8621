// Repairs UTF-8 that was read as Windows-1252 (Ã© for é), also where that happened more than once.

/** What Windows-1252 makes of the bytes 0x80 to 0x9f; the five it does not know stay control characters. */
const HIGH = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i));
const BYTE_OF = new Map<string, number>([
  ...[...HIGH].map((character, i): [string, number] => [character, 0x80 + i]),
  ...Array.from({ length: 96 }, (_, i): [string, number] => [String.fromCharCode(0xa0 + i), 0xa0 + i]),
]);
const CONTINUATION = `[${HIGH}\u00a0-\u00bf]`;
const SEQUENCE = new RegExp(
  `(?:[\u00c2-\u00df]${CONTINUATION}|[\u00e0-\u00ef]${CONTINUATION}{2}|[\u00f0-\u00f4]${CONTINUATION}{3})+`,
  'g',
);
/** What people write: Latin and its signs, Greek, Cyrillic, Hebrew, Arabic, punctuation, currency, kana, Han, Hangul, emoji. */
const WRITTEN =
  /^(?:[\u00a0-\u017f\u0386-\u03ce\u0401-\u045f\u05d0-\u05ea\u0621-\u064a\u0900-\u0dff\u0e01-\u0e5b\u1e00-\u1eff\u2010-\u2044\u20a0-\u20bf\u2100-\u214f\u2190-\u2bff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e\u{1f000}-\u{1faff}]|\ufe0f|\u200d)+$/u;
/** A capital that stands alone before a quotation mark or a dash, as in „Ä“, is more often just that. */
const QUOTED_CAPITAL =
  /^[\u00c4-\u00df][\u2010-\u203a\u20ac-\u2122\u02c6\u02dc\u0160\u0161\u0178\u017d\u017e\u0152\u0153\u0192\u00a0]$/;
const LETTER = /\p{L}/u;
const MOST_ROUNDS = 3;

/** The text itself where there is nothing to repair. */
export function repairMojibake(text: string): string {
  return text.replace(SEQUENCE, (run, at: number) => {
    const word = LETTER.test(text[at - 1] ?? '') || LETTER.test(text[at + run.length] ?? '');
    return (word || !QUOTED_CAPITAL.test(run) ? readAgain(run, MOST_ROUNDS) : undefined) ?? run;
  });
}

/** Undefined where what comes out is nothing that people write. */
function readAgain(run: string, rounds: number): string | undefined {
  if (rounds === 0) return undefined;
  const bytes = Uint8Array.from(run, (character) => BYTE_OF.get(character) as number);
  try {
    const read = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const again = read.replace(SEQUENCE, (inner) => readAgain(inner, rounds - 1) ?? inner);
    return WRITTEN.test(again) ? again : undefined;
  } catch {
    return undefined;
  }
}
