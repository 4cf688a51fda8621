// Decodes the sound of MP4 and Matroska files.
import type { Libav, Packet } from '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js';
import { decodeMpeg } from '../decode-mpeg.ts';
import { type DecodedSound, unreadable } from '../sound.ts';
import type { ContainerFacts } from './container-facts.ts';
import { decodeAmr } from './decode-amr.ts';
import { decodePackets, soundOf } from './decode-packets.ts';
import { withLibav } from './libav.ts';
import { matroskaFacts } from './matroska-facts.ts';
import { mp4Facts } from './mp4-facts.ts';
import { pcmFile } from './pcm-file.ts';

export type Container = 'mp4' | 'matroska';

const NAMES = { mp4: 'MP4', matroska: 'Matroska or WebM' } as const;
/** Codecs that other decoders of goldpan read, from packets one after the other. */
const DECODED_ELSEWHERE: Readonly<Record<string, (packets: Uint8Array) => Promise<DecodedSound>>> = {
  mp3: decodeMpeg,
  mp2: decodeMpeg,
  amr_nb: (packets) => decodeAmr(joinBytes([Buffer.from('#!AMR\n'), packets])),
  amr_wb: (packets) => decodeAmr(joinBytes([Buffer.from('#!AMR-WB\n'), packets])),
};
const READ_CODECS = 'AAC, Apple Lossless, Opus, Vorbis, FLAC, MP3, AMR or PCM';
/** Names of codecs that are refused; others are named as FFmpeg does. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  ac3: 'Dolby Digital (AC-3)',
  eac3: 'Dolby Digital Plus (E-AC-3)',
  dts: 'DTS',
  wmav2: 'Windows Media Audio',
  none: 'an unknown or protected codec',
};
const PROTECTED = ['drms', 'enca'];
const SOUND = 1;
const FILE = 'sound';
const MORE = -6;
/** Read at once, so that what unpacks to a great deal is stopped in time. */
const STEP_BYTES = 64 * 1024;

export async function decodeContainer(bytes: Uint8Array, container: Container): Promise<DecodedSound> {
  const facts = factsOf(bytes, container);
  if (container === 'mp4' && !facts) return unreadable('audio.truncated', 'no index (moov), which stands at the end');
  if (PROTECTED.includes(facts?.codec ?? '')) return unsupported('a protected sound (DRM)', container);
  const decoded = await withLibav((libav) => decodeBy(libav, bytes, container, facts));
  return decoded ?? unreadable('audio.corrupt', `no valid ${NAMES[container]}`);
}

function factsOf(bytes: Uint8Array, container: Container): ContainerFacts | undefined {
  return container === 'mp4' ? mp4Facts(bytes) : matroskaFacts(bytes);
}

async function decodeBy(
  libav: Libav,
  bytes: Uint8Array,
  container: Container,
  facts: ContainerFacts | undefined,
): Promise<DecodedSound> {
  libav.writeFile(FILE, bytes);
  const [context, streams] = await libav.ff_init_demuxer_file(FILE);
  const stream = streams.find(({ codec_type }) => codec_type === SOUND);
  if (!stream) return unreadable('audio.corrupt', `${NAMES[container]} without a sound track`);
  const codec = libav.avcodec_get_name(stream.codec_id);
  const pcm = pcmFile(codec, libav, stream.codecpar);
  const elsewhere = pcm ?? DECODED_ELSEWHERE[codec];
  if (!elsewhere && !libav.avcodec_find_decoder(stream.codec_id))
    return unsupported(CODEC_NAMES[codec] ?? codec, container);
  const packets = packetsOf(libav, context, stream.index);
  const { seconds, skip = 0, padding = 0 } = facts ?? {};
  // FFmpeg leaves out what edits of MP4 leave out, and Opus what its own header says.
  const sound = elsewhere
    ? trimmed(await elsewhere(joinBytes(await all(packets))), skip, padding)
    : trimmed(
        soundOf(await decodePackets(libav, stream.codec_id, stream.codecpar, packets), seconds),
        container === 'matroska' && codec !== 'opus' ? skip : 0,
        0,
      );
  libav.avformat_close_input_js(context);
  libav.unlink(FILE);
  return sound;
}

/** Without what the encoder put before and behind the sound, in seconds; as it is if nothing else is in it. */
function trimmed(decoded: DecodedSound, skip: number, padding: number): DecodedSound {
  if (!decoded.ok || (skip <= 0 && padding <= 0)) return decoded;
  const { sound } = decoded;
  const first = Math.round(skip * sound.sampleRate);
  const end = sound.channels[0].length - Math.round(padding * sound.sampleRate);
  if (end <= first) return decoded;
  const [left, ...others] = sound.channels;
  const cut = (channel: Float32Array) => channel.slice(first, end);
  return { ok: true, sound: { ...sound, channels: [cut(left), ...others.map(cut)] } };
}

/** The packets of one stream, a few at a time. */
async function* packetsOf(libav: Libav, context: number, index: number): AsyncGenerator<readonly Packet[]> {
  const packet = libav.av_packet_alloc();
  for (let status = MORE; status === MORE; ) {
    const [next, packets] = await libav.ff_read_multi(context, packet, null, { limit: STEP_BYTES });
    status = next;
    yield packets[index] ?? [];
  }
  libav.av_packet_free_js(packet);
}

function unsupported(codec: string, container: Container): DecodedSound {
  return unreadable('audio.type-not-allowed', `${codec} in ${NAMES[container]}`, READ_CODECS);
}

async function all(packets: AsyncIterable<readonly Packet[]>): Promise<Uint8Array[]> {
  const joined: Uint8Array[] = [];
  for await (const some of packets) joined.push(...some.map(({ data }) => data));
  return joined;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
