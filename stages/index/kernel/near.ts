// Finds near hashes in pages: a page has all hashes of which one word begins with certain bits, or nearly so.
import { CROP_MOVES } from '#core/similarity/crop-hashes.ts';
import {
  meet,
  meetOthers,
  nearWords,
  OTHER_RADIUS,
  WORD_BITS,
  WORDS,
  type WordIndex,
  wordIndex,
  wordOf,
  wordRadius,
} from '#core/similarity/hash-pairs.ts';
import { nearestOfEach } from '#core/similarity/nearest-pairs.ts';
import { MOST_OF_A_CUT, MOST_OF_EACH } from '../near/limits.ts';
import { type Emit, type Line, LineError, readTexts } from './lines.ts';
import { NAME } from './pack.ts';
import { type CollectedHashes, collectHashes, type Hashes } from './packed-hashes.ts';
import { HASH_BYTES, packedHashes } from './packed-rows.ts';

const FIELDS = 5;
const KINDS = 1 + CROP_MOVES.length;
const INTEGER = /^\d{1,9}$/;

export type NearPageSettings = { readonly maxDistance: number; readonly pageBits: number };
type Page = {
  readonly place: number;
  /** Which of the items of the page are searched for: those with `item % slices` equal to `slice`. */
  readonly slice: number;
  readonly slices: number;
  /** Names, then crops. */
  readonly kinds: readonly CollectedHashes[];
};

/**
 * Lines: place, slice, slices, kind, hashes as `pack` answers them, sorted by place and slice. Answers `<kind> item other distance`: the nearest earlier items of each
 * item of the page (kind 0), and the nearest item of each crop. What it reads is counted in hashes; those of a page with several slices count once.
 */
export function near(settings: NearPageSettings, emit: Emit) {
  let page: Page | undefined;
  let hashes = 0;
  const finish = () => {
    if (page) comparePage(page, settings, emit);
    page = undefined;
  };
  const visit = (line: Line) => {
    const [placeText = '', sliceText = '', slicesText = '', kindText = '', digits = ''] = readTexts(line, FIELDS);
    const packed = packedHashes(digits);
    if (![placeText, sliceText, slicesText, kindText].every((text) => INTEGER.test(text)) || !packed)
      throw new LineError(`Line ${line.number} has no packed hashes: place ${placeText}, kind ${kindText}.`);
    const [place, slice, slices, kind] = [Number(placeText), Number(sliceText), Number(slicesText), Number(kindText)];
    if (place >>> settings.pageBits >= WORDS) throw new LineError(`Line ${line.number} has a word that no hash has.`);
    if (place !== page?.place || slice !== page.slice) {
      if (page && (place < page.place || (place === page.place && slice < page.slice)))
        throw new LineError(`Line ${line.number} is not in the order of words, pages and slices.`);
      finish();
      page = { place, slice, slices, kinds: Array.from({ length: KINDS }, () => collectHashes()) };
    }
    const into = page.kinds[kind];
    if (!into) throw new LineError(`Line ${line.number} has the kind ${kind}, which no hash has.`);
    into.add(packed);
    if (slice === 0) hashes += packed.length / HASH_BYTES;
  };
  return { visit, finish, read: () => hashes };
}

function comparePage({ place, slice, slices, kinds }: Page, settings: NearPageSettings, emit: Emit): void {
  const [names, ...crops] = kinds.map((kind) => kind.sorted()) as [Hashes, ...Hashes[]];
  const [word, page] = [place >>> settings.pageBits, place & ((1 << settings.pageBits) - 1)];
  const isSearched = (item: number) => slices === 1 || item % slices === slice;
  const skip = Uint8Array.from(names.items, (item, i) => {
    const own = wordOf(names.high[i] as number, names.low[i] as number, word) >>> (WORD_BITS - settings.pageBits);
    return own === page && isSearched(item) ? 0 : 1;
  });
  if (!skip.includes(0) && crops.every(({ items }) => items.length === 0)) return;
  const all = wordIndex(names, word);
  const values = { word, page, ...settings };
  pairsOfPage({ own: wordIndex(names, word, skip), all }, names.items, values, emit);
  for (const [crop, hashes] of crops.entries())
    nearestOfCrops(all, names.items, { ...values, hashes, isSearched }, (item, other, distance) =>
      emit(String(crop + 1), item, other, distance, ''),
    );
}

type Values = NearPageSettings & { readonly word: number; readonly page: number };

function pairsOfPage(
  indexes: { readonly own: WordIndex; readonly all: WordIndex },
  items: Uint32Array,
  { page, pageBits, maxDistance }: Values,
  emit: Emit,
): void {
  const { own } = indexes;
  const nearest = nearestOfEach(own.items.length, MOST_OF_EACH);
  const rank = new Uint32Array(items.length);
  for (const [at, position] of own.items.entries()) rank[position] = at;
  const masks = nearWords(wordRadius(maxDistance));
  const width = WORD_BITS - pageBits;
  const limits = { maxDistance, mostOfEach: MOST_OF_EACH };
  const add = (j: number, i: number, distance: number) => nearest.add(rank[j] as number, i, distance);
  for (let value = page << width; value < (page + 1) << width; value++) {
    if (own.starts[value] === own.starts[value + 1]) continue;
    for (const mask of masks) meet(indexes, value, value ^ mask, limits, add);
  }
  nearest.visit((i, at, distance) =>
    emit(String(NAME), items[own.items[at] as number] as number, items[i] as number, distance, ''),
  );
}

/** Goes value by value, as `meet`: crop by crop, a million of them would mostly wait for memory. */
function nearestOfCrops(
  all: WordIndex,
  items: Uint32Array,
  {
    word,
    page,
    pageBits,
    maxDistance,
    hashes,
    isSearched,
  }: Values & { hashes: Hashes; isSearched: (item: number) => boolean },
  visit: (item: number, other: number, distance: number) => void,
): void {
  const skip = Uint8Array.from(hashes.items, (item) => (isSearched(item) ? 0 : 1));
  const own = wordIndex(hashes, word, skip);
  const positions = Int32Array.from(hashes.items, (item) => positionOf(items, item));
  const itemOf = (at: number) => positions[at] as number;
  const limits = { maxDistance, mostOfEach: MOST_OF_A_CUT, itemOf };
  const nearest = nearestOfEach(hashes.items.length, MOST_OF_A_CUT);
  const masks = nearWords(OTHER_RADIUS);
  const width = WORD_BITS - pageBits;
  for (let value = page << width; value < (page + 1) << width; value++) {
    if (own.starts[value] === own.starts[value + 1]) continue;
    for (const mask of masks) meetOthers({ own, all }, value, value ^ mask, limits, nearest.add);
  }
  nearest.visit((i, at, distance) => visit(hashes.items[at] as number, items[i] as number, distance));
}

/** Returns where an item is among sorted items, or -1. */
function positionOf(items: Uint32Array, item: number): number {
  let [first, end] = [0, items.length];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if ((items[middle] as number) < item) first = middle + 1;
    else end = middle;
  }
  return items[first] === item ? first : -1;
}
