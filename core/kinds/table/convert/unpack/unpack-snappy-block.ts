// One block of Snappy (https://github.com/google/snappy/blob/main/format_description.txt), as files and Avro have it.
import { snappyUncompress } from 'hyparquet';

const MOST_BYTES = 64 * 2 ** 20;

/** Throws on broken bytes, and for a block of more than `most` bytes as it unpacks. */
export function unpackSnappyBlock(packed: Uint8Array, most = MOST_BYTES): Uint8Array {
  const length = snappyLength(packed);
  if (length > most) throw new Error(`a block of ${length} bytes, unpacked`);
  const output = new Uint8Array(length);
  snappyUncompress(packed, output);
  return output;
}

/** The length of a block as it unpacks stands before it, seven bits a byte. */
export function snappyLength(packed: Uint8Array): number {
  let length = 0;
  for (let i = 0, shift = 0; i < 5; i++, shift += 7) {
    const byte = packed[i] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return length;
}
