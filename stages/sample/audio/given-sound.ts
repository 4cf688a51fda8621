// A clip that a request brings along, brought to the rate, level and length of the clips that a model was trained on.
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { COMPRESSED, findSound, type Uncompressed } from '#core/kinds/audio/decode/find-sound.ts';
import { readUncompressed } from '#core/kinds/audio/decode/pcm/uncompressed.ts';
import type { DecodedSound } from '#core/kinds/audio/decode/sound.ts';
import { frameLevels, mixDown, peakOf } from '#core/kinds/audio/measure.ts';
import { resample } from '#core/kinds/audio/resample.ts';
import { heardFrames } from '#core/kinds/audio/shape.ts';
import { SHAPE_DEFAULTS } from '#core/kinds/audio/shape-defaults.ts';
import { accepted, type Result, refused } from '../problem.ts';

const FRAME_SECONDS = 0.02;
/** Longer sounds are refused before they are resampled. */
const MOST_SECONDS = 60;
const FULL_SCALE = 32_768;

/** Seconds of a given sound that are not known. Without `to`, the sound is continued up to the length of the model's clips. */
export type Gap = { readonly from: number; readonly to?: number | undefined };

export type GivenSound = {
  /** The whole sound in one channel at the rate of the model, full scale -1 to 1. */
  readonly samples: Float32Array;
  /** Where in it the model's clip begins, in samples. */
  readonly start: number;
  /** Samples of it that the model's clip has; silence follows. */
  readonly length: number;
  /** The model's clip is louder by this factor. */
  readonly gain: number;
  /** The model's clip: [samples of the codec], full scale -1 to 1. */
  readonly clip: Float64Array;
  /** Its log-mel picture, uint8 [bands, frames]. */
  readonly picture: Uint8Array;
};

type Reading = {
  /** Position of the item in the request, from 0. */
  readonly place: number;
  /** Seconds that count as unknown: they are silent in the clip, and part of it. */
  readonly gap?: Gap | undefined;
  /** Whether the end of a longer sound is cut off, as it is of training clips; else longer sounds are refused. */
  readonly isCut: boolean;
};

/** `sound`: a file in base64. The silence around the clip is left out, and its level set, as of training clips. */
export function readSound(sound: string, codec: MelCodec, { place, gap, isCut }: Reading): Result<GivenSound> {
  const name = `Clip ${place + 1}`;
  const decoded = read(Buffer.from(sound, 'base64'));
  if (!decoded.ok)
    return refused('item.invalid', `${name} cannot be read (${decoded.given}). Send a WAV, AIFF, CAF or AU file.`);
  const { channels, sampleRate } = decoded.sound;
  const seconds = channels[0].length / sampleRate;
  if (seconds > MOST_SECONDS || channels[0].length === 0)
    return refused('item.invalid', `${name} is ${seconds.toFixed(1)} s long; allowed are up to ${MOST_SECONDS} s.`);
  const resampled = Float32Array.from(resample(mixDown(channels).mono, sampleRate, codec.sampleRate));
  const at = (time: number) => Math.min(resampled.length, Math.max(0, Math.round(time * codec.sampleRate)));
  const isContinued = gap !== undefined && gap.to === undefined;
  const from = gap ? at(gap.from) : 0;
  const known = isContinued ? resampled.subarray(0, from) : resampled;
  const frame = Math.round(codec.sampleRate * FRAME_SECONDS);
  const begin = () => heardFrames(frameLevels(known, frame, 0), SHAPE_DEFAULTS.edgeSilenceDb)[0] * frame;
  const samples = isContinued ? continued(known, begin() + codec.samples) : known;
  const to = isContinued ? samples.length : at(gap?.to ?? 0);
  if (gap && (to - from < 1 || (isContinued && from === 0)))
    return refused(
      'request.invalid',
      isContinued
        ? `After ${gap.from} s of the clip of ${seconds.toFixed(3)} s there is nothing to continue: something must come before, and clips of the model have ${(codec.samples / codec.sampleRate).toFixed(2)} s.`
        : `The gap from ${gap.from} to ${gap.to} s is not in the clip of ${seconds.toFixed(3)} s.`,
    );
  samples.fill(0, from, to);
  const [first, end] = heardFrames(frameLevels(samples, frame, 0), SHAPE_DEFAULTS.edgeSilenceDb);
  const start = gap ? Math.min(first * frame, from) : first * frame;
  const last = Math.max(Math.min(end * frame, samples.length), gap ? to : 0);
  if (last - start > codec.samples && !isCut)
    return refused(
      'item.wrong-size',
      `${name} is ${((last - start) / codec.sampleRate).toFixed(2)} s long without the silence around it; the model draws ${(codec.samples / codec.sampleRate).toFixed(2)} s. Send a part of it.`,
    );
  const loudest = peakOf(samples);
  if (loudest === 0) return refused('item.invalid', `${name} is silent.`);
  const gain = Math.min(SHAPE_DEFAULTS.peak / loudest, 10 ** (SHAPE_DEFAULTS.maxGainDb / 20));
  const length = Math.min(codec.samples, last - start);
  const clip = new Float64Array(codec.samples);
  for (let i = 0; i < length; i++) clip[i] = (samples[start + i] as number) * gain;
  return accepted({ samples, start, length, gain, clip, picture: pictureOf(clip, codec) });
}

/** The known samples, followed by silence up to `length`. */
function continued(known: Float32Array, length: number): Float32Array {
  const samples = new Float32Array(Math.max(known.length, length));
  samples.set(known);
  return samples;
}

/** Sounds without compression; compressed ones would need a process of their own. */
function read(bytes: Uint8Array): DecodedSound | { readonly ok: false; readonly given: string } {
  const { type, name, start } = findSound(bytes);
  if (type === undefined || COMPRESSED.some((one) => one === type)) return { ok: false, given: name };
  return readUncompressed(bytes.subarray(start), type as Uncompressed);
}

/** The log-mel picture of a clip, uint8 [bands, frames]. */
export function pictureOf(clip: Float64Array, codec: MelCodec): Uint8Array {
  return clipsToMel(codec)(toPcm(clip));
}

/** The given sound with the model's clip in place of its own, as 16-bit samples. `isKnown`: samples of the clip that stay as given. */
export function putBack(
  { samples, start, length, gain }: GivenSound,
  clip: Float64Array,
  isKnown?: Uint8Array,
): Int16Array {
  const out = samples.slice();
  // The clip of the model is surrounded by silence.
  if (!isKnown) out.fill(0);
  for (let i = 0; i < length; i++) if (isKnown?.[i] !== 1) out[start + i] = (clip[i] as number) / gain;
  return toPcm(out);
}

function toPcm(samples: ArrayLike<number>): Int16Array {
  return Int16Array.from(samples, (value) =>
    Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(value * FULL_SCALE))),
  );
}
