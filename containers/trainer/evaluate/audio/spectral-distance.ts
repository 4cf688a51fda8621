// The log-spectral distance of two sounds, bin by bin.
import { scaleOf } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { fineStftOf } from '#core/kinds/audio/codec/fine-stft.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { newSpectra } from '#core/kinds/audio/codec/stft.ts';

const FULL_SCALE = 32_768;

/** Returns a function that gives the magnitudes [frames x 2, bins] of the spectra of a clip, by the frames of the way back to sound. */
export function spectraOf(codec: MelCodec): (clip: Int16Array) => Float64Array {
  const { stft, frames } = fineStftOf(codec);
  const spectra = newSpectra(frames, stft.bins);
  return (clip) => {
    const scaled = Float64Array.from(clip, (value) => value / FULL_SCALE);
    stft.forward(scaled, spectra);
    return spectra.real.map((re, at) => Math.hypot(re, spectra.imaginary[at] as number));
  };
}

/** Returns the root mean square in decibels; what is quieter than the quietest level of pictures counts as that. */
export function spectralDistance(a: Float64Array, b: Float64Array, codec: MelCodec): number {
  const least = 10 ** (codec.lowestDecibels / 20) / scaleOf(codec);
  let sum = 0;
  for (let at = 0; at < a.length; at++)
    sum += Math.log10(Math.max(a[at] as number, least) / Math.max(b[at] as number, least)) ** 2;
  return 20 * Math.sqrt(sum / a.length);
}
