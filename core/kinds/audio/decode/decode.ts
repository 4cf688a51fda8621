// Decodes a clip: WAV here, compressed sounds by whoever is given for that.
import { type Compressed, findSound, READ_SOUNDS, withoutTail } from './find-sound.ts';
import { type DecodedSound, unreadable } from './sound.ts';
import { readWav } from './wav.ts';

/** Never rejects: a decoder that dies or takes too long is an unreadable sound. */
export type DecodeCompressed = (bytes: Uint8Array, type: Compressed) => Promise<DecodedSound>;

export async function decodeSound(bytes: Uint8Array, decodeCompressed: DecodeCompressed): Promise<DecodedSound> {
  const { type, name, start } = findSound(bytes);
  if (type === undefined || type === 'rf64') return unreadable('audio.type-not-allowed', name, READ_SOUNDS);
  if (type === 'wav') return readWav(bytes.subarray(start));
  return decodeCompressed(withoutTail(bytes, start), type);
}
