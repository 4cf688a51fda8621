// Fits the codec of a dataset to its training texts.
import { FIRST_SYMBOL, MOST_SYMBOLS, symbolsOf, type TextCodec } from './text-codec.ts';

/**
 * In larger sets, a character that occurs in fewer than LEAST_TEXTS texts is not modelled, because it would reveal a single text.
 */
const MANY_TEXTS = 1_000;
const LEAST_TEXTS = 2;
const SYMBOL_LIMIT = MOST_SYMBOLS - FIRST_SYMBOL;

export type TextCodecFit = {
  /** Symbols are those of training texts; texts of other splits only have to fit in. */
  add(text: string, isTraining: boolean): void;
  /** Symbols are in the order of their code points. */
  codec(): TextCodec;
};

export function textCodecFit(): TextCodecFit {
  const counts = new Map<string, number>();
  let training = 0;
  const longest = { character: 1, byte: 1 };
  return {
    add(text, isTraining) {
      const characters = [...text];
      longest.character = Math.max(longest.character, characters.length);
      longest.byte = Math.max(longest.byte, Buffer.byteLength(text));
      if (!isTraining) return;
      training++;
      for (const character of new Set(characters)) counts.set(character, (counts.get(character) ?? 0) + 1);
    },
    codec() {
      const least = training >= MANY_TEXTS ? LEAST_TEXTS : 1;
      const characters = [...counts].filter(([, texts]) => texts >= least).map(([character]) => character);
      const unit = characters.length <= SYMBOL_LIMIT ? 'character' : 'byte';
      const symbols =
        unit === 'character'
          ? characters.sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number))
          : [...new Set(characters.flatMap((character) => symbolsOf(character, 'byte')))].sort();
      return { schemaVersion: 1, unit, symbols, positions: longest[unit] + 1 };
    },
  };
}
