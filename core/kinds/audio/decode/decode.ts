// Bytes to sound: WAV here, compressed formats by a decoder of its own process.
import { type DecodedSound, unreadable } from './sound.ts';
import { readWav } from './wav.ts';

export const COMPRESSED = ['flac', 'mp3', 'oga', 'opus'] as const;
export type Compressed = (typeof COMPRESSED)[number];
export type SoundType = 'wav' | 'rf64' | Compressed;
/** Never rejects: a decoder that dies or takes too long is an unreadable sound. */
export type DecodeCompressed = (bytes: Uint8Array, type: Compressed) => Promise<DecodedSound>;

const ALLOWED = 'WAV, FLAC, MP3, OGG (Vorbis or Opus)';
const SNIFFED = 128;

export async function decodeSound(bytes: Uint8Array, decodeCompressed: DecodeCompressed): Promise<DecodedSound> {
  const type = soundTypeOf(bytes);
  if (type === 'wav') return readWav(bytes);
  if (type === undefined) return unreadable('audio.type-not-allowed', 'something else', ALLOWED);
  if (type === 'rf64') return unreadable('audio.type-not-allowed', 'RF64', ALLOWED);
  return decodeCompressed(bytes, type);
}

/** By the first bytes, whatever the name says. */
export function soundTypeOf(bytes: Uint8Array): SoundType | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, SNIFFED));
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WAVE') return 'wav';
  if (start.startsWith('RF64')) return 'rf64';
  if (start.startsWith('fLaC')) return 'flac';
  if (start.startsWith('OggS'))
    return start.includes('OpusHead') ? 'opus' : start.includes('\x01vorbis') ? 'oga' : undefined;
  // An MPEG frame: eleven set bits, then layer III.
  const frame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2;
  return start.startsWith('ID3') || frame ? 'mp3' : undefined;
}
