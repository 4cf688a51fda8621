// One 512-byte header of a tar archive: POSIX ustar, with pax and GNU long names read by tar.ts.

export const BLOCK_BYTES = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
/** Offset of the flag of an old GNU sparse file that says whether another block of its map follows. */
const SPARSE_MORE_AT = 482;
const SPARSE_BLOCK_MORE_AT = 504;
/** Links, devices, folders and pipes have no data, even if the header states a size, as some writers do for folders. */
const WITHOUT_DATA = new Set(['2', '3', '4', '5', '6']);

/** type: the letter of the header; `0` is a file, whatever the archiver wrote for it. size: of the data that follows. */
export type TarHeader = {
  readonly name: Uint8Array;
  readonly size: number;
  readonly type: string;
  readonly link: string;
  /** More of the map of a sparse file follows the header. */
  readonly moreMap: boolean;
};

/** Returns `end` for a block of zeros, undefined for an invalid header. */
export function readTarHeader(block: Uint8Array): TarHeader | 'end' | undefined {
  if (block.length !== BLOCK_BYTES) return undefined;
  if (block.every((byte) => byte === 0)) return 'end';
  if (number(block, CHECKSUM_AT, CHECKSUM_BYTES) !== checksumOf(block)) return undefined;
  const size = number(block, 124, 12);
  if (size === undefined) return undefined;
  const letter = String.fromCharCode(block[156] as number);
  const type = letter === '\0' || letter === '7' ? '0' : letter;
  const isPosix = text(block, 257, 5) === 'ustar' && block[262] === 0;
  const prefix = isPosix ? field(block, 345, 155) : new Uint8Array();
  const name = field(block, 0, 100);
  return {
    name: prefix.length > 0 ? joined(prefix, name) : name.slice(),
    size: WITHOUT_DATA.has(type) ? 0 : size,
    type,
    link: text(block, 157, 100),
    moreMap: type === 'S' && block[SPARSE_MORE_AT] === 1,
  };
}

/** Returns whether another block of the map of a sparse file follows this one. */
export function hasMoreMap(block: Uint8Array): boolean {
  return block[SPARSE_BLOCK_MORE_AT] === 1;
}

/** The records of a pax header: `<length> <key>=<value>\n` each. Returns undefined if the bytes are not such records. */
export function readPaxRecords(bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const records = new Map<string, Uint8Array>();
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(decoder.decode(bytes.subarray(at, space)));
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > bytes.length) return undefined;
    const record = bytes.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 1) return undefined;
    records.set(decoder.decode(record.subarray(0, equals)), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function checksumOf(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++)
    sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? 0x20 : (block[i] as number);
  return sum;
}

/** Octal digits, or, with the first bit set, a big-endian integer. Undefined for anything else. */
function number(block: Uint8Array, at: number, length: number): number | undefined {
  if (((block[at] as number) & 0x80) !== 0) {
    let value = (block[at] as number) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + (block[at + i] as number);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = text(block, at, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : undefined;
}

function field(block: Uint8Array, at: number, length: number): Uint8Array {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function text(block: Uint8Array, at: number, length: number): string {
  return new TextDecoder().decode(field(block, at, length));
}

function joined(prefix: Uint8Array, name: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([prefix, Uint8Array.of(0x2f), name]));
}
