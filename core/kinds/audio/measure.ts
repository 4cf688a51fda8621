// Measures of a sound before anything is done to it.
import type { Sound } from './decode/sound.ts';

/** 20 ms: shorter than a syllable, longer than the period of a low voice. */
const FRAME_SECONDS = 0.02;
/** Shorter sounds need have no pause in which their noise could be heard. */
const LEAST_FRAMES = 10;
const QUIETEST_DB = -90;
const UNKNOWN_SNR_DB = -QUIETEST_DB;
/** Peaks with this many equal samples do not come from a microphone. */
const FLAT_SAMPLES = 3;
/** Below a quarter of full scale, flat peaks come from few bits rather than from too much gain. */
const LEAST_CLIPPED_PEAK = 0.25;
const ONE_STEP = 1.5 / 2 ** 15;

/**
 * peak, rms, dcOffset: shares of full scale. Other shares: 0 to 1. snrDb: level of loud frames above that of quiet ones.
 */
export type AudioMeasures = {
  readonly rms: number;
  readonly peak: number;
  readonly clippingShare: number;
  readonly silenceShare: number;
  readonly dcOffset: number;
  readonly snrDb: number;
};

/** `mono`: the channels mixed. Clipping is looked for in each channel, since a mix hides it. */
export function measureAudio({ channels, sampleRate }: Sound, mono: Float32Array, silenceDb: number): AudioMeasures {
  const dcOffset = offsetOf(mono);
  const frames = frameLevels(mono, Math.max(1, Math.round(sampleRate * FRAME_SECONDS)), dcOffset);
  const sorted = Float64Array.from(frames).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? QUIETEST_DB;
  return {
    rms: rmsOf(mono),
    peak: Math.max(...channels.map(peakOf)),
    clippingShare: Math.max(...channels.map(clippedShare)),
    silenceShare: frames.filter((level) => level < silenceDb).length / frames.length,
    dcOffset,
    snrDb: frames.length < LEAST_FRAMES ? UNKNOWN_SNR_DB : at(0.95) - at(0.1),
  };
}

/** Below this correlation, mixing the two channels would leave only the little that they do not share. */
const ANTIPHASE = -0.95;

export type Mixed = { readonly mono: Float32Array; readonly isAntiphase: boolean };

/** The channels' mean; of two that cancel each other out, the first. */
export function mixDown(channels: Sound['channels']): Mixed {
  const [first, second] = channels;
  const isAntiphase = channels.length === 2 && second !== undefined && correlation(first, second) < ANTIPHASE;
  return { mono: isAntiphase ? first : meanOf(channels), isAntiphase };
}

function correlation(a: Float32Array, b: Float32Array): number {
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i] as number, b[i] as number];
    products += left * right;
    squaresA += left * left;
    squaresB += right * right;
  }
  const power = Math.sqrt(squaresA * squaresB);
  return power > 0 ? products / power : 0;
}

function meanOf([first, ...others]: Sound['channels']): Float32Array {
  if (others.length === 0) return first;
  const mixed = Float32Array.from(first);
  for (const channel of others)
    for (let i = 0; i < mixed.length; i++) mixed[i] = (mixed[i] as number) + (channel[i] as number);
  for (let i = 0; i < mixed.length; i++) mixed[i] = (mixed[i] as number) / (others.length + 1);
  return mixed;
}

export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number));
  return peak;
}

/**
 * Returns the level of each frame of `frame` samples, in decibels relative to full scale, after subtracting the offset.
 */
export function frameLevels(samples: Float32Array, frame: number, offset: number): number[] {
  const levels: number[] = [];
  for (let start = 0; start < samples.length; start += frame) {
    const end = Math.min(samples.length, start + frame);
    let energy = 0;
    for (let i = start; i < end; i++) energy += ((samples[i] as number) - offset) ** 2;
    levels.push(Math.max(QUIETEST_DB, 10 * Math.log10(energy / (end - start) || 1e-30)));
  }
  return levels;
}

/**
 * Returns the DC offset: the mean under a Hann window, because the plain mean of a short clip depends on incomplete periods.
 */
export function offsetOf(samples: Float32Array): number {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < samples.length; i++) {
    const weight = Math.sin((Math.PI * (i + 0.5)) / samples.length) ** 2;
    sum += weight * (samples[i] as number);
    weights += weight;
  }
  return sum / weights;
}

function rmsOf(samples: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < samples.length; i++) squares += (samples[i] as number) ** 2;
  return Math.sqrt(squares / samples.length);
}

/** Share of samples in runs that stay at the highest or at the lowest value of the channel. */
function clippedShare(samples: Float32Array): number {
  let highest = 0;
  let lowest = 0;
  for (let i = 0; i < samples.length; i++) {
    highest = Math.max(highest, samples[i] as number);
    lowest = Math.min(lowest, samples[i] as number);
  }
  const top = highest >= LEAST_CLIPPED_PEAK ? highest - ONE_STEP : Number.POSITIVE_INFINITY;
  const bottom = lowest <= -LEAST_CLIPPED_PEAK ? lowest + ONE_STEP : Number.NEGATIVE_INFINITY;
  let clipped = 0;
  let run = 0;
  let side = 0;
  for (let i = 0; i <= samples.length; i++) {
    const value = samples[i] ?? 0;
    const now = value >= top ? 1 : value <= bottom ? -1 : 0;
    if (now === side) run++;
    else {
      if (side !== 0 && run >= FLAT_SAMPLES) clipped += run;
      side = now;
      run = 1;
    }
  }
  return clipped / samples.length;
}
