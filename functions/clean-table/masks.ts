// Which checks hit a row, as bits of a few whole numbers.
import type { Check } from './checks.ts';

/** Bits of a signed 64-bit number that stay clear of its sign. */
const BITS = 62;

export type Masks = {
  readonly words: number;
  /** All words of a row, each `as m<i>`. */
  readonly select: string;
  /** Names of the words. */
  readonly names: readonly string[];
  readonly bit: (check: number) => { readonly word: string; readonly value: string };
  /** Whether any of these checks hit. */
  readonly any: (checks: readonly number[]) => string;
};

export function masksOf(checks: readonly Check[]): Masks {
  const words = Math.max(1, Math.ceil(checks.length / BITS));
  const names = Array.from({ length: words }, (_, word) => `m${word}`);
  const valueOfBit = (check: number) => String(1n << BigInt(check % BITS));
  const wordOf = (check: number) => names[Math.floor(check / BITS)] as string;
  const bit = (check: number) => ({ word: wordOf(check), value: valueOfBit(check) });
  return {
    words,
    names,
    bit,
    select: names
      .map((word) => {
        const bits = checks.flatMap(({ sql }, i) =>
          sql !== undefined && wordOf(i) === word ? [`case when ${sql} then ${valueOfBit(i)}::bigint else 0 end`] : [],
        );
        return `${bits.length > 0 ? bits.join(' | ') : '0::bigint'} as ${word}`;
      })
      .join(', '),
    any(hit) {
      const byWord = new Map<string, bigint>();
      for (const check of hit) byWord.set(wordOf(check), (byWord.get(wordOf(check)) ?? 0n) | BigInt(valueOfBit(check)));
      return byWord.size === 0
        ? 'false'
        : `(${[...byWord].map(([word, bits]) => `${word} & ${bits} <> 0`).join(' or ')})`;
    },
  };
}
