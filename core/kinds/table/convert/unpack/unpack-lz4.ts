// LZ4 frames: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md.
import { xxHash32 } from './xx-hash.ts';

const MAGIC = 0x184d2204;
/** Of the first version, as the kernel of Linux and `lz4 -l` write it. */
const LEGACY_MAGIC = 0x184c2102;
const LEGACY_BLOCK_BYTES = 8 * 2 ** 20;
const SKIPPABLE = 0x184d2a50;
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 2 ** 16, 5: 2 ** 18, 6: 2 ** 20, 7: 2 ** 22 };
const WINDOW = 2 ** 16;
const STORED = 0x80000000;
/** Half of a token that says that more bytes of the length follow. */
const LONGER = 15;
/** Up to so many bytes a loop copies faster than a call. */
const FEW_BYTES = 32;

/** Unpacks complete frames in order. Throws on broken bytes and above `most` bytes. */
export function unpackLz4Frame(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const part of lz4Blocks(bytes)) {
    total += part.length;
    if (total > most) throw new Error(`more than ${most} bytes, unpacked`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The unpacked blocks of all frames. Throws on broken bytes. */
export function* lz4Blocks(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 7 <= bytes.length; ) {
    const magic = view.getUint32(at, true);
    if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic === LEGACY_MAGIC) {
      at = yield* legacyBlocks(bytes, view, at + 4);
      continue;
    }
    if (magic !== MAGIC) throw new Error('no LZ4 frame');
    const flags = view.getUint8(at + 4);
    const size = BLOCK_BYTES[(view.getUint8(at + 5) >> 4) & 7];
    if (size === undefined || flags >> 6 !== 1) throw new Error('an LZ4 frame of another version');
    at += 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
    let window: Uint8Array = new Uint8Array();
    const content = flags & 4 ? xxHash32() : undefined;
    for (;;) {
      const header = view.getUint32(at, true);
      at += 4;
      if (header === 0) break;
      const length = header & ~STORED;
      if (at + length > bytes.length) throw new Error('an LZ4 block that is cut off');
      const block = bytes.subarray(at, at + length);
      if (flags & 16) compare(hashOf(block), view, at + length);
      const isStored = (header & STORED) !== 0;
      const unpacked = isStored ? block : unpackLz4Block(block, window, size);
      content?.update(unpacked);
      yield unpacked;
      window = Buffer.concat([window, unpacked]).subarray(-WINDOW);
      at += length + (flags & 16 ? 4 : 0);
    }
    if (content) compare(content.digest(), view, at);
    at += content ? 4 : 0;
  }
}

function hashOf(bytes: Uint8Array): number {
  const hash = xxHash32();
  hash.update(bytes);
  return hash.digest();
}

/** Throws where the checksum at that place is another one. */
function compare(hash: number, view: DataView, at: number): void {
  if (view.getUint32(at, true) !== hash) throw new Error('a checksum of LZ4 that differs');
}

/** Blocks that do not refer to one another, to the end of the file or the next frame. Returns where they end. */
function* legacyBlocks(bytes: Uint8Array, view: DataView, start: number): Generator<Uint8Array, number> {
  let at = start;
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at, true);
    if (length === MAGIC || length === LEGACY_MAGIC) break;
    if (at + 4 + length > bytes.length) throw new Error('an LZ4 block that is cut off');
    yield unpackLz4Block(bytes.subarray(at + 4, at + 4 + length), new Uint8Array(), LEGACY_BLOCK_BYTES);
    at += 4 + length;
  }
  return at;
}

/** `window`: the preceding output, which a block can refer to. */
function unpackLz4Block(block: Uint8Array, window: Uint8Array, most: number): Uint8Array {
  // Only what was written is returned, so nothing needs to be zero before.
  const output = Buffer.allocUnsafeSlow(window.length + most);
  output.set(window);
  let to = window.length;
  for (let at = 0; at < block.length; ) {
    const token = block[at++] as number;
    let literals = token >> 4;
    if (literals === LONGER) for (let byte = 255; byte === 255; literals += byte) byte = block[at++] ?? 0;
    if (at + literals > block.length || to + literals > output.length) throw new Error('broken LZ4 literals');
    if (literals > FEW_BYTES) {
      output.set(block.subarray(at, at + literals), to);
      at += literals;
      to += literals;
    } else for (const end = at + literals; at < end; ) output[to++] = block[at++] as number;
    if (at >= block.length) break;
    const back = (block[at] as number) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    let length = token & 15;
    if (length === LONGER) for (let byte = 255; byte === 255; length += byte) byte = block[at++] ?? 0;
    length += 4;
    if (back === 0 || back > to || to + length > output.length) throw new Error('a broken LZ4 match');
    if (length > FEW_BYTES && length <= back) {
      output.copyWithin(to, to - back, to - back + length);
      to += length;
    } else for (const end = to + length; to < end; to++) output[to] = output[to - back] as number;
  }
  return output.subarray(window.length, to);
}
