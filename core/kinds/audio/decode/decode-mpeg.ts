// Decodes MPEG audio of layers I to III. The decoder accepts any bytes after a sync word as a frame, so frames are validated first.
import { type Codec, joinPieces, type Piece, runCodec } from './codec.ts';
import { mp3Truncation } from './declared-length.ts';
import { withBitRate } from './free-format.ts';
import { type MpegStream, walkMpeg } from './mpeg-frames.ts';
import { type DecodedSound, MOST_SAMPLES, unreadable } from './sound.ts';

/**
 * Number of frames after a damaged one that may be incomplete, because frames of layer III use bits of earlier frames.
 */
const SPOILT_FRAMES = 2;
/** Largest share of damaged frames; above it, the file is refused as corrupt. */
const MOST_LOST = 0.5;
const FREE_FORMAT = 'MPEG audio in the free format above 320 kbit/s, or of layer I or II';

export async function decodeMpeg(bytes: Uint8Array, truncated = mp3Truncation(bytes)): Promise<DecodedSound> {
  const stream = walkMpeg(bytes);
  if (!stream) return unreadable('audio.corrupt', 'no frames of MPEG audio');
  if (stream.isFree) {
    const rewritten = withBitRate(bytes, stream);
    return rewritten
      ? decodeMpeg(rewritten, truncated)
      : unreadable(
          'audio.type-not-allowed',
          FREE_FORMAT,
          'a bit rate of the standard (mpg123 -w FILE.wav FILE.mp3 makes a WAV)',
        );
  }
  const { frames } = stream;
  const lost = frames.reduce((sum, { gap, isDamaged }) => sum + gap + (isDamaged ? 1 : 0), 0);
  const all = frames.reduce((sum, { gap, bytes: own }) => sum + gap + (own > 0 ? 1 : 0), 0);
  if (lost > all * MOST_LOST) return unreadable('audio.corrupt', `${all - lost} of ${all} frames are whole`);
  const codec: Codec = await (await import('@audio/decode-mp3')).decoder();
  const sound =
    lost === 0 ? decodeWhole(bytes.subarray(frames[0]?.at ?? 0), codec) : decodeFrames(bytes, stream, codec);
  if (!sound.ok) return sound;
  const lostSeconds = ((lost + sound.errors) * stream.samples) / stream.sampleRate;
  const channels = withoutTwin([...sound.sound.channels]) as [Float32Array];
  return {
    ok: true,
    sound: {
      ...sound.sound,
      channels,
      truncated,
      ...(lostSeconds > 0 && { lost: { seconds: lostSeconds, of: (all * stream.samples) / stream.sampleRate } }),
    },
  };
}

function decodeWhole(bytes: Uint8Array, codec: Codec) {
  const { pieces, errors } = runCodec(codec, [bytes]);
  return { ...joinPieces(pieces), errors };
}

/** Decodes frame by frame, with silence for frames that are missing, damaged, or incomplete because of a neighbour. */
function decodeFrames(bytes: Uint8Array, { frames, samples, sampleRate, channels }: MpegStream, codec: Codec) {
  const pieces: Piece[] = [];
  const silence = (length: number) =>
    pieces.push({ sampleRate, channelData: Array.from({ length: channels }, () => new Float32Array(length)) });
  let spoilt = 0;
  let total = 0;
  try {
    for (const { at, bytes: length, isDamaged, gap } of frames) {
      if (gap > 0) silence(gap * samples);
      if (isDamaged || gap > 0) spoilt = SPOILT_FRAMES + 1;
      if (length === 0) continue;
      const { channelData } = codec.decode(bytes.subarray(at, at + length));
      const decoded = channelData[0]?.length ?? 0;
      total += decoded + gap * samples;
      if (total * channels > MOST_SAMPLES) break;
      if (spoilt > 0) silence(decoded);
      else if (decoded > 0) pieces.push({ sampleRate, channelData: channelData.map((channel) => channel.slice()) });
      spoilt = Math.max(0, spoilt - 1);
    }
  } finally {
    codec.free();
  }
  return { ...joinPieces(pieces), errors: 0 };
}

/** The codec gives one channel as two. */
function withoutTwin(channels: Float32Array[]): Float32Array[] {
  const [left, right] = channels;
  const twins = channels.length === 2 && left?.every((value, i) => value === right?.[i]);
  return twins ? channels.slice(0, 1) : channels;
}
