// Converts texts to codes and back. The codec is plain JSON, stored with the model as codec.json.
import * as z from 'zod';
import { applyMerges } from './merges.ts';

/** The end of a text; codes after it are padding. */
export const END = 0;
/** The code of a symbol that the codec does not know; it is encoded but never generated. */
export const OTHER = 1;
/** The code of the first symbol. */
export const FIRST_SYMBOL = 2;
/** Codes are bytes. */
export const MOST_SYMBOLS = 250;

export const TextCodec = z.strictObject({
  schemaVersion: z.literal(1),
  /** `character`: Unicode code points. `byte`: those of UTF-8, where a language has more characters than there are codes. */
  unit: z.enum(['character', 'byte']),
  /** The symbol of each code from 2 on: a character, or a byte as two hexadecimal digits. */
  symbols: z.array(z.string()).max(MOST_SYMBOLS),
  /** Pairs of codes that have a code of their own, from the last symbol's on, in the order in which texts are merged; absent: none. */
  merges: z
    .array(z.tuple([z.int(), z.int()]))
    .max(MOST_SYMBOLS)
    .optional(),
  /** With merges: single symbols of the longest text with its end. */
  longest: z.int().optional(),
  /** Codes of the longest text with its end: the length of every coded text. */
  positions: z.int().min(2),
});
export type TextCodec = z.infer<typeof TextCodec>;

export type TextCoder = {
  /** Codes, with END and OTHER. */
  readonly vocabulary: number;
  readonly positions: number;
  /** Single symbols of the longest text, without its end. */
  readonly longest: number;
  /** The codes of single symbols that each code stands for. */
  readonly pieces: readonly (readonly number[])[];
  /** Returns the codes of a text without its end symbol; OTHER for unknown symbols. */
  encode(text: string): number[];
  /** Returns the text up to its end symbol; codes without a symbol are skipped. */
  decode(codes: ArrayLike<number>): string;
  /** [positions]: the same padded with END, cut where it is longer than a text may be. */
  row(text: string): Uint8Array;
};

export function textCoder({ unit, symbols, positions, merges = [], longest = positions }: TextCodec): TextCoder {
  const codeOf = new Map(symbols.map((symbol, place) => [symbol, place + FIRST_SYMBOL]));
  const firstMerge = symbols.length + FIRST_SYMBOL;
  const pieces: (readonly number[])[] = Array.from({ length: firstMerge }, (_, code) => [code]);
  for (const [left, right] of merges) pieces.push([...(pieces[left] ?? []), ...(pieces[right] ?? [])]);
  const encode = (text: string) =>
    applyMerges(
      symbolsOf(text, unit).map((symbol) => codeOf.get(symbol) ?? OTHER),
      merges,
      firstMerge,
    );
  return {
    vocabulary: pieces.length,
    pieces,
    positions,
    longest: longest - 1,
    encode,
    decode(codes) {
      const drawn: string[] = [];
      for (let at = 0; at < codes.length && codes[at] !== END; at++) {
        for (const code of pieces[codes[at] as number] ?? []) {
          const symbol = symbols[code - FIRST_SYMBOL];
          if (symbol !== undefined) drawn.push(symbol);
        }
      }
      return unit === 'character' ? drawn.join('') : Buffer.from(drawn.join(''), 'hex').toString('utf8');
    },
    row(text) {
      const codes = new Uint8Array(positions);
      codes.set(encode(text).slice(0, positions - 1));
      return codes;
    },
  };
}

/** The symbols of a text in its order. */
export function symbolsOf(text: string, unit: TextCodec['unit']): string[] {
  return unit === 'character' ? [...text] : (Buffer.from(text).toString('hex').match(/../g) ?? []);
}
