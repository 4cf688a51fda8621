// Log-mel pictures back to clips: magnitudes whose bands are those of the picture, phases by the fast Griffin-Lim algorithm
// (Perraudin et al. 2013), a peak limiter. Plain arithmetic in float64: the same picture and seed give the same samples.
import { uniforms } from '../../../base/random.ts';
import { SHAPE_DEFAULTS } from '../shape-defaults.ts';
import { scaleOf } from './clips-to-mel.ts';
import type { MelCodec } from './mel-codec.ts';
import { melFilters } from './mel-filters.ts';
import { newSpectra, stftOf } from './stft.ts';

type InversionSettings = {
  /** Multiplicative steps from bands to bins (Lee and Seung 2001). */
  readonly magnitudeSteps: number;
  readonly phaseSteps: number;
  /** Momentum of the fast Griffin-Lim algorithm. */
  readonly momentum: number;
  /** Frames between two of the picture, so that windows overlap enough to fix phases. */
  readonly density: number;
  /** Peak that every clip is brought to, as a share of full scale; absent: only peaks that are too high are lowered. */
  readonly peak?: number;
};

const INVERSION: InversionSettings = { magnitudeSteps: 8, phaseSteps: 32, momentum: 0.99, density: 2 };

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

export function melToClips(codec: MelCodec, settings: InversionSettings = INVERSION): ToClip {
  const { sampleRate, frame, hop, frames, samples } = codec;
  const { density, phaseSteps, momentum } = settings;
  const fineHop = hop / density;
  const fine = frames * density;
  const stft = stftOf({ frame, hop: fineHop, frames: fine, samples, start: (fineHop - frame) / 2 });
  const { bins } = stft;
  const [estimate, before] = [newSpectra(fine, bins), newSpectra(fine, bins)];
  const clip = new Float64Array(samples);
  const joint = Math.round(JOINT_SECONDS * sampleRate);
  const magnitudesOf = melToMagnitudes(codec, settings);

  return (picture, seed, stream, known) => {
    const magnitudes = magnitudesOf(picture);
    const heard = heardFrames(magnitudes, bins);
    const { real, imaginary } = estimate;
    for (const [at, u] of uniforms(seed, stream, magnitudes.length).entries()) {
      real[at] = (magnitudes[at] as number) * Math.cos(2 * Math.PI * u);
      imaginary[at] = (magnitudes[at] as number) * Math.sin(2 * Math.PI * u);
    }
    for (let step = 0; step < phaseSteps; step++) {
      stft.inverse(estimate, clip, heard);
      if (known) join(clip, known, joint);
      stft.forward(clip, estimate, heard);
      for (const frame of heard) advance(frame, step === 0 ? 0 : momentum);
    }
    stft.inverse(estimate, clip, heard);
    if (!known) return levelled(clip, settings.peak);
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
  return melToClips(codec, { ...INVERSION, ...(peak !== undefined && { peak: PEAK_AFTER_INVERSION * peak }) });
}

/** Magnitudes [frames x density, bins] of a picture: between two frames their geometric mean by distance. */
export function melToMagnitudes(codec: MelCodec, { density, magnitudeSteps }: InversionSettings = INVERSION) {
  const { frame, frames, bands, lowestDecibels, highestDecibels } = codec;
  const bins = frame / 2 + 1;
  const filters = melFilters(codec);
  const decibelsAt = Float64Array.from(
    { length: 256 },
    (_, byte) => lowestDecibels + ((highestDecibels - lowestDecibels) * byte) / 255,
  );
  const wanted = new Float64Array(bands);
  const ratios = new Float64Array(bands);
  const [up, down] = [new Float64Array(bins), new Float64Array(bins)];
  const sums = new Float64Array(bins);
  for (const { first, weights } of filters)
    weights.forEach((weight, i) => {
      sums[first + i] = (sums[first + i] as number) + weight;
    });
  return (picture: Uint8Array): Float64Array => {
    const out = new Float64Array(frames * density * bins);
    for (let fine = 0; fine < frames * density; fine++) {
      const place = Math.min(frames - 1, Math.max(0, (fine + 0.5) / density - 0.5));
      const [left, share] = [Math.floor(place), place - Math.floor(place)];
      const right = Math.min(frames - 1, left + 1);
      for (let band = 0; band < bands; band++) {
        const row = (bands - 1 - band) * frames;
        const [a, b] = [picture[row + left] as number, picture[row + right] as number];
        const isSilent = a === 0 && b === 0;
        const decibels = (1 - share) * (decibelsAt[a] as number) + share * (decibelsAt[b] as number);
        wanted[band] = isSilent ? 0 : 10 ** (decibels / 20) / scaleOf(codec);
      }
      const magnitudes = out.subarray(fine * bins, (fine + 1) * bins);
      up.fill(0);
      for (let band = 0; band < bands; band++) {
        const { first, weights } = filters[band] as (typeof filters)[number];
        for (let i = 0; i < weights.length; i++)
          up[first + i] = (up[first + i] as number) + (weights[i] as number) * (wanted[band] as number);
      }
      for (let bin = 0; bin < bins; bin++)
        magnitudes[bin] = (up[bin] as number) > 0 ? (up[bin] as number) / Math.max(sums[bin] as number, TINY) : 0;
      for (let step = 0; step < magnitudeSteps; step++) {
        for (let band = 0; band < bands; band++) {
          const { first, weights } = filters[band] as (typeof filters)[number];
          let sum = 0;
          for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (magnitudes[first + i] as number);
          ratios[band] = sum;
        }
        down.fill(0);
        for (let band = 0; band < bands; band++) {
          const { first, weights } = filters[band] as (typeof filters)[number];
          for (let i = 0; i < weights.length; i++)
            down[first + i] = (down[first + i] as number) + (weights[i] as number) * (ratios[band] as number);
        }
        for (let bin = 0; bin < bins; bin++)
          if ((down[bin] as number) > TINY)
            magnitudes[bin] = ((magnitudes[bin] as number) * (up[bin] as number)) / (down[bin] as number);
      }
    }
    return out;
  };
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
