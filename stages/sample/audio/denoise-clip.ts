// Removes steady noise from a clip: each place of its short-time spectrum is made quieter by the share of noise in it (the gain of Wiener). The
// power of the noise is that of the quiet frames of each bin (minimum statistics, after Martin 2001). The power of the sound is what is left
// above the noise (power subtraction, Boll 1979); by the model, it is no more than what the model makes of the places that stand out.
import { normals } from '#core/base/random.ts';
import { fineStftOf } from '#core/kinds/audio/codec/fine-stft.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToMagnitudes } from '#core/kinds/audio/codec/mel-to-magnitudes.ts';
import { newSpectra, stftOf } from '#core/kinds/audio/codec/stft.ts';
import { pictureOf } from './given-sound.ts';

/** Share of the frames that are quieter than the level that stands for noise alone. */
const QUIET_SHARE = 0.1;
/** The mean of noise beside its smoothed minimum. */
const BIAS = 1.5;
/** Half of the width over which powers are averaged before the minimum is taken. */
const [REACH_FRAMES, REACH_BINS] = [2, 3];
/** Amplitude that is left at least, against tones that come and go. */
const FLOOR = 0.1;
const SEED = 1;

type Denoiser = {
  /** Power of the noise, [bins]. */
  readonly noise: Float64Array;
  /** The clip by what the model makes of it: its picture, uint8 [bands, frames]. */
  byModel(picture: Uint8Array): Float64Array;
  bySubtraction(): Float64Array;
};

/** `length`: samples that are not the silence behind the clip. `noise`: its power [bins], where it is known. */
export function denoiserOf(clip: Float64Array, length: number, codec: MelCodec, known?: Float64Array): Denoiser {
  const { samples } = codec;
  const { stft, frames, hop } = fineStftOf(codec);
  const { bins } = stft;
  const spectra = newSpectra(frames, bins);
  stft.forward(clip, spectra);
  const powers = spectra.real.map((re, at) => re * re + (spectra.imaginary[at] as number) ** 2);
  const smooth = smoothed(powers, frames, bins);
  const heard = Math.max(1, Math.min(frames, Math.floor(length / hop)));
  const noise = known ?? quietest(smooth, heard, bins);

  /** Power that a place has beside that of the noise. */
  function aboveNoise(at: number, noisePower: number): number {
    return Math.max(0, (smooth[at] as number) - noisePower);
  }

  function withGains(gainOf: (at: number, noisePower: number) => number): Float64Array {
    const out = newSpectra(frames, bins);
    for (let at = 0; at < powers.length; at++) {
      const gain = Math.max(FLOOR, gainOf(at, noise[at % bins] as number));
      out.real[at] = (spectra.real[at] as number) * gain;
      out.imaginary[at] = (spectra.imaginary[at] as number) * gain;
    }
    const quieter = new Float64Array(samples);
    stft.inverse(out, quieter);
    return quieter.map((value, i) => (i < length ? value : 0));
  }

  return {
    noise,
    byModel(picture) {
      const magnitudes = melToMagnitudes(codec)(picture);
      return withGains((at, noisePower) => {
        const drawn = (magnitudes[at] as number) ** 2;
        const power = Math.min(drawn, aboveNoise(at, noisePower));
        return power / Math.max(power + noisePower, Number.MIN_VALUE);
      });
    },
    bySubtraction: () =>
      withGains((at, noisePower) => {
        const power = aboveNoise(at, noisePower);
        return power / Math.max(power + noisePower, Number.MIN_VALUE);
      }),
  };
}

/** The log-mel picture of the noise alone, as it is on average: uint8 [bands, frames]. */
export function noisePicture(noise: Float64Array, codec: MelCodec): Uint8Array {
  return pictureOf(noiseOf(noise, codec), codec);
}

/** The clip with noise of the same spectrum added. */
export function noisier(clip: Float64Array, noise: Float64Array, length: number, codec: MelCodec): Float64Array {
  const added = noiseOf(noise, codec);
  return clip.map((value, i) => (i < length ? value + (added[i] as number) : 0));
}

/** Noise of that spectrum, the same at every call. */
function noiseOf(noise: Float64Array, codec: MelCodec): Float64Array {
  const { frame, hop, frames, samples } = codec;
  const stft = stftOf({ frame, hop, frames, samples, start: (hop - frame) / 2 });
  const spectra = newSpectra(frames, stft.bins);
  const white = Float64Array.from(normals(SEED, 'noise', samples));
  stft.forward(white, spectra);
  // A window's squares add up to 3/8 of a frame: the power that white noise of deviation 1 has in a bin.
  const power = (3 / 8) * frame;
  for (let at = 0; at < spectra.real.length; at++) {
    const gain = Math.sqrt((noise[at % stft.bins] as number) / power);
    spectra.real[at] = (spectra.real[at] as number) * gain;
    spectra.imaginary[at] = (spectra.imaginary[at] as number) * gain;
  }
  const out = new Float64Array(samples);
  stft.inverse(spectra, out);
  return out;
}

/** Means over neighbouring frames and bins. */
function smoothed(powers: Float64Array, frames: number, bins: number): Float64Array {
  const across = means(powers, { lines: frames, step: bins, length: bins, stride: 1, reach: REACH_BINS });
  return means(across, { lines: bins, step: 1, length: frames, stride: bins, reach: REACH_FRAMES });
}

type Lines = { lines: number; step: number; length: number; stride: number; reach: number };

function means(values: Float64Array, { lines, step, length, stride, reach }: Lines): Float64Array {
  const out = new Float64Array(values.length);
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < length; i++) {
      const [first, last] = [Math.max(0, i - reach), Math.min(length - 1, i + reach)];
      let sum = 0;
      for (let j = first; j <= last; j++) sum += values[line * step + j * stride] as number;
      out[line * step + i * stride] = sum / (last - first + 1);
    }
  return out;
}

function quietest(smooth: Float64Array, frames: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, bin) => {
    const sorted = Float64Array.from({ length: frames }, (_, at) => smooth[at * bins + bin] as number).sort();
    return BIAS * (sorted[Math.floor(QUIET_SHARE * (frames - 1))] as number);
  });
}
