// Repairs UTF-8 that was decoded as another encoding (Ã© for é), also if it happened more than once. A run is only repaired if its bytes
// are valid UTF-8 and its context proves that it is not correct text: capitals before a dash stay.

/** How an encoding shows the bytes of UTF-8 beyond ASCII. `least`: sequences in a row that prove it where words do not. */
/** `isSure`: its letters are not used in normal text, so a text that consists entirely of such sequences is proof. */
type Misreading = {
  readonly isSure: boolean;
  readonly byteOf: ReadonlyMap<string, number>;
  readonly sequence: RegExp;
  readonly least: number;
};

const MOST_ROUNDS = 3;
/**
 * Characters of normal text: Latin with its signs, Greek, Cyrillic, Hebrew, Arabic, punctuation, currency, kana, Han, Hangul, emoji.
 */
const WRITTEN =
  /^(?:[\u00a0-\u017f\u0218-\u021b\u0386-\u03ce\u0401-\u045f\u05d0-\u05ea\u0621-\u064a\u0900-\u0dff\u0e01-\u0e5b\u1e00-\u1eff\u2010-\u2044\u20a0-\u20bf\u2100-\u214f\u2190-\u2bff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e\u{1f000}-\u{1faff}]|\ufe0f|\u200d)+$/u;
/** Quotation marks, dashes, points, the euro and trade mark signs: three of them in a row have no other meaning. */
const TYPOGRAPHIC = /^[\u2010-\u203a\u20ac\u2122]$/;
/** The first byte of a multi-byte UTF-8 sequence, decoded as windows-1252. */
const SEQUENCE_LEAD = /[\u00c2-\u00f4]/g;
const C1 = /[\u0080-\u009f]/;
const SMALL = /\p{Ll}/u;
const FEW = 2;
const MANY = 3;

const MISREADINGS = [
  misreading(
    'windows-1252',
    [...Array.from({ length: 32 }, (_, i): [string, number] => [String.fromCharCode(0x80 + i), 0x80 + i])],
    MANY,
  ),
  // Words of Cyrillic capitals before a quotation mark are pairs, too.
  misreading('windows-1251', [], MANY),
  misreading('macintosh', [], MANY),
];

/** Returns the text unchanged if there is nothing to repair. */
export function repairMojibake(text: string): string {
  return MISREADINGS.reduce((repaired, misread) => {
    const isWhole = isWhollyMisread(repaired, misread);
    return repaired.replace(misread.sequence, (run, at: number) => {
      const read = readAgain(run, misread, MOST_ROUNDS);
      if (read === undefined) return run;
      const isWord = SMALL.test(repaired[at - 1] ?? '') || SMALL.test(repaired[at + run.length] ?? '');
      return isWhole || isProven(run, read, misread) || (isWord && isInWord(misread, read)) ? read : run;
    });
  }, text);
}

/** Returns whether all non-ASCII characters are parts of UTF-8 sequences, and there are several. */
function isWhollyMisread(text: string, { byteOf, sequence, isSure }: Misreading): boolean {
  if (!isSure) return false;
  const runs = text.match(sequence)?.join('') ?? '';
  const beyond = [...text].filter((character) => byteOf.has(character)).length;
  return runs.length === beyond && (runs.match(SEQUENCE_LEAD)?.length ?? 0) >= FEW;
}

/**
 * Returns whether the run contains C1 control characters, several sequences in a row, or punctuation in a form that nobody writes.
 */
function isProven(run: string, read: string, { least }: Misreading): boolean {
  const characters = [...read];
  return (
    C1.test(run) ||
    characters.some((one) => one > '\uffff') ||
    characters.length >= least ||
    (run.length >= FEW + 1 && characters.every((one) => TYPOGRAPHIC.test(one)))
  );
}

/** In Cyrillic, capitals and quotation marks occur in such sequences, so an adjacent word proves nothing. */
function isInWord({ byteOf }: Misreading, read: string): boolean {
  return !byteOf.has('\u0420') && /^\p{L}+$/u.test(read) && !/\p{Script=Han}/u.test(read);
}

function misreading(encoding: string, more: readonly (readonly [string, number])[], least: number): Misreading {
  const high = new TextDecoder(encoding).decode(Uint8Array.from({ length: 128 }, (_, i) => 0x80 + i));
  const byteOf = new Map<string, number>([...more, ...[...high].map((one, i): [string, number] => [one, 0x80 + i])]);
  const classOf = (first: number, last: number) => {
    const signs = [...byteOf].filter(([, byte]) => byte >= first && byte <= last).map(([sign]) => sign);
    return `[${signs.map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}]`;
  };
  const rest = classOf(0x80, 0xbf);
  const two = `${classOf(0xc2, 0xdf)}${rest}`;
  const three = `${classOf(0xe0, 0xef)}${rest}{2}`;
  const four = `${classOf(0xf0, 0xf4)}${rest}{3}`;
  return {
    isSure: encoding === 'windows-1252',
    byteOf,
    sequence: new RegExp(`(?:${two}|${three}|${four})+`, 'g'),
    least,
  };
}

/** Returns undefined if the result is not normal text. */
function readAgain(run: string, misread: Misreading, rounds: number): string | undefined {
  if (rounds === 0) return undefined;
  const bytes = Uint8Array.from(run, (character) => misread.byteOf.get(character) as number);
  try {
    const read = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const again = read.replace(misread.sequence, (inner) => readAgain(inner, misread, rounds - 1) ?? inner);
    return WRITTEN.test(again) ? again : undefined;
  } catch {
    return undefined;
  }
}
