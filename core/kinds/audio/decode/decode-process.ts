// Decodes compressed sound in a process of its own: what breaks here breaks one clip. Asked and answered over the channel
// to its parent, one sound at a time.
import { flacFacts, truncationOf } from './declared-length.ts';
import type { Compressed } from './decode.ts';
import { type DecodedSound, MOST_SAMPLES, refuseShape, unreadable } from './sound.ts';

/** Little, so that a few bytes which unpack to a great deal are stopped in time. */
const PIECE_BYTES = 16 * 1024;

type Piece = { readonly channelData: readonly Float32Array[]; readonly sampleRate: number };
type Codec = { decode(bytes: Uint8Array): Piece; flush?(): Piece; free(): void };

/** Each loads its own machine code, when first asked for. */
const OPEN_CODEC: Readonly<Record<Compressed, () => Promise<Codec>>> = {
  flac: async () => (await import('@audio/decode-flac')).decoder(),
  mp3: async () => (await import('@audio/decode-mp3')).decoder(),
  oga: async () => (await import('@audio/decode-vorbis')).decoder(),
  opus: async () => (await import('@audio/decode-opus')).decoder(),
};

export type DecodeRequest = { readonly id: number; readonly type: Compressed; readonly bytes: Uint8Array };
/** `started` tells which sound it was when the process is gone. */
export type DecodeReply =
  | { readonly id: number; readonly started: true }
  | { readonly id: number; readonly started: false; readonly decoded: DecodedSound };

process.on('message', (request: DecodeRequest) => void answer(request));
process.on('disconnect', () => process.exit(0));

async function answer({ id, type, bytes }: DecodeRequest): Promise<void> {
  send({ id, started: true });
  const decoded = await decodeWhole(bytes, type).catch(() => unreadable('audio.corrupt', `no valid ${type}`));
  send({ id, started: false, decoded });
}

async function decodeWhole(bytes: Uint8Array, type: Compressed): Promise<DecodedSound> {
  const facts = type === 'flac' ? flacFacts(bytes) : undefined;
  const refused = facts && refuseShape(facts.sampleRate, facts.channels, facts.frames);
  if (refused) return refused;
  const codec = await OPEN_CODEC[type]();
  const pieces: Piece[] = [];
  let samples = 0;
  const take = ({ channelData, sampleRate }: Piece) => {
    const length = channelData[0]?.length ?? 0;
    samples += length * channelData.length;
    // The codec may use the arrays again.
    if (length > 0) pieces.push({ sampleRate, channelData: channelData.map((channel) => channel.slice()) });
  };
  try {
    for (let at = 0; at < bytes.length && samples <= MOST_SAMPLES; at += PIECE_BYTES)
      take(codec.decode(bytes.subarray(at, at + PIECE_BYTES)));
    if (samples <= MOST_SAMPLES && codec.flush) take(codec.flush());
  } finally {
    codec.free();
  }
  const [first] = pieces;
  if (!first) return unreadable('audio.corrupt', 'no samples');
  const channels = Math.max(...pieces.map(({ channelData }) => channelData.length));
  const frames = pieces.reduce((sum, { channelData }) => sum + (channelData[0]?.length ?? 0), 0);
  const shape = refuseShape(first.sampleRate, channels, frames);
  if (shape) return shape;
  const joined = withoutTwin(
    Array.from({ length: channels }, (_, i) => join(pieces, i, frames)),
    type,
  );
  if (joined.some((channel) => channel.some((value) => !Number.isFinite(value))))
    return unreadable('audio.corrupt', 'samples that are no numbers');
  const truncated = truncationOf(bytes, type, frames);
  return { ok: true, sound: { sampleRate: first.sampleRate, channels: joined as [Float32Array], truncated } };
}

/** The MP3 codec gives one channel as two. */
function withoutTwin(channels: Float32Array[], type: Compressed): Float32Array[] {
  const [left, right] = channels;
  const twins = type === 'mp3' && channels.length === 2 && left?.every((value, i) => value === right?.[i]);
  return twins ? channels.slice(0, 1) : channels;
}

function join(pieces: readonly Piece[], channel: number, frames: number): Float32Array {
  const joined = new Float32Array(frames);
  let at = 0;
  for (const { channelData } of pieces) {
    const samples = (channelData[channel] ?? channelData[0]) as Float32Array;
    joined.set(samples, at);
    at += samples.length;
  }
  return joined;
}

function send(reply: DecodeReply): void {
  process.send?.(reply);
}
