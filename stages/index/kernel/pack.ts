// Sorts hashes into pages and packs many of one page into one row, so that an engine copies and sorts few rows in place of one for each hash and page.
import { WORD_BITS, WORDS, wordOf } from '#core/similarity/hash-pairs.ts';
import { type Emit, type Line, LineError, readPackedLine } from './lines.ts';
import { packedRows } from './packed-rows.ts';

/** Rows of this kind are hashes that others are compared with; 1 to 4: the crops of an item, for which near hashes are looked up. */
export const NAME = 0;
const BITS_32 = 2 ** 32;

/**
 * pageBits: leading bits of a word, its page. masks: the pages in which a name is looked for, beside its own. slices: how many tasks search a page, by
 * `word << pageBits | page`; 1 for all others.
 */
export type PackSettings = {
  readonly pageBits: number;
  readonly masks: readonly number[];
  readonly crops: number;
  readonly slices: Readonly<Record<string, number>>;
};
export type PlacesSettings = Pick<PackSettings, 'pageBits' | 'crops'>;

/** Returns the place of a word of a hash: the word and its page in one number. */
function placeOf(high: number, low: number, word: number, pageBits: number): number {
  return (word << pageBits) | (wordOf(high, low, word) >>> (WORD_BITS - pageBits));
}

/** Reads lines of an item and its hashes as `readPackedLine` reads them: of each, the high and the low half. */
export function hashLines(hashes: number) {
  const fields = new Float64Array(1);
  const halves = new Int32Array(2 * hashes);
  return (line: Line): { item: number; halves: Int32Array } => {
    readPackedLine(line, fields, halves);
    const item = fields[0] as number;
    if (item < 0 || item >= BITS_32) throw new LineError(`Line ${line.number} has an item that is not of 32 bits.`);
    return { item, halves };
  };
}

/**
 * Lines: item, then its name and crops, as `hashLines` reads them. Answers `<kind> place slice slices hashes`, where the place is the word and the page in one
 * number, and `hashes` are in hexadecimal digits. A page that is searched by several tasks is answered for each slice.
 */
export function pack({ pageBits, masks, crops, slices }: PackSettings, emit: Emit) {
  const read = hashLines(1 + crops);
  const rows = Array.from({ length: 1 + crops }, (_, kind) =>
    packedRows((place, hashes) => {
      const count = slices[place] ?? 1;
      for (let slice = 0; slice < count; slice++) emit(String(kind), place, slice, count, hashes);
    }),
  );
  const visit = (line: Line) => {
    const { item, halves } = read(line);
    for (const [kind, { add }] of rows.entries()) {
      const [high, low] = [(halves[2 * kind] as number) >>> 0, (halves[2 * kind + 1] as number) >>> 0];
      for (let word = 0; word < WORDS; word++) {
        const place = placeOf(high, low, word, pageBits);
        if (kind !== NAME) add(place, item, high, low);
        else for (const mask of masks) add(place ^ mask, item, high, low);
      }
    }
  };
  const finish = () => {
    for (const one of rows) one.finish();
  };
  return { visit, finish };
}

/** Lines as those of `pack`. Answers `n place 0 hashes`: how many hashes are of a place. */
export function countPlaces({ pageBits, crops }: PlacesSettings, emit: Emit) {
  const read = hashLines(1 + crops);
  const counts = new Float64Array(WORDS << pageBits);
  const visit = (line: Line) => {
    const { halves } = read(line);
    for (let at = 0; at < halves.length; at += 2)
      for (let word = 0; word < WORDS; word++) {
        const place = placeOf((halves[at] as number) >>> 0, (halves[at + 1] as number) >>> 0, word, pageBits);
        counts[place] = (counts[place] as number) + 1;
      }
  };
  return { visit, finish: () => emitCounts(counts, emit) };
}

export function emitCounts(counts: Float64Array, emit: Emit): void {
  for (const [place, hashes] of counts.entries()) if (hashes > 0) emit('n', place, 0, hashes, 0);
}
