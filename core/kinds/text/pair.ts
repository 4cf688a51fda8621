// Pairs of a source and the text that answers it.
import { canonicalJson, sha256 } from '../../base/hash.ts';

/** Everything except letters and digits. */
const OTHERS = /[^\p{L}\p{M}\p{N}]+/gu;

/** Returns the id of a pair; equal pairs have equal ids. */
export function pairId(source: string, text: string): string {
  return sha256(canonicalJson([source, text]));
}

/** Characters of one shingle of a signature (core/similarity/min-hash.ts). */
const SHINGLE = 5;

/**
 * Returns the text by which pairs are compared: they are near copies if both sides have the same letters and digits, since one other letter of a source
 * may ask for another text. One shingle of a hash, so that signatures are equal or have nothing in common.
 */
export function comparedPair(source: string, text: string): string {
  const hash = sha256(canonicalJson([sourceGroup(source), sourceGroup(text)]));
  const symbol = (at: number) => 0x4e00 + Number.parseInt(hash.slice(3 * at, 3 * at + 3), 16);
  return String.fromCodePoint(...Array.from({ length: SHINGLE }, (_, at) => symbol(at)));
}

/** Pairs of one group are in one split: sources that differ in case and signs only ask for the same. */
export function sourceGroup(source: string): string {
  const plain = source.toLowerCase().replace(OTHERS, ' ').trim();
  return plain === '' ? source : plain;
}
