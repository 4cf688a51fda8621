// Invisible characters: controls, and characters that hide or reorder their neighbours.

/** Colours and titles of terminals: ESC [ ... letter, ESC ] ... BEL, and two-letter ones. */
const ESCAPE = '\\u001b';
const TERMINAL = new RegExp(
  `${ESCAPE}\\[[0-?]*[ -/]*[@-~]|${ESCAPE}\\][^\\u0007\\u001b]*(?:\\u0007|${ESCAPE}\\\\)|${ESCAPE}[@-_]`,
  'g',
);
/** Overstruck letters of printers (bold, underlined): a letter, a backspace, and the letter or an underscore. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace is what is looked for
const OVERSTRUCK = /(?:(.)\u0008\1|_\u0008(.)|(.)\u0008_)/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/gu;
/**
 * Flags spelt with tag characters, such as England's, are kept. Then: direction overrides, embeddings, isolates and marks; zero-width
 * space, word joiner, soft hyphen, inner BOM; interlinear and tag characters.
 */
const INVISIBLE =
  /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{1,6}\u{e007f}|[\u00ad\u200e\u200f\u2060-\u206f\u202a-\u202e\u061c\u180e\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Zero-width word separators of scripts that write no spaces between words. */
const WORD_BREAK =
  /(?<![\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}])\u200b|\u200b(?![\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}])/gu;
/** Joiners shape Indic and Persian words, also at their ends, and join emoji; between others they only hide. */
const HIDING_JOINER =
  /(?<![\p{Script=Arabic}\p{Script=Devanagari}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Lo}])[\u200c\u200d]|(?<!\p{M})[\u200c\u200d](?![\p{M}\p{Extended_Pictographic}\p{Lo}\u2640\u2642])/gu;
const LINE_END = /[\r\u0085]/;
/** A vertical tab or a form feed stands where a line or a page ends. */
const FEEDS = /[\v\f]/;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Marks that right-to-left text needs beside brackets and numbers. */
const MARKS = /[\u200e\u200f\u061c]/;

/** Tabs and line feeds stay; carriage returns are for whoever brings line ends into one form. */
export function withoutControls(text: string): string {
  return text
    .replace(TERMINAL, '')
    .replace(OVERSTRUCK, (_, same?: string, over?: string, under?: string) => same ?? over ?? under ?? '')
    .replace(CONTROL, (character) => {
      if (LINE_END.test(character)) return character;
      return FEEDS.test(character) ? '\n' : '';
    });
}

export function withoutInvisible(text: string): string {
  const rightToLeft = RIGHT_TO_LEFT.test(text);
  const stays = (found: string) => found.startsWith('\u{1f3f4}') || (rightToLeft && MARKS.test(found));
  return text
    .replace(INVISIBLE, (found) => (stays(found) ? found : ''))
    .replace(WORD_BREAK, '')
    .replace(HIDING_JOINER, '');
}

/** Unicode normal form C, line feeds only, no white space around. */
export function normalized(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .trim()
    .normalize('NFC');
}

/** Counts code points, which people perceive as characters. */
export function countCharacters(text: string): number {
  let surrogates = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) surrogates++;
  }
  return text.length - surrogates;
}
