// Decodes a clip: uncompressed sounds here, compressed ones by the decoder that is given.
import { SNIFFED_BYTES } from '../../../base/first-bytes.ts';
import { FORMATS } from '../../formats/register.ts';
import { typeFacts, typeFactsOf } from '../../formats/type-facts.ts';
import { isFilm } from './containers/is-film.ts';
import {
  COMPRESSED,
  type Compressed,
  findSound,
  READ_SOUNDS,
  UNKNOWN_SOUND,
  type Uncompressed,
  withoutTail,
} from './find-sound.ts';
import { readUncompressed } from './pcm/uncompressed.ts';
import { type DecodedSound, type Unreadable, unreadable } from './sound.ts';

/** Never rejects: a decoder that dies or takes too long is an unreadable sound. */
export type DecodeCompressed = (bytes: Uint8Array, type: Compressed) => Promise<DecodedSound>;

/** `path`: the name of the file, for the command that converts an unsupported format. */
export async function decodeSound(
  bytes: Uint8Array,
  decodeCompressed: DecodeCompressed,
  path = '',
): Promise<DecodedSound> {
  const { type, name, start } = findSound(bytes);
  if (type === undefined)
    return name === UNKNOWN_SOUND ? named(bytes, path) : unreadable('audio.type-not-allowed', name, READ_SOUNDS);
  const found = COMPRESSED.find((one) => one === type);
  if (!found) return readUncompressed(bytes.subarray(start), type as Uncompressed);
  const sound = withoutTail(bytes, start);
  if (isFilm(sound, found)) return film(found, name, path);
  return decodeCompressed(sound, found);
}

/** With the commands that take pictures or the sound out of it. */
function film(type: Compressed, name: string, path: string): Unreadable {
  const format = type === 'matroska' ? FORMATS.matroska : FORMATS.mp4;
  const { remedy } = typeFacts({ format, type: name }, { path });
  return { ...unreadable('audio.type-not-allowed', `a film: ${name} with moving pictures`), ...(remedy && { remedy }) };
}

/** Names the format of what is no sound from the register, with the command that converts it, as for an object by itself. */
async function named(bytes: Uint8Array, path: string): Promise<Unreadable> {
  const { given, allowed, remedy } = await typeFactsOf(
    { start: bytes.subarray(0, SNIFFED_BYTES), path, size: bytes.length },
    'audio',
  );
  return { ...unreadable('upload.type-not-allowed', given ?? UNKNOWN_SOUND, allowed), ...(remedy && { remedy }) };
}
