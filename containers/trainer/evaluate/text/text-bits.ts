// Lengths of texts in codes, by which nats become bits a symbol.
import { END } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';

/** Codes of each text, with its end. */
export function lengthsOf({ bytes, items, size }: Pixels): Int32Array {
  return Int32Array.from({ length: items }, (_, item) => {
    const end = bytes.subarray(item * size, (item + 1) * size).indexOf(END);
    return end < 0 ? size : end + 1;
  });
}

export function meanSymbols(texts: Pixels): number {
  return lengthsOf(texts).reduce((sum, length) => sum + length, 0) / texts.items;
}
