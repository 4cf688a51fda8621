// Finds pairs of 64-bit hashes with a small Hamming distance: multi-index hashing (Norouzi, Punjani and Fleet 2012), in
// typed arrays.

import { nearestOfEach } from './nearest-pairs.ts';
import type { PerceptualHash } from './perceptual-hash.ts';

export const WORDS = 4;
export const WORD_BITS = 16;
const WORD_VALUES = 1 << WORD_BITS;
/** Words of alternative hashes are looked up within so many bits. */
export const OTHER_RADIUS = 1;

export type PerceptualHashes = { readonly high: Uint32Array; readonly low: Uint32Array };
type Limits = { readonly maxDistance: number; readonly mostOfEach: number };
type Bounds = Limits & { readonly skip: Uint8Array };

/**
 * Visits each pair (i < j) of hashes whose distance is at most `maxDistance` bits once. Two hashes that differ in d
 * bits differ in at most d / 4 bits of one of their four 16-bit words, so similar words are looked up. `skip`: hashes
 * that are in no pair. `mostOfEach` limits the work for large groups: each hash is paired with the nearest of the
 * earlier hashes, then with the first.
 */
export function hashPairs(
  hashes: PerceptualHashes,
  bounds: Bounds,
  visit: (i: number, j: number, distance: number) => void,
): void {
  const nearest = nearestOfEach(hashes.high.length, bounds.mostOfEach);
  const masks = nearWords(wordRadius(bounds.maxDistance));
  for (let word = 0; word < WORDS; word++) {
    const index = wordIndex(hashes, word, bounds.skip);
    for (let value = 0; value < WORD_VALUES; value++) {
      if (index.starts[value] === index.starts[value + 1]) continue;
      for (const mask of masks) meet({ own: index, all: index }, value, value ^ mask, bounds, nearest.add);
    }
  }
  nearest.visit(visit);
}

/**
 * Compares the hashes of `own` with one word value with the earlier hashes of `all` with another value. Going value by value keeps the
 * compared hashes close in memory; hash by hash, a million hashes would mostly wait for memory.
 */
export function meet(
  { own, all: { starts, items, rests, halves } }: { readonly own: WordIndex; readonly all: WordIndex },
  value: number,
  other: number,
  { maxDistance, mostOfEach }: Limits,
  add: (j: number, i: number, distance: number) => void,
): void {
  const { items: ownItems, rests: ownRests, halves: ownHalves } = own;
  const end = own.starts[value + 1] as number;
  const otherFirst = starts[other] as number;
  const otherEnd = starts[other + 1] as number;
  if (otherFirst === otherEnd) return;
  const most = mostOfEach * WORDS;
  // Both are in the order of items, so the earlier ones of an item are also earlier than the next item.
  let earlier = otherFirst;
  for (let at = own.starts[value] as number; at < end; at++) {
    const [j, rest, half] = [ownItems[at] as number, ownRests[at] as number, ownHalves[at] as number];
    while (earlier < otherEnd && (items[earlier] as number) < j) earlier++;
    let taken = 0;
    for (let otherAt = otherFirst; otherAt < earlier; otherAt++) {
      const ofRest = countBits((rests[otherAt] as number) ^ rest);
      if (ofRest > maxDistance) continue;
      const distance = ofRest + countBits((halves[otherAt] as number) ^ half);
      if (distance > maxDistance) continue;
      add(j, items[otherAt] as number, distance);
      if (++taken === most) break;
    }
  }
}

/**
 * Visits items whose hash is within `maxDistance` of an alternative hash of another item, item by item: the nearest of each alternative first. `othersOf` returns
 * as many for each item. Words are looked up within one bit only, which misses about 1 % and costs an eighth.
 */
export function cropHashPairs<Other extends { readonly hash: PerceptualHash }>(
  hashes: PerceptualHashes,
  bounds: Bounds,
  othersOf: (item: number) => readonly Other[],
  visit: (near: number, item: number, other: Other) => void,
): void {
  const { items, each, others } = listOthers(hashes.high.length, bounds.skip, othersOf);
  const nearest = nearestOfEach(items.length * each, bounds.mostOfEach);
  const masks = nearWords(OTHER_RADIUS);
  for (let word = 0; word < WORDS; word++) {
    const [own, all] = [wordIndex(others, word), wordIndex(hashes, word, bounds.skip)];
    const itemOf = (at: number) => items[Math.floor(at / each)] as number;
    for (let value = 0; value < WORD_VALUES; value++) {
      if (own.starts[value] === own.starts[value + 1]) continue;
      for (const mask of masks) meetOthers({ own, all }, value, value ^ mask, { ...bounds, itemOf }, nearest.add);
    }
  }
  let [item, known] = [-1, [] as readonly Other[]];
  nearest.visit((near, at) => {
    const of = items[Math.floor(at / each)] as number;
    if (of !== item) [item, known] = [of, othersOf(of)];
    visit(near, item, known[at % each] as Other);
  });
}

/** Lists the alternative hashes of the items that are not skipped: those of the first item, of the second, and so on. */
function listOthers(
  count: number,
  skip: Uint8Array,
  othersOf: (item: number) => readonly { readonly hash: PerceptualHash }[],
): { readonly items: Uint32Array; readonly each: number; readonly others: PerceptualHashes } {
  const items = Uint32Array.from({ length: count }, (_, item) => item).filter((item) => !skip[item]);
  const each = items.length === 0 ? 0 : othersOf(items[0] as number).length;
  const [high, low] = [new Uint32Array(items.length * each), new Uint32Array(items.length * each)];
  for (const [i, item] of items.entries())
    for (const [k, { hash }] of othersOf(item).entries())
      [high[i * each + k], low[i * each + k]] = [hash.high, hash.low];
  return { items, each, others: { high, low } };
}

/**
 * Compares the alternative hashes with one word value with the first near hashes of another value, value by value as `meet`. `itemOf`: the hash that belongs to an
 * alternative one, which does not count.
 */
export function meetOthers(
  { own, all: { starts, items, rests, halves } }: { readonly own: WordIndex; readonly all: WordIndex },
  value: number,
  other: number,
  { maxDistance, mostOfEach, itemOf }: Limits & { readonly itemOf: (at: number) => number },
  add: (at: number, item: number, distance: number) => void,
): void {
  const first = starts[other] as number;
  const end = starts[other + 1] as number;
  if (first === end) return;
  const { items: ownItems, rests: ownRests, halves: ownHalves } = own;
  const ownEnd = own.starts[value + 1] as number;
  const most = mostOfEach * WORDS;
  for (let ownAt = own.starts[value] as number; ownAt < ownEnd; ownAt++) {
    const [rest, half] = [ownRests[ownAt] as number, ownHalves[ownAt] as number];
    let taken = 0;
    for (let at = first; at < end; at++) {
      const ofRest = countBits((rests[at] as number) ^ rest);
      if (ofRest > maxDistance) continue;
      const distance = ofRest + countBits((halves[at] as number) ^ half);
      if (distance > maxDistance) continue;
      const alternative = ownItems[ownAt] as number;
      if (items[at] === itemOf(alternative)) continue;
      add(alternative, items[at] as number, distance);
      if (++taken === most) break;
    }
  }
}

/**
 * Visits the items whose hash is within `maxDistance` of one of `others`, at most `mostOfEach` of each. Up to 7 bits none is missed,
 * beyond it about 1 %.
 */
export function visitNear(
  hashes: PerceptualHashes,
  bounds: Bounds,
  others: readonly PerceptualHash[],
  visit: (item: number, other: number) => void,
): void {
  const search = searchOf(hashes, bounds);
  for (const [other, hash] of others.entries()) search(hash, -1, (item) => visit(item, other));
}

/** Returns a search for the hashes near a given one, the nearest first, without the item itself. */
function searchOf(hashes: PerceptualHashes, { maxDistance, mostOfEach, skip }: Bounds) {
  const words = Array.from({ length: WORDS }, (_, word) => wordIndex(hashes, word, skip));
  const masks = nearWords(OTHER_RADIUS);
  const seen = new Int32Array(hashes.high.length).fill(-1);
  const byDistance: number[][] = Array.from({ length: maxDistance + 1 }, () => []);
  let searches = 0;
  return (hash: PerceptualHash, except: number, visit: (item: number) => void) => {
    const search = searches++;
    const note = (i: number, distance: number) => {
      if (seen[i] === search) return;
      seen[i] = search;
      (byDistance[distance] as number[]).push(i);
    };
    for (const [word, index] of words.entries()) {
      const value = wordOf(hash.high, hash.low, word);
      for (const mask of masks) lookUp(index, value ^ mask, hash, except, { maxDistance, mostOfEach }, note);
    }
    let left = mostOfEach;
    for (const near of byDistance) {
      if (near.length === 0) continue;
      near.sort((a, b) => a - b);
      for (const i of near) if (left-- > 0) visit(i);
      near.length = 0;
    }
  };
}

/**
 * Visits the first hashes with one word value that are near a given hash. What one value gives depends on no other, so values can be
 * looked up in any order, and on several machines.
 */
function lookUp(
  { word, starts, items, rests, halves }: WordIndex,
  value: number,
  hash: PerceptualHash,
  except: number,
  { maxDistance, mostOfEach }: Limits,
  visit: (item: number, distance: number) => void,
): void {
  const end = starts[value + 1] as number;
  const [rest, half] = word < 2 ? [hash.low, hash.high] : [hash.high, hash.low];
  let taken = 0;
  for (let at = starts[value] as number; at < end && taken < mostOfEach * WORDS; at++) {
    const ofRest = countBits((rests[at] as number) ^ rest);
    if (ofRest > maxDistance) continue;
    const distance = ofRest + countBits((halves[at] as number) ^ half);
    const i = items[at] as number;
    if (distance > maxDistance || i === except) continue;
    taken++;
    visit(i, distance);
  }
}

/** The greatest number of bits in which the most similar word of two hashes differs. */
export function wordRadius(maxDistance: number): number {
  return Math.floor(maxDistance / WORDS);
}

/**
 * Items sorted by the value of one word of their hashes: value v occupies starts[v] to starts[v + 1], in the order of items, with the hashes
 * beside. rests: their halves without the word, of which hashes that are not near differ most; halves: those with the word.
 */
export type WordIndex = {
  readonly word: number;
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  readonly rests: Uint32Array;
  readonly halves: Uint32Array;
};

/** `skip`: 1 for hashes that are left out. */
export function wordIndex({ high, low }: PerceptualHashes, word: number, skip?: Uint8Array): WordIndex {
  const starts = new Uint32Array(WORD_VALUES + 1);
  const valueAt = (i: number) => wordOf(high[i] as number, low[i] as number, word);
  for (let i = 0; i < high.length; i++) if (!skip?.[i]) starts[valueAt(i) + 1] = (starts[valueAt(i) + 1] as number) + 1;
  for (let v = 0; v < WORD_VALUES; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = starts.slice();
  const items = new Uint32Array(starts[WORD_VALUES] as number);
  for (let i = 0; i < high.length; i++) {
    if (skip?.[i]) continue;
    const value = valueAt(i);
    const at = next[value] as number;
    items[at] = i;
    next[value] = at + 1;
  }
  const [rest, half] = word < 2 ? [low, high] : [high, low];
  return {
    word,
    starts,
    items,
    rests: items.map((i) => rest[i] as number),
    halves: items.map((i) => half[i] as number),
  };
}

export function wordOf(high: number, low: number, word: number): number {
  const half = word < 2 ? high : low;
  return word % 2 === 0 ? half >>> WORD_BITS : half & (WORD_VALUES - 1);
}

/** Returns all bit masks with at most `radius` bits. */
export function nearWords(radius: number): number[] {
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
