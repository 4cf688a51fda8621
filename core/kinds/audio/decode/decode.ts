// Decodes a clip: what lies uncompressed in its file here, compressed sounds by whoever is given for that.
import { COMPRESSED, type Compressed, findSound, READ_SOUNDS, type Uncompressed, withoutTail } from './find-sound.ts';
import { readUncompressed } from './pcm/uncompressed.ts';
import { type DecodedSound, unreadable } from './sound.ts';

/** Never rejects: a decoder that dies or takes too long is an unreadable sound. */
export type DecodeCompressed = (bytes: Uint8Array, type: Compressed) => Promise<DecodedSound>;

export async function decodeSound(bytes: Uint8Array, decodeCompressed: DecodeCompressed): Promise<DecodedSound> {
  const { type, name, start } = findSound(bytes);
  if (type === undefined) return unreadable('audio.type-not-allowed', name, READ_SOUNDS);
  const found = COMPRESSED.find((one) => one === type);
  if (!found) return readUncompressed(bytes.subarray(start), type as Uncompressed);
  return decodeCompressed(withoutTail(bytes, start), found);
}
