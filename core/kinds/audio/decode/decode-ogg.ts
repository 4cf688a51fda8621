// Decodes Vorbis, Opus and FLAC in Ogg. Pages whose checksum is wrong are left out before a decoder sees them.
import { type Codec, joinPieces, runCodec } from './codec.ts';
import { decodeFlac } from './decode-flac.ts';
import { asVersionOne, cleanOgg, isCutInPage, type OggStream, skippedSamples } from './ogg-pages.ts';
import { type DecodedSound, unreadable } from './sound.ts';

const OPUS_RATE = 48_000;
/** Before the first FLAC metadata block: the packet's type and name, the version of the mapping, the number of headers. */
const FLAC_MAPPING_BYTES = 9;
const MOST_LOST = 0.5;
/** Granules and decoders round by a packet at most. */
const LEAST_LOST_SECONDS = 0.005;

const OPEN_CODEC = {
  oga: async (): Promise<Codec> => (await import('@audio/decode-vorbis')).decoder(),
  opus: async (): Promise<Codec> => (await import('@audio/decode-opus')).decoder(),
} as const;

export async function decodeOgg(bytes: Uint8Array, type: 'oga' | 'opus' | 'ogg-flac'): Promise<DecodedSound> {
  const stream = cleanOgg(bytes);
  if (!stream) return unreadable('audio.corrupt', 'no whole page of Ogg');
  if (type === 'ogg-flac') return decodeFlac(nativeFlac(stream));
  const pages = type === 'opus' ? asVersionOne(stream) : stream.bytes;
  const { pieces, errors } = runCodec(await OPEN_CODEC[type](), [pages]);
  const decoded = joinPieces(pieces);
  if (!decoded.ok) return isCutInPage(bytes) ? unreadable('audio.truncated', 'a page that is cut off') : decoded;
  const { sampleRate, channels } = decoded.sound;
  const seconds = channels[0].length / sampleRate;
  const truncated = stream.hasEnd ? undefined : 'no last page';
  const missing = stream.isDamaged || errors > 0 ? secondsOf(stream, type, sampleRate) - seconds : 0;
  const isHurt = (stream.isDamaged || errors > 0) && stream.hasEnd;
  if (missing > (missing + seconds) * MOST_LOST)
    return unreadable('audio.corrupt', `${seconds.toFixed(2)} of ${(missing + seconds).toFixed(2)} s are whole`);
  const lostSeconds = isHurt ? Math.max(LEAST_LOST_SECONDS, missing) : 0;
  return {
    ok: true,
    sound: {
      sampleRate,
      channels,
      truncated,
      ...(lostSeconds > 0 && { lost: { seconds: lostSeconds, of: seconds + lostSeconds } }),
    },
  };
}

/** Returns the total length that the last page declares. */
function secondsOf({ granule, packets }: OggStream, type: 'oga' | 'opus', sampleRate: number): number {
  if (type === 'oga') return granule / sampleRate;
  return (granule - skippedSamples(packets[0])) / OPUS_RATE;
}

/** The packets behind one another are a FLAC stream, but for the mapping's own bytes in front. */
function nativeFlac({ packets }: OggStream): Uint8Array {
  const [head = new Uint8Array(), ...rest] = packets;
  return new Uint8Array(Buffer.concat([head.subarray(FLAC_MAPPING_BYTES), ...rest]));
}
