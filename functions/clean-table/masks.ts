// Which checks hit a row, as bits of a few whole numbers.
import type { Check } from './checks.ts';

/** Bits of a signed 64-bit number that stay clear of its sign. */
const BITS = 62;

export type Masks = {
  /** Names of the words. */
  readonly names: readonly string[];
  /** The words with the bits of those checks that are given, each in a list of terms to be joined by `|`. */
  readonly terms: (given: (check: Check) => boolean) => Map<string, string[]>;
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
    names,
    bit,
    terms(given) {
      const terms = new Map<string, string[]>();
      for (const [i, check] of checks.entries()) {
        if (check.sql === undefined || !given(check)) continue;
        const word = wordOf(i);
        terms.set(word, [
          ...(terms.get(word) ?? []),
          `case when ${check.sql} then ${valueOfBit(i)}::bigint else 0 end`,
        ]);
      }
      return terms;
    },
    any(hit) {
      const byWord = new Map<string, bigint>();
      for (const check of hit) byWord.set(wordOf(check), (byWord.get(wordOf(check)) ?? 0n) | BigInt(valueOfBit(check)));
      return byWord.size === 0
        ? 'false'
        : `(${[...byWord].map(([word, bits]) => `${word} & ${bits} <> 0`).join(' or ')})`;
    },
  };
}
