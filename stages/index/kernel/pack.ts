// Sorts hashes into pages and packs many of one page into one row, so that an engine copies and sorts few rows in place of one for each hash and page.
import { WORD_BITS, WORDS, wordOf } from '#core/similarity/hash-pairs.ts';
import { type Emit, type Line, LineError, readIntegers } from './lines.ts';

/** A packed hash: item, high and low half, as unsigned integers of 32 bits, the lowest byte first. */
export const HASH_BYTES = 12;
/** Rows of this kind are hashes that others are compared with; 1 to 4: the crops of an item, for which near hashes are looked up. */
export const NAME = 0;
const HASHES_A_ROW = 1_000;
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
type Row = { readonly bytes: Buffer; length: number };

/**
 * Lines: item, then high and low half of its name and of each crop. Answers `<kind> place slice slices hashes`, where the place is the word and the page in one
 * number, and `hashes` are in hexadecimal digits. A page that is searched by several tasks is answered for each slice.
 */
export function pack({ pageBits, masks, crops, slices }: PackSettings, emit: Emit) {
  const fields = new Float64Array(1 + 2 * (1 + crops));
  const pages = 1 << pageBits;
  const rows = Array.from({ length: 1 + crops }, () => new Map<number, Row>());
  const send = (kind: number, place: number, row: Row) => {
    const hashes = row.bytes.toString('hex', 0, row.length);
    const count = slices[place] ?? 1;
    for (let slice = 0; slice < count; slice++) emit(String(kind), place, slice, count, hashes);
    row.length = 0;
  };
  const add = (kind: number, place: number, item: number, high: number, low: number) => {
    const own = rows[kind] as Map<number, Row>;
    let row = own.get(place);
    if (!row) {
      row = { bytes: Buffer.allocUnsafe(HASHES_A_ROW * HASH_BYTES), length: 0 };
      own.set(place, row);
    }
    row.bytes.writeUInt32LE(item, row.length);
    row.bytes.writeUInt32LE(high, row.length + 4);
    row.bytes.writeUInt32LE(low, row.length + 8);
    row.length += HASH_BYTES;
    if (row.length === row.bytes.length) send(kind, place, row);
  };
  const visit = (line: Line) => {
    readIntegers(line, fields);
    if (fields.some((field) => field < 0 || field >= BITS_32))
      throw new LineError(`Line ${line.number} has a number that is not of 32 bits.`);
    const item = fields[0] as number;
    for (let kind = 0; kind <= crops; kind++) {
      const [high, low] = [fields[1 + 2 * kind] as number, fields[2 + 2 * kind] as number];
      for (let word = 0; word < WORDS; word++) {
        const page = wordOf(high, low, word) >>> (WORD_BITS - pageBits);
        if (kind !== NAME) add(kind, word * pages + page, item, high, low);
        else for (const mask of masks) add(kind, word * pages + (page ^ mask), item, high, low);
      }
    }
  };
  const finish = () => {
    for (const [kind, own] of rows.entries())
      for (const [place, row] of own) if (row.length > 0) send(kind, place, row);
  };
  return { visit, finish };
}
