// Decodes FLAC. Intact frames are decoded at their positions; damaged ranges between them are silent.
import { joinPieces, lengthOf, runCodec } from './codec.ts';
import { flacFacts } from './declared-length.ts';
import { type FlacStream, flacFrames } from './flac-frames.ts';
import { type DecodedSound, refuseShape, unreadable } from './sound.ts';

const MOST_LOST = 0.5;

export async function decodeFlac(bytes: Uint8Array): Promise<DecodedSound> {
  const facts = flacFacts(bytes);
  const refused = facts && refuseShape(facts.sampleRate, facts.channels, facts.frames);
  if (refused) return refused;
  const stream = flacFrames(bytes);
  if (!stream || stream.frames.length === 0) return unreadable('audio.corrupt', 'no whole frame of FLAC');
  const codec = await (await import('@audio/decode-flac')).decoder();
  const { pieces } = runCodec(codec, partsOf(bytes, stream));
  const decoded = joinPieces(pieces);
  if (!decoded.ok) return decoded;
  return placed(decoded.sound, stream, lengthOf(pieces), facts?.frames ?? 0);
}

function partsOf(bytes: Uint8Array, { start, frames }: FlacStream): Uint8Array[] {
  return [bytes.subarray(0, start), ...frames.map(({ at, end }) => bytes.subarray(at, end))];
}

/** `declared`: samples by the header; 0 where it does not tell. */
function placed(
  { sampleRate, channels }: Extract<DecodedSound, { ok: true }>['sound'],
  { frames, left, isWhole }: FlacStream,
  decoded: number,
  declared: number,
): DecodedSound {
  const last = frames.at(-1);
  const end = last ? last.first + last.samples : 0;
  const whole = frames.reduce((sum, { samples }) => sum + samples, 0);
  const lost = end - whole;
  const length = Math.max(end, declared);
  if (declared > 0 && end < declared && lost === 0)
    return { ok: true, sound: { sampleRate, channels, truncated: `${end} of ${declared} samples` } };
  if (decoded !== whole || !(lost >= 0) || refuseShape(sampleRate, channels.length, length))
    return unreadable('audio.corrupt', `${decoded} of ${whole} samples are decoded`);
  if (lost + length - end > length * MOST_LOST)
    return unreadable('audio.corrupt', `${whole} of ${length} samples are whole`);
  const truncated = declared === 0 && !isWhole && left > 0 ? `breaks off after ${end} samples` : undefined;
  if (lost === 0) return { ok: true, sound: { sampleRate, channels, truncated } };
  const spread = channels.map((channel) => {
    const into = new Float32Array(length);
    let at = 0;
    for (const { first, samples } of frames) {
      into.set(channel.subarray(at, at + samples), first);
      at += samples;
    }
    return into;
  });
  const damage = { seconds: (length - whole) / sampleRate, of: length / sampleRate };
  return { ok: true, sound: { sampleRate, channels: spread as [Float32Array], truncated, lost: damage } };
}
