// Zstandard files (RFC 8878). Frames may follow one another, as programs write them that pack in parallel or append; Node's stream ends
// silently behind the first.
import { createZstdDecompress } from 'node:zlib';

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const SKIPPABLE_HEADER_BYTES = 8;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_BYTES = [0, 2, 4, 8];
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
/** A block of one byte that is repeated. */
const REPEATED = 1;

/** Throws on broken bytes. */
export async function* zstdChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const frame of framesOf(bytes)) {
    const unpack = createZstdDecompress();
    unpack.end(frame);
    try {
      for await (const chunk of unpack) yield chunk as Uint8Array;
    } finally {
      unpack.destroy();
    }
  }
}

function* framesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const magic = view.getUint32(at, true);
    if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
      at += SKIPPABLE_HEADER_BYTES + view.getUint32(at + 4, true);
      if (at > bytes.length) throw new Error('a frame that is cut off');
      continue;
    }
    if (magic !== MAGIC) throw new Error('no Zstandard frame');
    const end = endOfFrame(view, at);
    if (end > bytes.length) throw new Error('a frame that is cut off');
    yield bytes.subarray(at, end);
    at = end;
  }
}

function endOfFrame(view: DataView, start: number): number {
  const flags = view.getUint8(start + 4);
  const isOneSegment = (flags & 32) !== 0;
  const contentBytes = isOneSegment && flags >> 6 === 0 ? 1 : (CONTENT_BYTES[flags >> 6] as number);
  let at = start + 5 + (isOneSegment ? 0 : 1) + (DICTIONARY_BYTES[flags & 3] as number) + contentBytes;
  for (let isLast = false; !isLast; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    isLast = (header & 1) !== 0;
    at += BLOCK_HEADER_BYTES + (((header >> 1) & 3) === REPEATED ? 1 : header >> 3);
  }
  return at + (flags & 4 ? CHECKSUM_BYTES : 0);
}
