// Which checks hit a row, as bits of a few whole numbers.
import type { CellCondition, Check } from './checks.ts';
import type { TypedColumn } from './typed.ts';

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

export function masksOf(checks: readonly Check[], typed: readonly TypedColumn[]): Masks {
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
      const add = (word: string, term: string) => terms.set(word, [...(terms.get(word) ?? []), term]);
      const ofCells = new Map<string, { word: string; cell: TypedColumn; hits: Hit[] }>();
      for (const [i, { sql, of, ...check }] of checks.entries()) {
        if (sql === undefined || !given({ sql, of, ...check })) continue;
        const word = wordOf(i);
        const cell = of === undefined ? undefined : typed[of];
        if (typeof sql === 'string' || !cell) add(word, bitSql(String(sql), valueOfBit(i)));
        else {
          const group = ofCells.get(`${word} ${of}`) ?? { word, cell, hits: [] };
          group.hits.push({ sql, bit: valueOfBit(i) });
          ofCells.set(`${word} ${of}`, group);
        }
      }
      for (const { word, cell, hits } of ofCells.values()) add(word, cellSql(cell, hits));
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

type Hit = { readonly sql: CellCondition; readonly bit: string };

/** Most cells have a value, and one look tells which of the conditions are left to be tried. */
function cellSql({ v, t }: TypedColumn, hits: readonly Hit[]): string {
  const [ofValue, ofText, ofNothing] = (['value', 'text', 'empty'] as const).map((held) => {
    const bits = hits.flatMap(({ sql, bit }) => (sql[held] === undefined ? [] : [bitSql(sql[held], bit)]));
    return bits.length === 0 ? '0::bigint' : bits.join(' | ');
  });
  return `case when ${v} is not null then ${ofValue} when ${t} is not null then ${ofText} else ${ofNothing} end`;
}

function bitSql(condition: string, bit: string): string {
  return `case when ${condition} then ${bit}::bigint else 0 end`;
}
