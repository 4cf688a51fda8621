// Detects the code page of names that are not UTF-8: an archive stores their bytes but not their encoding. All names of an archive are
// judged together. Each code page in which all names are valid is scored by the share of characters that are letters of its language; the
// highest score wins.

/** Upper half of code page 437: IBM's and, by the ZIP specification, the one of every name without the UTF-8 flag. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const CP437_LETTERS = /[ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑß]/u;
const LATIN_LETTERS = /[À-ÖØ-öø-ÿŠŒŽšœžŸ]/u;
const HALFWIDTH_KANA = /[\uff61-\uff9f]/u;
const KANA = /[\u3040-\u30ff]/u;
const CYRILLIC = /[А-Яа-яЁё]/u;
const HANGUL = /[\uac00-\ud7a3]/u;

export const NAME_ENCODINGS = [
  'utf-8',
  'cp437',
  'windows-1252',
  'shift_jis',
  'gb18030',
  'euc-kr',
  'big5',
  'ibm866',
  'windows-1251',
] as const;
export type NameEncoding = (typeof NAME_ENCODINGS)[number];
type Candidate = { readonly encoding: NameEncoding; readonly score: (text: string, bytes: Uint8Array) => number };

const ENCODING_TITLES: Readonly<Record<NameEncoding, string>> = {
  'utf-8': 'UTF-8',
  cp437: 'code page 437',
  'windows-1252': 'Windows-1252 (Latin-1)',
  shift_jis: 'Shift_JIS',
  gb18030: 'GBK',
  'euc-kr': 'EUC-KR',
  big5: 'Big5',
  ibm866: 'code page 866',
  'windows-1251': 'Windows-1251 (Cyrillic)',
};

/** Candidates; among equal scores the first wins. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: 'cp437', score: isolatedLetters(CP437_LETTERS) },
  { encoding: 'windows-1252', score: isolatedLetters(LATIN_LETTERS) },
  { encoding: 'shift_jis', score: japanese },
  { encoding: 'gb18030', score: chinese },
  { encoding: 'euc-kr', score: korean },
  { encoding: 'big5', score: traditional },
  { encoding: 'ibm866', score: cyrillic },
  { encoding: 'windows-1251', score: cyrillic },
];

/** `undecided`: the result if no code page is plausible. `names`: the bytes of the names without a UTF-8 mark. */
export function nameEncodingOf(names: readonly Uint8Array[], undecided: NameEncoding): NameEncoding {
  const odd = names.filter((name) => name.some((byte) => byte >= 0x80));
  if (odd.every((name) => decodedStrictly(name, 'utf-8') !== undefined)) return 'utf-8';
  const bytes = joined(odd);
  let best: { encoding: NameEncoding; score: number } = { encoding: undecided, score: 0.5 };
  for (const { encoding, score } of CANDIDATES) {
    const text = decodedStrictly(bytes, encoding);
    const found = text === undefined ? 0 : score(text, bytes);
    if (found > best.score) best = { encoding, score: found };
  }
  return best.encoding;
}

/**
 * Decodes a name with the encoding found for all names of the archive, because two bytes of GBK can also be one valid UTF-8 character.
 */
export function decodeName(name: Uint8Array, encoding: NameEncoding): string {
  return encoding === 'cp437' ? decodeCp437(name) : new TextDecoder(encoding).decode(name);
}

export function encodingTitle(encoding: NameEncoding): string {
  return ENCODING_TITLES[encoding];
}

function decodedStrictly(bytes: Uint8Array, encoding: NameEncoding): string | undefined {
  if (encoding === 'cp437') return decodeCp437(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeCp437(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? ''))).join('');
}

/** Line feeds part them: no character of a code page holds one. */
function joined(names: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(names.flatMap((name) => [name, Uint8Array.of(0x0a)])));
}

/**
 * Accented letters stand between plain ones of the same case. A run of them is a word of another language, read wrongly; so is a
 * small one before a capital or a sign, which is the second byte of a character.
 */
function isolatedLetters(letters: RegExp): Candidate['score'] {
  return (text) => {
    const characters = [...text];
    let good = 0;
    let all = 0;
    for (const [i, character] of characters.entries()) {
      if (character <= '\u007f') continue;
      all++;
      if (letters.test(character))
        good += plausibility(character, characters[i - 1] ?? '\n', characters[i + 1] ?? '\n');
    }
    return all === 0 ? 0 : good / all;
  };
}

function plausibility(letter: string, before: string, after: string): number {
  const isSmall = letter === letter.toLowerCase();
  if (isSmall && /[A-Z@[\\\]^_`{|}~]/.test(after)) return 0;
  const isAlone = !/\p{L}/u.test(before) && !/\p{L}/u.test(after);
  const inRun = before > '\u007f' && after > '\u007f';
  return isAlone ? 0.7 : inRun ? 0.3 : 1;
}

/** Scores the share of Cyrillic letters. In words, a capital stands at the beginning, or all letters are capitals. */
function cyrillic(text: string): number {
  const characters = [...text];
  const others = characters.flatMap((character, i) => (character > '\u007f' ? [i] : []));
  const isMisplaced = (i: number) => /[А-ЯЁ]/u.test(characters[i] as string) && /[а-яё]/u.test(characters[i - 1] ?? '');
  const isRare = (i: number) => /[ёъщэфЁЪЩЭФ]/u.test(characters[i] as string);
  const good = others.reduce(
    (sum, i) => sum + (!CYRILLIC.test(characters[i] as string) || isMisplaced(i) ? 0 : isRare(i) ? 0.8 : 1),
    0,
  );
  return others.length === 0 ? 0 : good / others.length;
}

/**
 * Scores kana and the common kanji (JIS X 0208, level 1). Half-width kana does not count, because other code pages look like it.
 */
function japanese(text: string, bytes: Uint8Array): number {
  const characters = [...text].filter((character) => character > '\u007f');
  const leads = leadBytes(bytes, (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc));
  const common = leads.filter((lead) => lead >= 0x88 && lead <= 0x97).length;
  const kana = characters.filter((character) => KANA.test(character)).length;
  const half = characters.filter((character) => HALFWIDTH_KANA.test(character)).length;
  return characters.length === 0 ? 0 : (common + kana * 1.1 - half) / characters.length;
}

/**
 * Scores the common characters (GB 2312, level 1) fully and those of level 2 by half; characters outside GB 2312 are rare.
 */
function chinese(text: string, bytes: Uint8Array): number {
  const characters = [...text].filter((character) => character > '\u007f').length;
  const pairs = pairsOf(bytes, (byte) => byte >= 0x81 && byte <= 0xfe);
  let good = 0;
  for (const [lead, trail] of pairs)
    if (trail >= 0xa1) good += lead >= 0xb0 && lead <= 0xd7 ? 1 : lead >= 0xd8 && lead <= 0xf7 ? 0.5 : 0;
  return characters === 0 ? 0 : good / characters;
}

/** Scores Hangul, which occupies the first third of the range of Chinese, so that only many characters are evidence. */
function korean(text: string): number {
  const characters = [...text].filter((character) => character > '\u007f');
  const hangul = characters.filter((character) => HANGUL.test(character)).length;
  return characters.length >= 6 && hangul === characters.length ? 1.05 : 0;
}

/**
 * Scores the common characters of Big5: lead bytes A4 to C6, and half of the trail bytes below 7F, where GB 2312 has none.
 */
function traditional(text: string, bytes: Uint8Array): number {
  const characters = [...text].filter((character) => character > '\u007f').length;
  const pairs = pairsOf(bytes, (byte) => byte >= 0x81 && byte <= 0xfe);
  const low = pairs.filter(([, trail]) => trail < 0x7f).length;
  const common = pairs.filter(([lead]) => lead >= 0xa4 && lead <= 0xc6).length;
  return characters === 0 || low === 0 ? 0 : (0.95 * common) / characters;
}

function leadBytes(bytes: Uint8Array, isLead: (byte: number) => boolean): number[] {
  return pairsOf(bytes, isLead).map(([lead]) => lead);
}

function pairsOf(bytes: Uint8Array, isLead: (byte: number) => boolean): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < bytes.length; i++) {
    const lead = bytes[i] as number;
    if (!isLead(lead)) continue;
    pairs.push([lead, bytes[i + 1] as number]);
    i++;
  }
  return pairs;
}
