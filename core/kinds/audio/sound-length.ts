// Determines the length and sample rate of a sound from its first bytes and the size of its file.
import { walkAdts } from './decode/containers/adts-frames.ts';
import { amrSeconds, walkAmr } from './decode/containers/amr-frames.ts';
import type { ContainerFacts } from './decode/containers/container-facts.ts';
import { matroskaFacts } from './decode/containers/matroska-facts.ts';
import { mp4Facts } from './decode/containers/mp4-facts.ts';
import { flacFacts } from './decode/declared-length.ts';
import { findSound, type SoundType } from './decode/find-sound.ts';
import { flacFrames } from './decode/flac-frames.ts';
import { declaredSamples, id3Bytes, walkMpeg } from './decode/mpeg-frames.ts';
import { cleanOgg, skippedSamples } from './decode/ogg-pages.ts';
import { samplesInBlock } from './decode/pcm/adpcm.ts';
import { pcmLayoutOf } from './decode/pcm/uncompressed.ts';
import { readWavHeader } from './decode/pcm/wav.ts';
import { asWav } from './decode/pcm/wave64.ts';
import { MOST_SAMPLES } from './decode/sound.ts';

const OPUS_RATE = 48_000;
/** A page of Ogg has at most 64 KiB, and headers with pictures have several. */
const ENOUGH_BYTES = 2 ** 18;
const VORBIS_RATE_AT = 12;
const USUAL_RATE = 44_100;
const USUAL_BYTES_PER_SECOND = 12_000;
/** Encoders add one and a half frames of silence at the start and fill up the last frame. */
const ADDED_FRAMES = 1.5;

/** Headers of most types do not tell without decoding; one channel counts as two. */
const CHANNELS = 2;

export type SoundLength = { readonly sampleRate: number; readonly seconds: number };

/**
 * `size`: bytes of the file, undefined if unknown. Returns undefined if the length cannot be determined, and an estimate if only the bit
 * rate is known.
 */
export function soundLength(start: Uint8Array, size: number | undefined): SoundLength | undefined {
  const found = findSound(start);
  const bytes = start.subarray(found.start);
  const left = size === undefined ? undefined : size - found.start;
  const length = found.type && LENGTHS[found.type](bytes, left);
  return length && length.sampleRate > 0 && length.seconds > 0 && Number.isFinite(length.seconds) ? length : undefined;
}

/**
 * Returns how many samples must be decoded, all channels together; 0 if the length is unknown. `start` and `size` as in soundLength. A longer
 * sound is refused before it is decoded.
 */
export function soundCost(start: Uint8Array, size: number | undefined): number {
  const length = soundLength(start, size);
  return length ? Math.min(MOST_SAMPLES, Math.ceil(length.seconds * length.sampleRate) * CHANNELS) : 0;
}

/** Returns whether the tags (for example with a picture), the headers of Ogg or the index of MP4 are not within the given bytes. */
export function isSoundStartTooShort(start: Uint8Array): boolean {
  if (id3Bytes(start, 0) > start.length) return true;
  if (findSound(start).type === 'mp4' && start.length < ENOUGH_BYTES) return mp4Facts(start) === undefined;
  if (findSound(start).type === 'flac' && start.length < ENOUGH_BYTES)
    return flacFacts(start)?.frames === 0 && flacLength(start, undefined) === undefined;
  const isOgg = String.fromCharCode(...start.subarray(0, 4)) === 'OggS';
  return isOgg && start.length < ENOUGH_BYTES && (cleanOgg(start)?.granule ?? 0) <= 0;
}

type Length = (bytes: Uint8Array, size: number | undefined) => SoundLength | undefined;
const LENGTHS: Readonly<Record<SoundType, Length>> = {
  wav: wavLength,
  wave64: (bytes, size) => wavLength(asWav(bytes) ?? bytes, size),
  aiff: (bytes, size) => pcmLength(bytes, 'aiff', size),
  au: (bytes, size) => pcmLength(bytes, 'au', size),
  caf: (bytes, size) => pcmLength(bytes, 'caf', size),
  flac: flacLength,
  mp3: mpegLength,
  oga: (bytes, size) => oggLength(bytes, size, vorbisRate),
  opus: (bytes, size) => oggLength(bytes, size, () => OPUS_RATE),
  'ogg-flac': (bytes, size) => {
    const head = cleanOgg(bytes)?.packets[0]?.subarray(9);
    return head && (flacLength(head, undefined) ?? oggLength(bytes, size, () => flacFacts(head)?.sampleRate ?? 0));
  },
  mp4: (bytes, size) => containerLength(mp4Facts(bytes)) ?? estimate(size),
  matroska: (bytes, size) => containerLength(matroskaFacts(bytes, size)),
  adts: (bytes, size) => {
    const walked = walkAdts(bytes);
    return walked && shareOf(walked.samples, walked.end, walked.sampleRate, size);
  },
  amr: (bytes, size) => {
    const walked = walkAmr(bytes);
    return walked && shareOf(amrSeconds(walked.frames) * walked.sampleRate, walked.end, walked.sampleRate, size);
  },
};

/** Of sounds whose index is not within the given bytes: at the bit rate that phones record with. */
function estimate(size: number | undefined): SoundLength | undefined {
  return size === undefined ? undefined : { sampleRate: USUAL_RATE, seconds: size / USUAL_BYTES_PER_SECOND };
}

function containerLength(facts: ContainerFacts | undefined): SoundLength | undefined {
  const { sampleRate, seconds, skip = 0, padding = 0 } = facts ?? {};
  if (sampleRate === undefined || seconds === undefined) return undefined;
  return { sampleRate, seconds: Math.max(0, seconds - skip - padding) };
}

/** The length of the whole file, where its first `bytes` hold so many samples. */
function shareOf(samples: number, bytes: number, sampleRate: number, size: number | undefined): SoundLength {
  return { sampleRate, seconds: (samples / sampleRate) * Math.max(1, (size ?? bytes) / bytes) };
}

function wavLength(bytes: Uint8Array, size: number | undefined): SoundLength | undefined {
  const header = readWavHeader(bytes, size ?? Number.MAX_SAFE_INTEGER);
  if (typeof header === 'string' || header.dataBytes > 2 ** 32) return undefined;
  const { sampleRate, blockAlign, dataBytes, encoding, channels } = header;
  const kind = encoding === 2 ? 'microsoft' : encoding === 17 ? 'ima' : undefined;
  const samples = kind ? samplesInBlock({ kind, channels }, blockAlign) : 1;
  return blockAlign > 0 ? { sampleRate, seconds: ((dataBytes / blockAlign) * samples) / sampleRate } : undefined;
}

function pcmLength(bytes: Uint8Array, type: 'aiff' | 'au' | 'caf', size: number | undefined): SoundLength | undefined {
  const layout = pcmLayoutOf(bytes, type, size ?? Number.MAX_SAFE_INTEGER);
  if (typeof layout === 'string' || layout.dataBytes > 2 ** 40) return undefined;
  const { sampleRate, dataBytes, bytes: sampleBytes, channels } = layout;
  return { sampleRate, seconds: dataBytes / (sampleBytes * channels) / sampleRate };
}

/** Writers to a pipe leave the number of samples at 0: then the first whole frames tell how many samples so many bytes have. */
function flacLength(bytes: Uint8Array, size: number | undefined): SoundLength | undefined {
  const facts = flacFacts(bytes);
  if (!facts) return undefined;
  const { sampleRate, frames } = facts;
  if (frames > 0) return { sampleRate, seconds: frames / sampleRate };
  const stream = flacFrames(bytes);
  const last = stream?.frames.at(-1);
  return (
    stream &&
    last &&
    shareOf(last.first + last.samples, last.end - stream.start, sampleRate, size && size - stream.start)
  );
}

/**
 * Returns the length that the encoder wrote into the first frame, or the file size divided by the mean size of the given frames.
 */
function mpegLength(bytes: Uint8Array, size: number | undefined): SoundLength | undefined {
  const stream = walkMpeg(bytes);
  const first = stream?.frames[0];
  if (!stream || !first) return undefined;
  const { sampleRate, samples, frames } = stream;
  const declared = declaredSamples(bytes, first.at);
  if (declared !== undefined) return { sampleRate, seconds: declared / sampleRate };
  if (size === undefined) return undefined;
  const mean = frames.reduce((sum, frame) => sum + frame.bytes, 0) / frames.length;
  const all = Math.max(1, (size - first.at) / mean - (stream.layer === 3 ? ADDED_FRAMES : 0));
  return { sampleRate, seconds: (all * samples) / sampleRate };
}

/** Pages tell the place of their last sample: the place at the end by the size of the file, or as it is where all pages are there. */
function oggLength(
  bytes: Uint8Array,
  size: number | undefined,
  rateOf: (head: Uint8Array) => number,
): SoundLength | undefined {
  const stream = cleanOgg(bytes);
  const head = stream?.packets[0];
  if (!stream || !head || stream.granule <= 0) return undefined;
  const sampleRate = rateOf(head);
  const seconds = (stream.granule - skippedSamples(head)) / sampleRate;
  return { sampleRate, seconds: size === undefined || stream.hasEnd ? seconds : (seconds * size) / bytes.length };
}

function vorbisRate(head: Uint8Array): number {
  if (head.length < VORBIS_RATE_AT + 4) return 0;
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(VORBIS_RATE_AT, true);
}
