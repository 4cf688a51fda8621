// Documents of random words. Some are edited from another one, a little (near duplicates) or too much (hard negatives).
import { uniforms } from '#core/base/random.ts';

const SYLLABLES =
  'ba be bi bo ca ce co da de di do fa fe fi ga ge go la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve vi vo'.split(
    ' ',
  );
const WORDS = 5000;
const LEAST_WORDS = 60;
const MORE_WORDS = 40;
const DRAWS = 512;
/** Of the words: what is edited. The likeness of sequences of 5 characters is about 1 - 3.3 times that. */
const NEAR_EDITS = [0.01, 0.055] as const;
const HARD_EDITS = [0.15, 0.25] as const;

export type Corpus = {
  readonly texts: readonly string[];
  /** Places of an original and of what was edited from it, the lower first: no text is in two. */
  readonly edited: readonly (readonly [original: number, edited: number])[];
};

const VOCABULARY = Array.from({ length: WORDS }, (_, word) => {
  const draws = uniforms(word, 'word', 4);
  const syllables = 1 + Math.floor((draws[3] as number) * 3);
  return Array.from(draws.subarray(0, syllables), (draw) => SYLLABLES[Math.floor(draw * SYLLABLES.length)]).join('');
});

/** The same texts each time: originals, of which the first were edited a little, and the next too much. */
export function corpusOf(counts: { readonly originals: number; readonly near: number; readonly hard: number }): Corpus {
  const originals = Array.from({ length: counts.originals }, (_, place) => {
    const draw = drawsOf(place, 'original');
    return Array.from({ length: LEAST_WORDS + Math.floor(draw() * MORE_WORDS) }, () => wordOf(draw));
  });
  const copies = originals.slice(0, counts.near + counts.hard).map((words, place) => {
    const draw = drawsOf(place, 'edits');
    const [least, most] = place < counts.near ? NEAR_EDITS : HARD_EDITS;
    return edit(words, Math.max(1, Math.round(words.length * (least + (most - least) * draw()))), draw);
  });
  return {
    texts: [...originals, ...copies].map((words) => words.join(' ')),
    edited: copies.map((_, place) => [place, originals.length + place] as const),
  };
}

/** Words replaced, put in, left out, and put in another place. */
function edit(words: readonly string[], edits: number, draw: () => number): string[] {
  const edited = [...words];
  for (let i = 0; i < edits; i++) {
    const at = Math.floor(draw() * edited.length);
    const how = Math.floor(draw() * 4);
    if (how === 0) edited[at] = wordOf(draw);
    else if (how === 1) edited.splice(at, 0, wordOf(draw));
    else if (how === 2) edited.splice(at, 1);
    else edited.splice(Math.floor(draw() * edited.length), 0, ...edited.splice(at, 1));
  }
  return edited;
}

/** Some words are far more frequent than others, as in texts that people write. */
function wordOf(draw: () => number): string {
  return VOCABULARY[Math.floor(WORDS * draw() ** 2)] as string;
}

function drawsOf(place: number, stream: string): () => number {
  const draws = uniforms(place, stream, DRAWS);
  let next = 0;
  return () => draws[next++] as number;
}
