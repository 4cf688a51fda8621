// Cuts a long document into passages that a model can learn: at the ends of paragraphs, else of sentences, else between words.
const PARAGRAPH_END = /\n[^\S\n]*\n\s*/u;
const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

/** In order, each of at most `most` characters; what lies between passages is white space. A short document is one passage. */
export function passagesOf(text: string, most: number): string[] {
  if (lengthOf(text) <= most) return [text];
  const passages: string[] = [];
  for (const paragraph of text.split(PARAGRAPH_END)) {
    if (paragraph.trim() === '') continue;
    const last = passages.at(-1);
    if (last !== undefined && lengthOf(last) + lengthOf(paragraph) + 2 <= most)
      passages[passages.length - 1] = `${last}\n\n${paragraph.trim()}`;
    else if (lengthOf(paragraph) <= most) passages.push(paragraph.trim());
    else passages.push(...packed(sentencesOf(paragraph, most), most));
  }
  return passages;
}

/** With the white space behind each; one that is too long itself is cut between words, or within one. */
function sentencesOf(paragraph: string, most: number): string[] {
  return Array.from(SENTENCES.segment(paragraph), ({ segment }) => segment).flatMap((sentence) => {
    if (lengthOf(sentence.trim()) <= most) return [sentence];
    const words = sentence.match(/\S+\s*/gu) ?? [];
    return words.flatMap((word) => (lengthOf(word.trim()) <= most ? [word] : piecesOf(word, most)));
  });
}

function packed(pieces: readonly string[], most: number): string[] {
  const passages: string[] = [];
  let passage = '';
  for (const piece of pieces) {
    if (passage !== '' && lengthOf((passage + piece).trim()) > most) {
      passages.push(passage.trim());
      passage = '';
    }
    passage += piece;
  }
  return passage.trim() === '' ? passages : [...passages, passage.trim()];
}

function piecesOf(word: string, most: number): string[] {
  const characters = [...word];
  return Array.from({ length: Math.ceil(characters.length / most) }, (_, at) =>
    characters.slice(at * most, (at + 1) * most).join(''),
  );
}

function lengthOf(text: string): number {
  return [...text].length;
}
