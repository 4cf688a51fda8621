// Log-mel pictures back to clips: magnitudes whose bands are those of the picture, phases by the fast Griffin-Lim algorithm
// (Perraudin et al. 2013), a peak limiter. Plain arithmetic in float64: the same picture and seed give the same samples.
import { uniforms } from '../../../base/random.ts';
import { SHAPE_DEFAULTS } from '../shape-defaults.ts';
import { fineStftOf } from './fine-stft.ts';
import type { MelCodec } from './mel-codec.ts';
import { melToMagnitudes } from './mel-to-magnitudes.ts';
import { newSpectra } from './stft.ts';

const PHASE_STEPS = 32;
/** Of the fast Griffin-Lim algorithm. */
const MOMENTUM = 0.99;
const PEAK = 0.95;
/** Invented phases spread an onset: real clips come back with this share of their peak on average. */
const PEAK_AFTER_INVERSION = 0.85;
const MOST_GAIN = 10 ** (SHAPE_DEFAULTS.maxGainDb / 20);
/** Over which a step between known and drawn samples is spread. */
const JOINT_SECONDS = 0.004;
const FULL_SCALE = 32_768;
const TINY = 1e-12;

/** A clip of which some samples are known: they stay as they are, and the phases of the others fit them. */
export type KnownSamples = {
  /** [samples], full scale -1 to 1. */
  readonly clip: Float64Array;
  /** [samples]: 1 = known. */
  readonly isKnown: Uint8Array;
};

/** `picture`: uint8 [bands, frames], high bands first. `stream` names the first phases. */
export type ToClip = (picture: Uint8Array, seed: number, stream: string, known?: KnownSamples) => Int16Array;

export function melToClips(codec: MelCodec): ToClip {
  return toClips(codec);
}

/** `peak`: what every clip is brought to, as a share of full scale; absent: only peaks that are too high are lowered. */
function toClips(codec: MelCodec, peak?: number): ToClip {
  const { sampleRate, samples } = codec;
  const { stft, frames: fine } = fineStftOf(codec);
  const { bins } = stft;
  const [estimate, before] = [newSpectra(fine, bins), newSpectra(fine, bins)];
  const clip = new Float64Array(samples);
  const joint = Math.round(JOINT_SECONDS * sampleRate);
  const magnitudesOf = melToMagnitudes(codec);

  return (picture, seed, stream, known) => {
    const magnitudes = magnitudesOf(picture);
    const heard = heardFrames(magnitudes, bins);
    const { real, imaginary } = estimate;
    for (const [at, u] of uniforms(seed, stream, magnitudes.length).entries()) {
      real[at] = (magnitudes[at] as number) * Math.cos(2 * Math.PI * u);
      imaginary[at] = (magnitudes[at] as number) * Math.sin(2 * Math.PI * u);
    }
    for (let step = 0; step < PHASE_STEPS; step++) {
      stft.inverse(estimate, clip, heard);
      if (known) join(clip, known, joint);
      stft.forward(clip, estimate, heard);
      for (const frame of heard) advance(frame, step === 0 ? 0 : MOMENTUM);
    }
    stft.inverse(estimate, clip, heard);
    if (!known) return levelled(clip, peak);
    join(clip, known, joint);
    return toPcm(clip, 1);

    /** Takes the phases of a frame a little beyond where the last step moved them, and its magnitudes from the picture. */
    function advance(frame: number, pull: number): void {
      for (let at = frame * bins; at < (frame + 1) * bins; at++) {
        const [re, im] = [real[at] as number, imaginary[at] as number];
        const x = re + pull * (re - (before.real[at] as number));
        const y = im + pull * (im - (before.imaginary[at] as number));
        before.real[at] = re;
        before.imaginary[at] = im;
        const scale = (magnitudes[at] as number) / Math.max(Math.sqrt(x * x + y * y), TINY);
        real[at] = x * scale;
        imaginary[at] = y * scale;
      }
    }
  };
}

/**
 * As melToClips, for pictures that a model drew: their level is brought to that of training clips, whose peaks are alike. Drawn codes vary in
 * loudness far more than training clips, from a ninth of full scale to ten times full scale.
 */
export function drawnToClips(codec: MelCodec): ToClip {
  const { peak } = codec;
  return toClips(codec, peak === undefined ? undefined : PEAK_AFTER_INVERSION * peak);
}

/** Returns the frames that are not silent; silent frames cost no computation. */
function heardFrames(magnitudes: Float64Array, bins: number): number[] {
  const frames = Array.from({ length: magnitudes.length / bins }, (_, at) => at);
  return frames.filter((at) => magnitudes.subarray(at * bins, (at + 1) * bins).some((value) => value > 0));
}

/** Returns 16-bit samples with the wanted peak; without one, the whole clip is attenuated if its peak is too high. */
function levelled(clip: Float64Array, wanted: number | undefined): Int16Array {
  const peak = clip.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const limit = peak > PEAK ? PEAK / peak : 1;
  return toPcm(clip, wanted === undefined || peak === 0 ? limit : Math.min(MOST_GAIN, wanted / peak));
}

function toPcm(clip: Float64Array, gain: number): Int16Array {
  return Int16Array.from(clip, (value) => Math.round(Math.min(1, Math.max(-1, value * gain)) * (FULL_SCALE - 1)));
}

/** Puts the known samples in. The step to an unknown one beside them is spread over the unknown ones within `joint`. */
function join(clip: Float64Array, { clip: given, isKnown }: KnownSamples, joint: number): void {
  const steps = Float64Array.from(clip, (value, at) => (isKnown[at] === 1 ? (given[at] as number) - value : 0));
  for (const direction of [1, -1]) {
    const first = direction === 1 ? 0 : clip.length - 1;
    let [step, away] = [0, joint];
    for (let at = first; at >= 0 && at < clip.length; at += direction) {
      if (isKnown[at] === 1) [step, away] = [steps[at] as number, 0];
      else if (++away < joint) clip[at] = (clip[at] as number) + step * (1 - away / joint);
    }
  }
  for (let at = 0; at < clip.length; at++) if (isKnown[at] === 1) clip[at] = given[at] as number;
}
