// Reads the items of one part, after making sure that they are those its verdict tells.

import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256, sha256OfPieces } from '../base/hash.ts';
import type { PartRow } from '../base/parquet-columns.ts';
import { decodeColumns, eachRowGroup } from '../base/parquet-columns.ts';
import type { Store } from '../store/store.ts';
import type { SourcePart } from './snapshot.ts';

/** A part of more items is read in ranges: that of a table may be larger than the memory of a function. */
const ITEMS_AT_ONCE = 32_768;
const HASHED_BYTES = 16 * 2 ** 20;

/** `etag`: of the object whose content was compared with the hash before; it is not hashed again. */
type Part = Pick<SourcePart, 'key' | 'sha256' | 'items'> & { readonly etag?: string | undefined };
export type PartVisit<Row> = {
  readonly columns: readonly (keyof Row & string)[];
  /** Gets consecutive rows of the part in their order, and the place of the first of them. */
  readonly visit: (rows: Row[], first: number) => void;
  /** Whether any of the rows from `first` to before `end` is needed; all are by default. */
  readonly isWanted?: (first: number, end: number) => boolean;
};

/** The columns asked for, or all, in the order of the part. Throws CorruptObjectError when the part is gone or another. */
export async function readSourcePart<Row = PartRow>(
  data: Store,
  part: Part,
  columns: readonly (keyof Row & string)[] | undefined,
): Promise<Row[]> {
  const rows = await decodeColumns<Row, keyof Row & string>(await readWhole(data, part), columns);
  if (rows.length !== part.items) throw miscounted(part, rows.length);
  return rows as Row[];
}

/** Visits the rows of a part a row group at a time, so that only one is held. Throws like readSourcePart. */
export async function visitSourcePart<Row = PartRow>(
  data: Store,
  part: Part,
  { columns, visit, isWanted }: PartVisit<Row>,
): Promise<void> {
  const { size, fetch } = isLarge(part) ? await openRanges(data, part) : ofBytes(await readWhole(data, part));
  const rows = await eachRowGroup<Row, keyof Row & string>(
    size,
    fetch,
    columns,
    (found, first) => visit(found as Row[], first),
    isWanted,
  );
  if (rows !== part.items) throw miscounted(part, rows);
}

/** Whether a part is read in ranges, and by itself. */
export function isLarge({ items }: Pick<Part, 'items'>): boolean {
  return items > ITEMS_AT_ONCE;
}

async function readWhole(data: Store, { key, sha256: expected }: Part): Promise<Uint8Array> {
  const part = await data.get(key);
  if (!part) throw missing(key);
  if (sha256(part.body) !== expected) throw changed(key);
  return part.body;
}

function ofBytes(bytes: Uint8Array) {
  return { size: bytes.length, fetch: async (first: number, last: number) => bytes.subarray(first, last + 1) };
}

/** Checks the hash of a part without holding it, unless its ETag is known; every later range is of that very object. */
async function openRanges(data: Store, { key, sha256: expected, etag: known }: Part) {
  const facts = await data.head(key);
  if (!facts) throw missing(key);
  const { size, etag } = facts;
  if (known !== undefined && known !== etag) throw changed(key);
  const fetch = async (first: number, last: number) => {
    const piece = await data.get(key, { range: { first, last }, ifMatch: etag });
    if (piece?.body.length !== last - first + 1) throw changed(key);
    return piece.body;
  };
  const pieces = async function* () {
    for (let at = 0; at < size; at += HASHED_BYTES) yield fetch(at, Math.min(size, at + HASHED_BYTES) - 1);
  };
  if (known === undefined && (await sha256OfPieces(pieces())) !== expected) throw changed(key);
  return { size, fetch };
}

function missing(key: string): GoldpanError {
  return corrupt(key, 'does not exist');
}

function changed(key: string): GoldpanError {
  return corrupt(key, 'does not match the SHA-256 in its verdict');
}

function miscounted({ key, items }: Part, rows: number): GoldpanError {
  return corrupt(key, `contains ${rows} items; its verdict lists ${items}`);
}

function corrupt(key: string, what: string): GoldpanError {
  return new GoldpanError(
    FAILURE.corruptObject,
    `${key} ${what}. Start assemble again; if the error persists, upload the file again.`,
  );
}
