// Which checks hit a row, as bits of a few whole numbers.
import type { CellCondition, Check } from './checks.ts';
import type { TypedColumn } from './typed.ts';

/** Bits of a signed 64-bit number that stay clear of its sign. */
const BITS = 62;
const TRUE = 'true';

export type Masks = {
  /** Names of the words. */
  readonly names: readonly string[];
  /** SQL: the words with the bits of those checks that are given, where there are any. */
  readonly words: (given: (check: Check) => boolean) => Map<string, string>;
  readonly bit: (check: number) => { readonly word: string; readonly value: string };
  /** Returns a condition that is true if any of these checks found an issue. */
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
    words(given) {
      const words = new Map<string, Word>();
      const cells = new Map<string, { word: Word; cell: TypedColumn; hits: Hit[] }>();
      for (const [i, { sql, of, ...check }] of checks.entries()) {
        if (sql === undefined || !given({ sql, of, ...check })) continue;
        const name = wordOf(i);
        const word = words.get(name) ?? { always: [], terms: [], held: [] };
        words.set(name, word);
        const cell = of === undefined ? undefined : typed[of];
        if (typeof sql === 'string' || !cell) addRow(word, String(sql), valueOfBit(i));
        else {
          const group = cells.get(`${name} ${of}`) ?? { word, cell, hits: [] };
          group.hits.push({ sql, bit: valueOfBit(i) });
          cells.set(`${name} ${of}`, group);
        }
      }
      for (const { word, cell, hits } of cells.values()) addCell(word, cell, hits);
      return new Map([...words].map(([name, word]) => [name, wordSql(word)]));
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

/** `held`: a condition that is true if no term has a bit set. */
type Word = { readonly always: string[]; readonly terms: string[]; readonly held: string[] };

/** Returns the mask of a row. Most rows have no issues, which a few comparisons show. */
function wordSql({ always, terms, held }: Word): string {
  const some =
    terms.length === 0 ? [] : [`case when ${held.join(' and ')} then 0::bigint else ${terms.join(' | ')} end`];
  return [...always, ...some].join(' | ');
}

function addRow(word: Word, sql: string, bit: string): void {
  if (sql === TRUE) word.always.push(`${bit}::bigint`);
  else {
    word.terms.push(bitSql(sql, bit));
    word.held.push(`not (${sql})`);
  }
}

function addCell(word: Word, cell: TypedColumn, hits: readonly Hit[]): void {
  const values = hits.flatMap(({ sql }) => sql.value ?? []);
  if (values.includes(TRUE)) {
    word.always.push(cellSql(cell, hits));
    return;
  }
  word.terms.push(cellSql(cell, hits));
  const held = values.map((value) => `not (${value})`).join(' and ') || TRUE;
  const isEmptyHeld = hits.every(({ sql }) => sql.empty === undefined);
  const isTextHeld = hits.every(({ sql }) => sql.text === undefined);
  const hasNoValue = `${isTextHeld ? cell.v : cell.t} is null`;
  word.held.push(
    isEmptyHeld ? `(${hasNoValue} or (${cell.v} is not null and ${held}))` : `${cell.v} is not null and ${held}`,
  );
}

/** Returns the mask of a cell. Most cells have a value, so the kind of the cell is tested first. */
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
