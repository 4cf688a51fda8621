// One 512-byte header of a tar archive: POSIX ustar, with pax and GNU long names read by tar.ts.

export const BLOCK_BYTES = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;

/** type: the letter of the header; `0` is a file, whatever the archiver wrote for it. */
export type TarHeader = { readonly name: string; readonly size: number; readonly type: string };

/** `end` for a block of zeros, undefined for what is no header. */
export function readTarHeader(block: Uint8Array): TarHeader | 'end' | undefined {
  if (block.length !== BLOCK_BYTES) return undefined;
  if (block.every((byte) => byte === 0)) return 'end';
  if (number(block, CHECKSUM_AT, CHECKSUM_BYTES) !== checksumOf(block)) return undefined;
  const size = number(block, 124, 12);
  if (size === undefined) return undefined;
  const letter = String.fromCharCode(block[156] as number);
  const prefix = text(block, 257, 5) === 'ustar' && block[262] === 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, size, type: letter === '\0' || letter === '7' ? '0' : letter };
}

/** The records of a pax header: `<length> <key>=<value>\n` each. Undefined for what is none. */
export function readPaxRecords(bytes: Uint8Array): Map<string, string> | undefined {
  const records = new Map<string, string>();
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(decoder.decode(bytes.subarray(at, space)));
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > bytes.length) return undefined;
    const record = decoder.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals < 1) return undefined;
    records.set(record.slice(0, equals), record.slice(equals + 1));
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

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
