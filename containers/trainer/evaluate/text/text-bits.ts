// Lengths of texts in symbols, by which nats become bits per symbol.
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';

/** Returns the number of symbols that each code stands for; the end is one. */
export function symbolsOfCodes(codec: TextCodec): Uint8Array {
  return Uint8Array.from(textCoder(codec).pieces, (piece) => piece.length);
}

/** Returns the number of symbols of each text with its end; a merged code stands for several. */
export function lengthsOf({ bytes, items, size }: Pixels, symbolsOfCode?: Uint8Array): Int32Array {
  return Int32Array.from({ length: items }, (_, item) => {
    const text = bytes.subarray(item * size, (item + 1) * size);
    const end = text.indexOf(END);
    const codes = end < 0 ? text : text.subarray(0, end + 1);
    return symbolsOfCode ? codes.reduce((sum, code) => sum + (symbolsOfCode[code] ?? 1), 0) : codes.length;
  });
}

export function meanSymbols(texts: Pixels, symbolsOfCode?: Uint8Array): number {
  return lengthsOf(texts, symbolsOfCode).reduce((sum, length) => sum + length, 0) / texts.items;
}
