// Pairs of 64-bit names that differ in few bits: multi-index hashing (Norouzi, Punjani and Fleet 2012), in typed arrays.
import type { Name } from '../image/phash.ts';

const WORDS = 4;
const WORD_BITS = 16;
const WORD_VALUES = 1 << WORD_BITS;
const OTHER_RADIUS = 1;

export type Names = { readonly high: Uint32Array; readonly low: Uint32Array };
type Bounds = { readonly maxDistance: number; readonly mostOfEach: number; readonly skip: Uint8Array };
type Search = (name: Name, visit: (item: number, distance: number) => void, settings: Settings) => void;
/** probes: what words are changed by. before: only items below it. other: never this one. most: found at most. */
type Settings = {
  readonly probes: readonly number[];
  readonly before: number;
  readonly other: number;
  readonly most: number;
};

/**
 * Visits pairs (i < j) of names of `maxDistance` bits or less, each once. Two names that differ in d bits differ in at most
 * d / 4 bits of one of their four words, so words that near are looked up. `skip`: names that are in no pair.
 * `mostOfEach` bounds the work where thousands are near: of those before it, a name meets the nearest, then the first.
 */
export function nearNames(names: Names, bounds: Bounds, visit: (i: number, j: number, distance: number) => void): void {
  const search = searchOf(names, bounds);
  const probes = nearWords(Math.floor(bounds.maxDistance / WORDS));
  for (let j = 1; j < names.high.length; j++) {
    if (bounds.skip[j]) continue;
    const name = { high: names.high[j] as number, low: names.low[j] as number };
    search(name, (i, distance) => visit(i, j, distance), { probes, before: j, other: j, most: bounds.mostOfEach });
  }
}

/**
 * Visits items whose names lie within `maxDistance` of another name that an item could have, whichever of them comes first.
 * Words are looked up within one bit only: what that misses is about 1 of 100, and it costs an eighth.
 */
export function nearOtherNames<Other extends { readonly name: Name }>(
  names: Names,
  bounds: Bounds,
  othersOf: (item: number) => readonly Other[],
  visit: (near: number, item: number, other: Other) => void,
): void {
  const search = searchOf(names, bounds);
  const settings = { probes: nearWords(OTHER_RADIUS), before: names.high.length, most: bounds.mostOfEach };
  for (let item = 0; item < names.high.length; item++) {
    if (bounds.skip[item]) continue;
    for (const other of othersOf(item))
      search(other.name, (near) => visit(near, item, other), { ...settings, other: item });
  }
}

function searchOf({ high, low }: Names, { maxDistance, skip }: Bounds): Search {
  const words = Array.from({ length: WORDS }, (_, word) => wordIndex(high, low, word, skip));
  const seen = new Int32Array(high.length).fill(-1);
  const byDistance: number[][] = Array.from({ length: maxDistance + 1 }, () => []);
  let searches = 0;
  return (name, visit, { probes, before, other, most }) => {
    const search = searches++;
    for (const [word, { starts, items }] of words.entries()) {
      const own = wordOf(name.high, name.low, word);
      for (const probe of probes) {
        const value = own ^ probe;
        const end = starts[value + 1] as number;
        let taken = 0;
        for (let at = starts[value] as number; at < end; at++) {
          const i = items[at] as number;
          if (i >= before || taken >= most * WORDS) break;
          if (seen[i] === search || i === other) continue;
          seen[i] = search;
          const distance =
            countBits(((high[i] as number) ^ name.high) >>> 0) + countBits(((low[i] as number) ^ name.low) >>> 0);
          if (distance > maxDistance) continue;
          (byDistance[distance] as number[]).push(i);
          taken++;
        }
      }
    }
    let left = most;
    for (const [distance, near] of byDistance.entries()) {
      if (near.length === 0) continue;
      near.sort((a, b) => a - b);
      for (const i of near) if (left-- > 0) visit(i, distance);
      near.length = 0;
    }
  };
}

type WordIndex = { readonly starts: Uint32Array; readonly items: Uint32Array };

/** Names by the value of one of their words: those of value v lie in items[starts[v]..starts[v + 1]], in order. */
function wordIndex(high: Uint32Array, low: Uint32Array, word: number, skip: Uint8Array): WordIndex {
  const starts = new Uint32Array(WORD_VALUES + 1);
  const valueAt = (i: number) => wordOf(high[i] as number, low[i] as number, word);
  for (let i = 0; i < high.length; i++) if (!skip[i]) starts[valueAt(i) + 1] = (starts[valueAt(i) + 1] as number) + 1;
  for (let v = 0; v < WORD_VALUES; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = starts.slice();
  const items = new Uint32Array(starts[WORD_VALUES] as number);
  for (let i = 0; i < high.length; i++) {
    if (skip[i]) continue;
    const value = valueAt(i);
    const at = next[value] as number;
    items[at] = i;
    next[value] = at + 1;
  }
  return { starts, items };
}

function wordOf(high: number, low: number, word: number): number {
  const half = word < 2 ? high : low;
  return word % 2 === 0 ? half >>> WORD_BITS : half & (WORD_VALUES - 1);
}

/** What a word is changed by, from no bit to `radius` of them. */
function nearWords(radius: number): number[] {
  const found = [0];
  let before = [{ value: 0, top: 0 }];
  for (let bits = 1; bits <= radius; bits++) {
    before = before.flatMap(({ value, top }) =>
      Array.from({ length: WORD_BITS - top }, (_, i) => ({ value: value | (1 << (top + i)), top: top + i + 1 })),
    );
    for (const { value } of before) found.push(value);
  }
  return found;
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
