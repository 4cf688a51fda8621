// Finds near hashes in pages: a page has all hashes of which one word begins with certain bits, or nearly so.
import {
  lookUp,
  meet,
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
import { type Emit, type Line, LineError, readIntegers } from './lines.ts';

const FIELDS = 6;
/** Rows of this kind are hashes that others are compared with; 1 to 4: the crops of an item, for which near hashes are looked up. */
const NAME = 0;

type Rows = { readonly items: number[]; readonly highs: number[]; readonly lows: number[] };
type Crops = Rows & { readonly crops: number[] };
export type NearPageSettings = { readonly maxDistance: number; readonly pageBits: number };

/**
 * Lines: word, page, kind, item, high and low half of the hash, sorted by word and page. Answers `<kind> item other distance`: the nearest earlier
 * items of each item of the page (kind 0), and the nearest item of each crop.
 */
export function near(settings: NearPageSettings, emit: Emit) {
  const fields = new Float64Array(FIELDS);
  let [word, page] = [-1, -1];
  let [names, crops] = [emptyRows(), { ...emptyRows(), crops: [] as number[] }];
  const finish = () => {
    if (word >= 0) comparePage({ word, page, names, crops }, settings, emit);
    names = emptyRows();
    crops = { ...emptyRows(), crops: [] };
  };
  const visit = (line: Line) => {
    readIntegers(line, fields);
    const [lineWord = 0, linePage = 0, kind = 0, item = 0, high = 0, low = 0] = fields;
    if (lineWord !== word || linePage !== page) {
      if (lineWord < word || (lineWord === word && linePage < page) || lineWord >= WORDS)
        throw new LineError(`Line ${line.number} is not in the order of words and pages.`);
      finish();
      [word, page] = [lineWord, linePage];
    }
    const rows = kind === NAME ? names : crops;
    rows.items.push(item);
    rows.highs.push(high);
    rows.lows.push(low);
    if (kind !== NAME) crops.crops.push(kind);
  };
  return { visit, finish };
}

type Page = { readonly word: number; readonly page: number; readonly names: Rows; readonly crops: Crops };

function comparePage(
  { word, page, names, crops }: Page,
  { maxDistance, pageBits }: NearPageSettings,
  emit: Emit,
): void {
  const order = names.items.map((_, i) => i).sort((a, b) => (names.items[a] as number) - (names.items[b] as number));
  const items = Float64Array.from(order, (i) => names.items[i] as number);
  const high = Uint32Array.from(order, (i) => names.highs[i] as number);
  const low = Uint32Array.from(order, (i) => names.lows[i] as number);
  const index = wordIndex({ high, low }, word);
  pairsOfPage(index, items, { page, pageBits, maxDistance }, emit);
  const position = new Map(crops.items.length > 0 ? Array.from(items, (item, i) => [item, i]) : []);
  const masks = nearWords(OTHER_RADIUS);
  for (const [i, item] of crops.items.entries()) {
    const hash = { high: crops.highs[i] as number, low: crops.lows[i] as number };
    const value = wordOf(hash.high, hash.low, word);
    let [nearest, least] = [-1, maxDistance + 1];
    const note = (other: number, distance: number) => {
      if (distance < least || (distance === least && other < nearest)) [nearest, least] = [other, distance];
    };
    const limits = { maxDistance, mostOfEach: MOST_OF_A_CUT };
    for (const mask of masks) lookUp(index, value ^ mask, hash, position.get(item) ?? -1, limits, note);
    if (nearest >= 0) emit(String(crops.crops[i]), item, items[nearest] as number, least, '');
  }
}

function pairsOfPage(
  index: WordIndex,
  items: Float64Array,
  { page, pageBits, maxDistance }: NearPageSettings & { readonly page: number },
  emit: Emit,
): void {
  const nearest = nearestOfEach(items.length, MOST_OF_EACH);
  const masks = nearWords(wordRadius(maxDistance));
  const width = WORD_BITS - pageBits;
  for (let value = page << width; value < (page + 1) << width; value++) {
    if (index.starts[value] === index.starts[value + 1]) continue;
    for (const mask of masks) meet(index, value, value ^ mask, { maxDistance, mostOfEach: MOST_OF_EACH }, nearest.add);
  }
  nearest.visit((i, j, distance) => emit(String(NAME), items[j] as number, items[i] as number, distance, ''));
}

function emptyRows(): Rows {
  return { items: [], highs: [], lows: [] };
}
