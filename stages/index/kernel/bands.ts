// Finds texts that share a band of their signatures: bands are sorted into pages, and those of one page are compared by one task.
import { type Emit, type Line, LineError, readTexts } from './lines.ts';
import { emitCounts, hashLines } from './pack.ts';
import { collectHashes, type Hashes } from './packed-hashes.ts';
import { HASH_BYTES, packedHashes, packedRows } from './packed-rows.ts';

/** Each item is paired with the first one of the band and with so many before it, as SHARED_BANDS_SQL does. */
export const BEFORE = 4;
const FIELDS = 2;
const INTEGER = /^\d{1,9}$/;
const BITS = 32;

/** pageBits: leading bits of a band, its page. left: places, as `band << pageBits | page`, that are left to the engine, since very many items share a band of them. */
export type BandSettings = { readonly bands: number; readonly pageBits: number; readonly left: readonly number[] };

function placeOf(band: number, high: number, pageBits: number): number {
  // A shift by 32 bits would be none.
  return (band << pageBits) | (pageBits === 0 ? 0 : high >>> (BITS - pageBits));
}

/** Lines: item, then its bands, as `hashLines` reads them. Answers `n place 0 bands`: how many bands are of a place. */
export function countBands({ bands, pageBits }: Omit<BandSettings, 'left'>, emit: Emit) {
  const counts = new Float64Array(bands << pageBits);
  const visit = eachBand(bands, (_, band, high) => {
    const place = placeOf(band, high, pageBits);
    counts[place] = (counts[place] as number) + 1;
  });
  return { visit, finish: () => emitCounts(counts, emit) };
}

/** Lines as those of `countBands`. Answers `b place 0 0 hashes`, with many bands of one place in a row. */
export function packBands({ bands, pageBits, left }: BandSettings, emit: Emit) {
  const isLeft = new Set(left);
  const rows = packedRows((place, hashes) => emit('b', place, 0, 0, hashes));
  const visit = eachBand(bands, (item, band, high, low) => {
    const place = placeOf(band, high, pageBits);
    if (!isLeft.has(place)) rows.add(place, item, high, low);
  });
  return { visit, finish: rows.finish };
}

/** Lines as those of `countBands`. Answers `b item band value` for the bands that are left to the engine; the value is an integer of 64 bits. */
export function leftBands({ bands, pageBits, left }: BandSettings, emit: Emit) {
  const isLeft = new Set(left);
  const visit = eachBand(bands, (item, band, high, low) => {
    if (isLeft.has(placeOf(band, high, pageBits)))
      emit('b', item, band, BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)), '');
  });
  return { visit, finish: () => undefined };
}

function eachBand(bands: number, see: (item: number, band: number, high: number, low: number) => void) {
  const read = hashLines(bands);
  return (line: Line) => {
    const { item, halves } = read(line);
    for (let band = 0; band < bands; band++)
      see(item, band, (halves[2 * band] as number) >>> 0, (halves[2 * band + 1] as number) >>> 0);
  };
}

/** Lines: place and hashes as `packBands` answers them, sorted by place. Answers `p item other`: each item with those that it is compared with. What it reads is counted in bands. */
export function meetBands(emit: Emit) {
  let [page, place, read] = [collectHashes(), -1, 0];
  const finish = () => {
    comparePage(page.all(), emit);
    page = collectHashes();
  };
  const visit = (line: Line) => {
    const [placeText = '', digits = ''] = readTexts(line, FIELDS);
    const packed = packedHashes(digits);
    if (!INTEGER.test(placeText) || !packed)
      throw new LineError(`Line ${line.number} has no packed bands: place ${placeText}.`);
    const next = Number(placeText);
    if (next < place) throw new LineError(`Line ${line.number} is not in the order of places.`);
    if (next > place) finish();
    place = next;
    page.add(packed);
    read += packed.length / HASH_BYTES;
  };
  return { visit, finish, read: () => read };
}

function comparePage(hashes: Hashes, emit: Emit): void {
  const groups = groupsOf(hashes);
  for (const items of groups) {
    items.sort();
    for (let at = 1; at < items.length; at++) {
      const item = items[at] as number;
      const from = Math.max(0, at - BEFORE);
      if (from > 0) emit('p', item, items[0] as number, 0, '');
      for (let before = from; before < at; before++) emit('p', item, items[before] as number, 0, '');
    }
  }
}

/** Returns the items of each value that at least two have. Most values belong to one item only: they are told apart in a table of fixed size. */
function groupsOf({ items, high, low }: Hashes): Uint32Array[] {
  const count = items.length;
  const slots = 1 << Math.ceil(Math.log2(Math.max(2, 2 * count)));
  // One more than the position of the first entry with the value of a slot; 0 for a slot without one.
  const firsts = new Uint32Array(slots);
  const sizes = new Uint32Array(count);
  const firstOf = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    let slot = mix((high[at] as number) ^ Math.imul(low[at] as number, 0x9e3779b1)) & (slots - 1);
    let first = (firsts[slot] as number) - 1;
    while (first >= 0 && (high[first] !== high[at] || low[first] !== low[at])) {
      slot = (slot + 1) & (slots - 1);
      first = (firsts[slot] as number) - 1;
    }
    if (first < 0) {
      firsts[slot] = at + 1;
      first = at;
    }
    firstOf[at] = first;
    sizes[first] = (sizes[first] as number) + 1;
  }
  const groups = new Map<number, Uint32Array>();
  const filled = new Map<number, number>();
  for (let at = 0; at < count; at++) {
    const first = firstOf[at] as number;
    const size = sizes[first] as number;
    if (size < 2) continue;
    const group = groups.get(first) ?? new Uint32Array(size);
    const next = filled.get(first) ?? 0;
    group[next] = items[at] as number;
    groups.set(first, group);
    filled.set(first, next + 1);
  }
  return [...groups.values()];
}

function mix(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
