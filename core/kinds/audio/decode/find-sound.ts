// Detects the format of an audio file behind tags and junk.
import { startsLikeMp4 } from './containers/mp4-facts.ts';
import { firstMpegFrame, id3Bytes } from './mpeg-frames.ts';

export const COMPRESSED = ['flac', 'mp3', 'oga', 'opus', 'ogg-flac', 'mp4', 'matroska', 'adts', 'amr'] as const;
export type Compressed = (typeof COMPRESSED)[number];
/** Formats of uncompressed audio, which are read without a decoder. */
export type Uncompressed = 'wav' | 'wave64' | 'aiff' | 'au' | 'caf';
export type SoundType = Uncompressed | Compressed;

/** Names of the formats that are read, for messages. */
export const READ_SOUNDS = 'WAV, AIFF, CAF, AU, FLAC, MP3, M4A, AAC, OGG (Vorbis, Opus or FLAC), WebM, AMR';
/** Name of a file that is not a known sound format, for messages. */
export const UNKNOWN_SOUND = 'something else';
const OGG_SEARCHED = 128;
const ID3V1_BYTES = 128;
/** Streams that Ogg carries, by the beginning of their first packet. */
const IN_OGG: readonly (readonly [string, Compressed | undefined, string])[] = [
  ['OpusHead', 'opus', 'Opus in Ogg'],
  ['\x01vorbis', 'oga', 'Vorbis in Ogg'],
  ['\x7fFLAC', 'ogg-flac', 'FLAC in Ogg'],
  ['Speex   ', undefined, 'Speex in Ogg'],
  ['\x80theora', undefined, 'a Theora film in Ogg'],
  ['CELT    ', undefined, 'CELT in Ogg'],
  ['fishead\0', undefined, 'Ogg with a skeleton stream'],
  ['BBCD\0', undefined, 'a Dirac film in Ogg'],
  ['OVP80', undefined, 'a VP8 film in Ogg'],
];

/** `name`: for people. `start`: where its own first byte is, behind tags. */
export type FoundSound = { readonly type: SoundType | undefined; readonly name: string; readonly start: number };

/** Detects the format from the bytes, regardless of the name. `bytes` may be the beginning of a file. */
export function findSound(bytes: Uint8Array): FoundSound {
  let start = 0;
  for (let tag = id3Bytes(bytes, 0); tag > 0; tag = id3Bytes(bytes, start)) start += tag;
  const text = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  const is = (name: string) => text(start, name.length) === name;
  if (is('RIFF') && text(start + 8, 4) === 'WAVE') return { type: 'wav', name: 'WAV', start };
  if (is('RF64') || is('BW64')) return { type: 'wav', name: 'RF64', start };
  if (is('riff\x2e\x91\xcf\x11')) return { type: 'wave64', name: 'Wave64', start };
  if (is('FORM') && /^AIF[FC]$/.test(text(start + 8, 4))) return { type: 'aiff', name: 'AIFF', start };
  if (is('.snd') || is('dns.')) return { type: 'au', name: 'AU', start };
  if (is('caff')) return { type: 'caf', name: 'CAF', start };
  if (is('fLaC')) return { type: 'flac', name: 'FLAC', start };
  if (is('OggS')) {
    const head = text(start, OGG_SEARCHED);
    const [, type, name] = IN_OGG.find(([mark]) => head.includes(mark)) ?? ['', undefined, 'an unknown codec in Ogg'];
    return { type, name, start };
  }
  if (bytes[start] === 0xff && ((bytes[start + 1] ?? 0) & 0xf6) === 0xf0)
    return { type: 'adts', name: 'AAC (ADTS)', start };
  if (startsLikeMp4(text(start + 4, 4)) && !/^(hei|hev|mif|msf|avi)/.test(text(start + 8, 4)))
    return { type: 'mp4', name: 'MP4', start };
  if (is('\x1a\x45\xdf\xa3')) return { type: 'matroska', name: 'Matroska or WebM', start };
  if (is('#!AMR')) return { type: 'amr', name: 'AMR', start };
  const frame = firstMpegFrame(bytes, start);
  if (frame !== undefined) return { type: 'mp3', name: 'MP3', start: frame };
  const isTagged = start > 0;
  const name =
    isTagged && start >= bytes.length
      ? 'a tag (ID3) without a sound'
      : isTagged
        ? 'a tag (ID3) before bytes of no type that is known'
        : UNKNOWN_SOUND;
  // A single frame, or one with damaged neighbours, is accepted too.
  return { type: isTagged || isMpegFrame(bytes, start) ? 'mp3' : undefined, name, start };
}

/** Without an ID3v1 tag behind it, which some programs put behind sounds of every type. */
export function withoutTail(bytes: Uint8Array, start: number): Uint8Array {
  const at = bytes.length - ID3V1_BYTES;
  const isTag = at >= start && bytes[at] === 0x54 && bytes[at + 1] === 0x41 && bytes[at + 2] === 0x47;
  return bytes.subarray(start, isTag ? at : bytes.length);
}

function isMpegFrame(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xe6) === 0xe2;
}
