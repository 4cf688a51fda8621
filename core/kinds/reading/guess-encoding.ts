// Which encoding foreign bytes are in, by the texts that they make: each reading is scored by how much it looks like words.
import { analyse } from 'chardet';
import { strictDecoder } from './code-pages.ts';

/**
 * `score`: 1 if every non-ASCII character is plausible in words of one language; below 0 if the text is implausible.
 */
export type EncodingGuess = { readonly encoding: string; readonly text: string; readonly score: number };

/** Single-byte encodings; among equal texts the first encoding is used. */
const SINGLE_BYTE = [
  'windows-1252',
  'iso-8859-15',
  'windows-1250',
  'iso-8859-2',
  'windows-1251',
  'koi8-r',
  'koi8-u',
  'ibm866',
  'iso-8859-5',
  'x-mac-cyrillic',
  'windows-1253',
  'iso-8859-7',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'iso-8859-6',
  'windows-1257',
  'iso-8859-13',
  'iso-8859-4',
  'windows-874',
  'macintosh',
  'cp850',
  'cp852',
  'cp437',
  'cp737',
  'cp862',
] as const;
/** Whether two bytes are a common character. Simplified Chinese has its kana and Greek apart, which text in Big5 or EUC-JP hits often. */
const MULTI_BYTE: Readonly<Record<string, (lead: number, trail: number) => boolean>> = {
  shift_jis: (lead) => lead >= 0x81 && lead <= 0x97,
  'euc-jp': (lead) => lead >= 0xa1 && lead <= 0xcf,
  gb18030: (lead, trail) => trail >= 0xa1 && ((lead >= 0xa1 && lead <= 0xa3) || (lead >= 0xb0 && lead <= 0xd7)),
  big5: (lead) => lead >= 0xa1 && lead <= 0xc6,
  'euc-kr': (lead) => lead >= 0xa1 && lead <= 0xc8,
};
const LEAST_COMMON = 0.9;
/**
 * Weight of the share of common characters; the rest is the detector's confidence, which uses character frequencies.
 */
const OF_COMMON = 0.7;
const OF_DETECTOR = 0.3;
/** Fewer different bytes may be anything. */
const FEWEST_BYTES = 6;
const OF_FEW = 0.5;
const MOST_BESIDE_LATIN = 0.2;
/** Marks of Thai from which on their order says something. */
const FEWEST_MARKS = 6;
const LEAST_THAI = 0.6;
/** Two letters that nobody writes any more, and letters of a to z right beside those of Thai. */
const NEVER_THAI = /[\u0e03\u0e05]|[A-Za-z][\u0e01-\u0e4e]|[\u0e01-\u0e4e][A-Za-z]/;

/** The letters of each language besides a to z. */
const ALPHABETS = [
  'äöüß',
  'àâæçéèêëîïôœùûü',
  'áéíñóúüªº',
  'áâãàçéêíóôõúüªº',
  'àèéìíîòóùú',
  'åäöéü',
  'æøåéö',
  'áðéíóúýþæö',
  'éëïóöüèê',
  'ąćęłńóśźż',
  'áčďéěíňóřšťúůýž',
  'áäčďéíĺľňóôŕšťúýž',
  'áéíóöőúüű',
  'ăâîșțşţ',
  'čćđšž',
  'çğıöşüâîi̇',
  'āčēģīķļņšūž',
  'ąčęėįšųūž',
  'äõöüšž',
  'àçèéíïòóúü',
].map((letters) => new Set(letters));
/** The letters that make up most of a text, by script. */
const FREQUENT: readonly (readonly [script: RegExp, frequent: Set<string>])[] = [
  [/\p{Script=Cyrillic}/u, new Set('оеаинтсрвлкмдпуяыьгзіїєўјћђџ')],
  [/\p{Script=Greek}/u, new Set('αοιετσνηυρπκμλωςάέίόήύώ')],
  [/\p{Script=Hebrew}/u, new Set('יוהלאמרתבשנםעדכ')],
  [/\p{Script=Arabic}/u, new Set('المينروتبدعفسكهحقةأ')],
  [/\p{Script=Thai}/u, new Set('านรอกเงมยลวดทสต่้ิี')],
];
const LETTER = /\p{L}|\p{M}/u;
const LATIN = /\p{Script=Latin}/u;
/** Marks that people write beyond ASCII, beside letters. */
const WRITTEN_SIGN = /[\u00a0«»„“”‘’‚–—…€£§°²³½¿¡·•™©®№ªº]/u;
/** Between two letters only an apostrophe, a dash or a point of Catalan stands. */
const INSIDE_WORDS = /[’·–—\u00ad]/u;
const NEVER_WRITTEN = /[\u0080-\u009f\ufffd\p{Co}\p{Cn}]/u;
/** Vowel marks of Arabic; where they stand beside Latin letters, they are letters with an accent in another encoding. */
const ARABIC_MARK = /[\u0640\u064b-\u0655]/;
/** Letters that stand for those of Turkish in another encoding, and those that a text of Icelandic has beside them. */
const ICELANDIC_ALONE = /[ðþýÐÞÝ]/;
const ICELANDIC_VOWELS = /[áéíóúæÁÉÍÓÚÆ]/;
/** Belarusian writes no и; of the languages with a ў, only Uzbek does. The Ukrainian code page of DOS has і where that of Russia has ў. */
const BELARUSIAN = /ў/i;
const NEVER_BELARUSIAN = /[ищ]/i;
const UZBEK = /[қғҳ]/i;
const COVERED = 1;
const DOUBTFUL = 0.7;
const RARE_LETTER = 0.3;
const SHOUTED = 0.2;
const CONTEXT = 1;

/** Returns the guesses, the best first, each text once; empty if no encoding can decode the bytes. */
export function guessEncodings(foreign: Uint8Array): EncodingGuess[] {
  const guesses: EncodingGuess[] = [];
  for (const encoding of SINGLE_BYTE) {
    const text = decoded(foreign, encoding);
    if (text !== undefined && !guesses.some((guess) => guess.text === text))
      guesses.push({ encoding, text, score: scoreOf(text) });
  }
  const detected = new Map(analyse(foreign).map(({ name, confidence }) => [name.toLowerCase(), confidence / 100]));
  for (const [encoding, isCommon] of Object.entries(MULTI_BYTE)) {
    const common = commonShare(foreign, isCommon);
    const text = common >= LEAST_COMMON ? decoded(foreign, encoding) : undefined;
    if (text === undefined || besideLatin(text) > MOST_BESIDE_LATIN) continue;
    const few = new Set(foreign.filter((byte) => byte >= 0x80)).size < FEWEST_BYTES ? OF_FEW : 1;
    const score = few * (OF_COMMON * common + OF_DETECTOR * (detected.get(encoding) ?? 0));
    guesses.push({ encoding, text, score });
  }
  return withThai(guesses).sort((a, b) => b.score - a.score);
}

/** Thai bytes are also pairs of other encodings, but only Thai text keeps the order of its vowels and tone marks. */
function withThai(guesses: readonly EncodingGuess[]): EncodingGuess[] {
  const thai = guesses.find(
    ({ encoding, text, score }) => encoding === 'windows-874' && score >= LEAST_THAI && isThai(text),
  );
  return guesses.map((guess) => ({
    ...guess,
    score: thai ? (guess === thai ? 1 : guess.score * OF_FEW) : guess.score,
  }));
}

/** Returns whether marks stand behind consonants, and leading vowels before them, at all places. */
function isThai(text: string): boolean {
  const marks = text.match(/[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/g)?.length ?? 0;
  const misplaced =
    /(^|[^\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44]([^\u0e01-\u0e2e]|$)/mu;
  return marks >= FEWEST_MARKS && !misplaced.test(text) && !NEVER_THAI.test(text);
}

/** Share of the characters of East Asia right beside small letters of Europe: they are halves of wrongly paired bytes. */
function besideLatin(text: string): number {
  const foreign = text.match(/[\u3000-\uffff]/g)?.length ?? 0;
  const mixed = text.match(/[a-z]\p{Script=Han}|\p{Script=Han}[a-z]|\p{Co}/gu)?.length ?? 0;
  return foreign === 0 ? 1 : mixed / foreign;
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return strictDecoder(encoding).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns the share of common characters among the two-byte characters. */
function commonShare(bytes: Uint8Array, isCommon: (lead: number, trail: number) => boolean): number {
  let pairs = 0;
  let common = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) continue;
    pairs++;
    if (isCommon(byte, bytes[at + 1] ?? 0)) common++;
    at++;
  }
  return pairs === 0 ? 0 : common / pairs;
}

/** The mean over all foreign characters. */
function scoreOf(text: string): number {
  const characters = [...text];
  const foreign = characters.flatMap((character, at) => (character > '\x7f' ? [at] : []));
  if (foreign.length === 0) return 0;
  const latin = foreign.map((at) => characters[at] as string).filter((character) => LATIN.test(character));
  const covered = (letters: Set<string>) => latin.filter((one) => letters.has(smallOf(one))).length;
  const coverage = Math.max(...ALPHABETS.map(covered));
  const alphabet = ALPHABETS.find((letters) => covered(letters) === coverage);
  const isDoubtful = ICELANDIC_ALONE.test(latin.join('')) && !ICELANDIC_VOWELS.test(latin.join(''));
  const scores = foreign.map((at) => {
    const character = characters[at] as string;
    const before = characters[at - CONTEXT] ?? ' ';
    const after = characters[at + CONTEXT] ?? ' ';
    if (NEVER_WRITTEN.test(character)) return -2;
    if (ARABIC_MARK.test(character) && (LATIN.test(before) || LATIN.test(after))) return -2;
    if (!LETTER.test(character)) return signScore(character, before, after);
    if (isMisplacedCapital(character, before, after) || isMixed(character, before) || isMixed(character, after))
      return -1;
    if (LATIN.test(character) && !hasPlainNeighbour(characters, at)) return 0;
    if (LATIN.test(character)) return alphabet?.has(smallOf(character)) ? (isDoubtful ? DOUBTFUL : COVERED) : -0.3;
    const script = FREQUENT.find(([letters]) => letters.test(character));
    if (!script) return 0;
    const isShouted = /\p{Lu}/u.test(character) && /\p{Lu}/u.test(before) ? SHOUTED : 0;
    return (script[1].has(character.toLowerCase()) ? COVERED : RARE_LETTER) - isShouted;
  });
  const isOfNoLanguage = BELARUSIAN.test(text) && NEVER_BELARUSIAN.test(text) && !UZBEK.test(text);
  return (isOfNoLanguage ? OF_FEW : 1) * (scores.reduce((sum, score) => sum + score, 0) / scores.length);
}

/** The capital of the Turkish i has a small form of two characters. */
function smallOf(letter: string): string {
  return letter === 'İ' ? 'ı' : letter.toLowerCase();
}

/** Words of Latin letters have some of a to z right beside those that have not. */
function hasPlainNeighbour(characters: readonly string[], at: number): boolean {
  return [at - 2, at - 1, at + 1, at + 2].some((place) => /[a-z]/i.test(characters[place] ?? ''));
}

function signScore(sign: string, before: string, after: string): number {
  const isInside = LETTER.test(before) && LETTER.test(after);
  if (isInside) return INSIDE_WORDS.test(sign) ? COVERED : -1;
  if (!WRITTEN_SIGN.test(sign)) return -0.5;
  // Where another encoding has the capitals Š and Ž, a sign stands right before a word.
  if (/[©®™]/.test(sign) && LETTER.test(after)) return -0.5;
  const opens = /\s/.test(before) && LETTER.test(after);
  const closes = /[\p{L}\p{P}]/u.test(before) && !LETTER.test(after);
  if (/[“«„‘]/.test(sign)) return opens ? COVERED : 0.5;
  if (/[”»’…]/.test(sign)) return closes ? COVERED : -0.3;
  return LETTER.test(before) && /[€£§½²³°]/.test(sign) ? -0.3 : 0.7;
}

/** A capital behind a small letter, or as the second of two before one, or a small letter before a capital. */
function isMisplacedCapital(character: string, before: string, after: string): boolean {
  const isSmall = (one: string) => /\p{Ll}/u.test(one);
  const isCapital = (one: string) => /\p{Lu}/u.test(one);
  if (!isCapital(character)) return isSmall(character) && isCapital(after);
  return isSmall(before) || (isCapital(before) && isSmall(after));
}

function isMixed(character: string, neighbour: string): boolean {
  if (!LETTER.test(neighbour) || /\p{Script=Inherited}/u.test(character + neighbour)) return false;
  return LATIN.test(character) !== LATIN.test(neighbour);
}
