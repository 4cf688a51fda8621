// The central directory of a zip archive, walked record by record: APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16.
//
// An own reader, since libraries believe the count of records: writers without zip64 store it modulo 65,536, and bytes behind the
// end record make them refuse the whole.
import { crc32 } from 'node:zlib';
import type { ReadRange } from '../../base/read-range.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
/** Maximum number of bytes that mail programs and text tools append to an archive. */
const TRAILING_BYTES = 4096;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const RECORD = 0x02014b50;
const RECORD_BYTES = 46;
const BLOCK_BYTES = 2 ** 20;
const UNICODE_PATH = 0x7075;
const ZIP64 = 0x0001;
const UTF8_FLAG = 0x800;
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;

/**
 * Offsets are relative to the start of the file, which may precede the archive. `utf8`: the name is marked as UTF-8.
 */
export type ZipRecord = {
  readonly name: Uint8Array;
  readonly utf8: boolean;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly offset: number;
  readonly madeOn: number;
  readonly attributes: number;
};
export type ZipEnd = {
  readonly start: number;
  readonly end: number;
  readonly prefixBytes: number;
  readonly declared: number;
};

/** Stops reading an archive. The message is for people. */
export class BrokenDirectory extends Error {}

/** Throws BrokenDirectory. */
export async function findDirectory(size: number, readRange: ReadRange): Promise<ZipEnd> {
  const tailStart = Math.max(0, size - END_BYTES - LONGEST_COMMENT - TRAILING_BYTES);
  const tail = size === 0 ? new Uint8Array() : await readRange(tailStart, size - 1);
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const found = await readEnd(view, at, tailStart, readRange);
    if (found) return found;
  }
  throw new BrokenDirectory('no end record: it is cut short, or no zip archive');
}

/** Returns every record up to the end record. Throws BrokenDirectory if there are fewer than declared. */
export async function* records(
  { start, end, prefixBytes, declared }: ZipEnd,
  readRange: ReadRange,
): AsyncGenerator<ZipRecord> {
  let blockStart = start;
  let block: Uint8Array = new Uint8Array();
  let count = 0;
  const take = async (at: number, length: number): Promise<Uint8Array | undefined> => {
    if (at + length > end) return undefined;
    if (at < blockStart || at + length > blockStart + block.length) {
      block = await readRange(at, Math.min(end, at + Math.max(length, BLOCK_BYTES)) - 1);
      blockStart = at;
    }
    return block.subarray(at - blockStart, at - blockStart + length);
  };
  for (let at = start; at < end; ) {
    const fixed = await take(at, RECORD_BYTES);
    const view = fixed && viewOf(fixed);
    if (!view || view.getUint32(0, true) !== RECORD) break;
    const nameBytes = view.getUint16(28, true);
    const extraBytes = view.getUint16(30, true);
    const rest = await take(at + RECORD_BYTES, nameBytes + extraBytes);
    if (!rest) break;
    yield readRecord(view, rest.slice(0, nameBytes), viewOf(rest.subarray(nameBytes)), prefixBytes);
    count++;
    at += RECORD_BYTES + nameBytes + extraBytes + view.getUint16(32, true);
  }
  if (count < declared) throw new BrokenDirectory(`${count} of ${declared} entries in its directory`);
}

/** Returns undefined if the signature occurs by chance. */
async function readEnd(
  view: DataView,
  at: number,
  tailStart: number,
  readRange: ReadRange,
): Promise<ZipEnd | undefined> {
  let end = tailStart + at;
  let declared = view.getUint16(at + 10, true);
  let bytes = view.getUint32(at + 12, true);
  let offset = view.getUint32(at + 16, true);
  if (at >= LOCATOR_BYTES && view.getUint32(at - LOCATOR_BYTES, true) === LOCATOR) {
    const wide = await readEnd64(
      Number(view.getBigUint64(at - LOCATOR_BYTES + 8, true)),
      end - LOCATOR_BYTES,
      readRange,
    );
    if (wide) {
      end = wide.at;
      if (declared === UNKNOWN_16 || wide.declared > declared) declared = wide.declared;
      if (bytes === UNKNOWN_32 || bytes === 0) bytes = wide.bytes;
      if (offset === UNKNOWN_32 || offset === 0) offset = wide.offset;
    }
  }
  // Bytes before the archive, as a self-extracting one has them, move everything alike.
  for (const start of new Set([end - bytes, offset])) {
    if (!(start >= offset && start + RECORD_BYTES <= end)) continue;
    if (viewOf(await readRange(start, start + 3)).getUint32(0, true) === RECORD)
      return { start, end, prefixBytes: start - offset, declared };
  }
  return declared === 0 ? { start: end, end, prefixBytes: 0, declared } : undefined;
}

async function readEnd64(named: number, limit: number, readRange: ReadRange) {
  // Bytes before the archive move it to where the locator begins.
  for (const at of new Set([named, limit - END64_BYTES])) {
    if (!(at >= 0 && at + END64_BYTES <= limit)) continue;
    const view = viewOf(await readRange(at, at + END64_BYTES - 1));
    if (view.getUint32(0, true) !== END64) continue;
    const wide = (offset: number) => Number(view.getBigUint64(offset, true));
    return { at, declared: wide(32), bytes: wide(40), offset: wide(48) };
  }
  return undefined;
}

function readRecord(view: DataView, raw: Uint8Array, extra: DataView, prefixBytes: number): ZipRecord {
  const short = (at: number) => view.getUint16(at, true);
  const long = (at: number) => view.getUint32(at, true);
  const fields = extraFields(extra);
  const wide = widened([long(24), long(20), long(42)], fields.get(ZIP64));
  const unicode = unicodePath(raw, fields.get(UNICODE_PATH));
  return {
    name: unicode ?? raw,
    utf8: unicode !== undefined || (short(8) & UTF8_FLAG) !== 0,
    flags: short(8),
    method: short(10),
    crc32: long(16),
    unpackedBytes: wide[0],
    packedBytes: wide[1],
    offset: wide[2] + prefixBytes,
    madeOn: short(4) >>> 8,
    attributes: long(38),
  };
}

function extraFields(extra: DataView): Map<number, DataView> {
  const fields = new Map<number, DataView>();
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    if (at + 4 + length > extra.byteLength) break;
    fields.set(extra.getUint16(at, true), new DataView(extra.buffer, extra.byteOffset + at + 4, length));
    at += 4 + length;
  }
  return fields;
}

/** Values that do not fit into 32 bits are in the extra field, in this order. */
function widened(values: readonly [number, number, number], field: DataView | undefined): [number, number, number] {
  let at = 0;
  return values.map((value) => {
    if (value !== UNKNOWN_32 || !field || at + 8 > field.byteLength) return value;
    at += 8;
    return Number(field.getBigUint64(at - 8, true));
  }) as [number, number, number];
}

/** Info-ZIP's field: it counts only while the name in the record is the one that it was made for. */
function unicodePath(raw: Uint8Array, field: DataView | undefined): Uint8Array | undefined {
  if (!field || field.byteLength < 5 || field.getUint8(0) !== 1 || field.getUint32(1, true) !== crc32(raw))
    return undefined;
  return new Uint8Array(field.buffer, field.byteOffset + 5, field.byteLength - 5).slice();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
