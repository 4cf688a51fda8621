// The interface of decoders of compressed audio: bytes in, pieces of samples out, with the errors that the decoder reports.
import { type DecodedSound, MOST_SAMPLES, refuseShape, unreadable } from './sound.ts';

/** Little, so that a few bytes which unpack to a great deal are stopped in time. */
const PIECE_BYTES = 16 * 1024;

export type Piece = { readonly channelData: readonly Float32Array[]; readonly sampleRate: number };
type Answer = Piece & { readonly errors?: readonly unknown[] };
export type Codec = { decode(bytes: Uint8Array): Answer; flush?(): Answer; free(): void };
/** `errors`: how many packets or frames the decoder could not read. */
export type Pieces = { readonly pieces: Piece[]; readonly errors: number };

/** Decodes each of `parts` in small pieces, up to the limit on samples. Frees the codec. */
export function runCodec(codec: Codec, parts: Iterable<Uint8Array>): Pieces {
  const pieces: Piece[] = [];
  let samples = 0;
  let errors = 0;
  const take = ({ channelData, sampleRate, errors: more = [] }: Answer) => {
    const length = channelData[0]?.length ?? 0;
    samples += length * channelData.length;
    errors += more.length;
    // The codec may use the arrays again.
    if (length > 0) pieces.push({ sampleRate, channelData: channelData.map((channel) => channel.slice()) });
  };
  try {
    for (const part of parts)
      for (let at = 0; at < part.length && samples <= MOST_SAMPLES; at += PIECE_BYTES)
        take(codec.decode(part.subarray(at, at + PIECE_BYTES)));
    if (samples <= MOST_SAMPLES && codec.flush) take(codec.flush());
  } finally {
    codec.free();
  }
  return { pieces, errors };
}

export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { channelData }) => sum + (channelData[0]?.length ?? 0), 0);
}

/** Joins the pieces to one sound of one rate, or returns why that is not possible. */
export function joinPieces(pieces: readonly Piece[]): DecodedSound {
  const [first] = pieces;
  if (!first) return unreadable('audio.corrupt', 'no samples');
  const rates = [...new Set(pieces.map(({ sampleRate }) => sampleRate))];
  if (rates.length > 1)
    return unreadable('audio.corrupt', `sample rates that change: ${rates.slice(0, 4).join(', ')} Hz`);
  const channels = Math.max(...pieces.map(({ channelData }) => channelData.length));
  const frames = lengthOf(pieces);
  const shape = refuseShape(first.sampleRate, channels, frames);
  if (shape) return shape;
  const joined = Array.from({ length: channels }, (_, i) => join(pieces, i, frames));
  if (joined.some((channel) => channel.some((value) => !Number.isFinite(value))))
    return unreadable('audio.corrupt', 'samples that are no numbers');
  return { ok: true, sound: { sampleRate: first.sampleRate, channels: joined as [Float32Array] } };
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
