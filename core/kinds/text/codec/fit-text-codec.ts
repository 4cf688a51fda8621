// Fits the codec of a dataset to its training texts.
import { learnMerges, type Merge } from './merges.ts';
import { FIRST_SYMBOL, MOST_SYMBOLS, symbolsOf, type TextCodec, textCoder } from './text-codec.ts';

/**
 * In larger sets, a character that occurs in fewer than LEAST_TEXTS texts is not modelled, because it would reveal a single text.
 */
const MANY_TEXTS = 1_000;
const LEAST_TEXTS = 2;
const SYMBOL_LIMIT = MOST_SYMBOLS - FIRST_SYMBOL;
/** Symbols that merges are learned from, and how often a pair must occur there. */
const MERGED_SYMBOLS = 300_000;
const LEAST_PAIRS = 20;

export type TextCodecFit = {
  /** Symbols are those of training texts; texts of other splits only have to fit in. */
  add(text: string, isTraining: boolean): void;
  /** Characters of the longest text of any split. */
  longest(): number;
  /**
   * Symbols are in the order of their code points. `longerThan`: characters of training texts on average, beyond which symbols are merged;
   * the positions are then those of the unmerged texts.
   */
  codec(longerThan?: number): TextCodec;
};

export function textCodecFit(): TextCodecFit {
  const counts = new Map<string, number>();
  /** Training texts for the merges, the first ones. */
  const shown: string[] = [];
  let [training, length, kept] = [0, 0, 0];
  const longest = { character: 1, byte: 1 };
  return {
    add(text, isTraining) {
      const characters = [...text];
      longest.character = Math.max(longest.character, characters.length);
      longest.byte = Math.max(longest.byte, Buffer.byteLength(text));
      if (!isTraining) return;
      training++;
      length += characters.length;
      if (kept < MERGED_SYMBOLS) shown.push(text);
      kept += characters.length;
      for (const character of new Set(characters)) counts.set(character, (counts.get(character) ?? 0) + 1);
    },
    longest: () => longest.character,
    codec(longerThan = Number.POSITIVE_INFINITY) {
      const least = training >= MANY_TEXTS ? LEAST_TEXTS : 1;
      const characters = [...counts].filter(([, texts]) => texts >= least).map(([character]) => character);
      const unit = characters.length <= SYMBOL_LIMIT ? 'character' : 'byte';
      const symbols =
        unit === 'character'
          ? characters.sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number))
          : [...new Set(characters.flatMap((character) => symbolsOf(character, 'byte')))].sort();
      const plain: TextCodec = { schemaVersion: 1, unit, symbols, positions: longest[unit] + 1 };
      if (length <= longerThan * Math.max(training, 1)) return plain;
      const merges = mergesOf(plain, shown);
      return merges.length === 0 ? plain : { ...plain, merges, longest: plain.positions };
    },
  };
}

function mergesOf(codec: TextCodec, texts: readonly string[]): [number, number][] {
  const { encode } = textCoder(codec);
  const spaces = new Set(
    codec.symbols.flatMap((symbol, place) => {
      const text = codec.unit === 'character' ? symbol : Buffer.from(symbol, 'hex').toString('latin1');
      return /\s/.test(text) ? [place + FIRST_SYMBOL] : [];
    }),
  );
  const merges = learnMerges(texts.map(encode), {
    firstCode: codec.symbols.length + FIRST_SYMBOL,
    most: SYMBOL_LIMIT - codec.symbols.length,
    leastCount: LEAST_PAIRS,
    isSpace: (code) => spaces.has(code),
  });
  return merges.map(([left, right]: Merge): [number, number] => [left, right]);
}
