// Clips as log-mel pictures: one byte a band and frame.
import type { MelCodec } from './mel-codec.ts';
import { melFilters } from './mel-filters.ts';
import { newSpectra, stftOf } from './stft.ts';

const FULL_SCALE = 32_768;
const DECIBELS = 20 / Math.LN10;
const LEAST_MAGNITUDE = 1e-12;

/** Turns clips of 16-bit samples into pictures uint8 [bands, frames], high bands first. */
export function clipsToMel(codec: MelCodec): (clip: Int16Array) => Uint8Array {
  const { frame, hop, frames, samples, bands, lowestDecibels, highestDecibels } = codec;
  const stft = stftOf({ frame, hop, frames, samples, start: (hop - frame) / 2 });
  const spectra = newSpectra(frames, stft.bins);
  const filters = melFilters(codec);
  const magnitudes = new Float64Array(stft.bins);
  return (clip) => {
    stft.forward(
      Float64Array.from(clip, (value) => value / FULL_SCALE),
      spectra,
    );
    const picture = new Uint8Array(bands * frames);
    for (let at = 0; at < frames; at++) {
      for (let bin = 0; bin < stft.bins; bin++) {
        const place = at * stft.bins + bin;
        magnitudes[bin] = Math.hypot(spectra.real[place] as number, spectra.imaginary[place] as number);
      }
      for (const [band, { first, weights }] of filters.entries()) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (magnitudes[first + i] as number);
        const decibels = DECIBELS * Math.log(Math.max(sum * scaleOf(codec), LEAST_MAGNITUDE));
        const share = (decibels - lowestDecibels) / (highestDecibels - lowestDecibels);
        picture[(bands - 1 - band) * frames + at] = Math.round(255 * Math.min(1, Math.max(0, share)));
      }
    }
    return picture;
  };
}

/** Makes the magnitude of a sine of full scale 1: a Hann window adds up to half a frame, and each side of the spectrum has half of that. */
export function scaleOf({ frame }: Pick<MelCodec, 'frame'>): number {
  return 4 / frame;
}
