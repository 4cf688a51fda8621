// Snappy as files have it: the framing format (https://github.com/google/snappy/blob/main/framing_format.txt), Hadoop's blocks, and one
// block by itself, as most libraries write it.
import { snappyLength, unpackSnappyBlock } from './unpack-snappy-block.ts';

const FRAMED = [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59];
const PACKED = 0x00;
const STORED = 0x01;
const CHECKSUM_BYTES = 4;
/** CRC-32C, reflected (RFC 3720, appendix B.4), and what the framing format adds to it. */
const POLYNOMIAL = 0x82f63b78;
const MASK = 0xa282ead8;
const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** Throws on broken bytes. */
export function* snappyBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  if (FRAMED.every((byte, i) => bytes[i] === byte)) yield* frames(bytes);
  else if (isHadoop(bytes)) yield* hadoopBlocks(bytes);
  else yield unpackSnappyBlock(bytes);
}

/** The length of the first piece is no longer than the file, and no longer than Snappy makes what unpacks to the length before it. */
function isHadoop(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const piece = view.getUint32(4);
  return piece > 0 && piece <= bytes.length - 8 && snappyLength(bytes.subarray(8)) <= view.getUint32(0);
}

function* frames(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const type = bytes[at] as number;
    const length = (bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8) | ((bytes[at + 3] as number) << 16);
    const data = bytes.subarray(at + 4, at + 4 + length);
    if (data.length < length) throw new Error('a frame that is cut off');
    if (type === PACKED) yield checked(unpackSnappyBlock(data.subarray(CHECKSUM_BYTES)), data);
    else if (type === STORED) yield checked(data.subarray(CHECKSUM_BYTES), data);
    else if (type >= 0x02 && type <= 0x7f) throw new Error('a frame of another kind');
    at += 4 + length;
  }
}

/** Throws where the checksum at the beginning of the frame is another one. */
function checked(content: Uint8Array, frame: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (let i = 0; i < content.length; i++)
    crc = (CRC_OF_BYTE[(crc ^ (content[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  crc = ~crc;
  const masked = (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
  const stored = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  if (masked !== stored) throw new Error('a checksum of Snappy that differs');
  return content;
}

/** The bytes of a block as they unpack, then pieces, each after its length. */
function* hadoopBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; ) {
    let left = view.getUint32(at);
    at += 4;
    while (left > 0) {
      const length = view.getUint32(at);
      const piece = unpackSnappyBlock(bytes.subarray(at + 4, at + 4 + length));
      if (piece.length > left || piece.length === 0) throw new Error('a block of another length');
      yield piece;
      left -= piece.length;
      at += 4 + length;
    }
  }
}
