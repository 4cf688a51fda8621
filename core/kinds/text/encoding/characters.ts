// Characters that a reader does not see: controls, and those that hide or reorder what stands around them.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/gu;
/** Flags such as England's, which are spelt with tag characters and stay; then direction overrides, embeddings, isolates and marks; zero-width space, word joiner, BOM inside; interlinear and tag characters. */
const INVISIBLE =
  /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{1,6}\u{e007f}|[\u200b\u200e\u200f\u2060-\u206f\u202a-\u202e\u061c\u180e\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Joiners shape Indic and Persian words and join emoji; between others they only hide. */
const HIDING_JOINER =
  /(?<![\p{Script=Arabic}\p{Script=Devanagari}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Lo}])[\u200c\u200d]|[\u200c\u200d](?![\p{M}\p{Extended_Pictographic}\p{Lo}\u2640\u2642])/gu;
const LINE_END = /[\r\u0085]/;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Marks that right-to-left text needs beside brackets and numbers. */
const MARKS = /[\u200e\u200f\u061c]/;

/** Tabs and line feeds stay; carriage returns are for whoever brings line ends into one form. */
export function withoutControls(text: string): string {
  return text.replace(CONTROL, (character) => (LINE_END.test(character) ? character : ''));
}

export function withoutInvisible(text: string): string {
  const rightToLeft = RIGHT_TO_LEFT.test(text);
  const stays = (found: string) => found.startsWith('\u{1f3f4}') || (rightToLeft && MARKS.test(found));
  return text.replace(INVISIBLE, (found) => (stays(found) ? found : '')).replace(HIDING_JOINER, '');
}

/** Unicode normal form C, line feeds only, no white space around. */
export function normalized(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .trim()
    .normalize('NFC');
}

/** Code points, which is what people call characters. */
export function countCharacters(text: string): number {
  let surrogates = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) surrogates++;
  }
  return text.length - surrogates;
}
