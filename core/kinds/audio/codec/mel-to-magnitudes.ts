// The magnitudes of full spectra from log-mel pictures: those whose bands are the picture's, by multiplicative updates that stay positive (Lee
// and Seung 2001), corrected by the network of the codec where there is one.
import { scaleOf } from './clips-to-mel.ts';
import { FRAME_SPECTRA, openMagnitudeNetwork } from './magnitude-network.ts';
import type { MelCodec } from './mel-codec.ts';
import { type MelFilter, melFilters } from './mel-filters.ts';

/** Multiplicative steps from bands to bins. */
const STEPS = 8;
/** Those after a correction, so that the bands are the picture's again. */
const STEPS_AFTER = 1;
const TINY = 1e-12;

/** Returns a function that gives the magnitudes [frames x 2, bins] of a picture: between two frames their geometric mean by distance. */
export function melToMagnitudes(codec: MelCodec): (picture: Uint8Array) => Float64Array {
  const { frame, frames, bands, lowestDecibels, highestDecibels } = codec;
  const bins = frame / 2 + 1;
  const bandFit = bandFitOf(melFilters(codec), bins);
  const factorsOf = codec.magnitudes && openMagnitudeNetwork(codec, codec.magnitudes);
  const decibelsAt = Float64Array.from(
    { length: 256 },
    (_, byte) => lowestDecibels + ((highestDecibels - lowestDecibels) * byte) / 255,
  );
  const wanted = new Float64Array(bands);
  return (picture) => {
    const out = new Float64Array(frames * FRAME_SPECTRA * bins);
    let factors: Float64Array | undefined;
    for (let fine = 0; fine < frames * FRAME_SPECTRA; fine++) {
      const place = Math.min(frames - 1, Math.max(0, (fine + 0.5) / FRAME_SPECTRA - 0.5));
      const [left, share] = [Math.floor(place), place - Math.floor(place)];
      const right = Math.min(frames - 1, left + 1);
      let isHeard = false;
      for (let band = 0; band < bands; band++) {
        const row = (bands - 1 - band) * frames;
        const [a, b] = [picture[row + left] as number, picture[row + right] as number];
        const isSilent = a === 0 && b === 0;
        const decibels = (1 - share) * (decibelsAt[a] as number) + share * (decibelsAt[b] as number);
        wanted[band] = isSilent ? 0 : 10 ** (decibels / 20) / scaleOf(codec);
        isHeard ||= !isSilent;
      }
      const spectrum = fine % FRAME_SPECTRA;
      if (spectrum === 0) factors = undefined;
      if (!isHeard) continue;
      const magnitudes = out.subarray(fine * bins, (fine + 1) * bins);
      bandFit.start(wanted, magnitudes);
      bandFit.advance(magnitudes, STEPS);
      if (!factorsOf) continue;
      factors ??= factorsOf(picture, (fine - spectrum) / FRAME_SPECTRA);
      for (let bin = 0; bin < bins; bin++)
        magnitudes[bin] = (magnitudes[bin] as number) * (factors[spectrum * bins + bin] as number);
      bandFit.advance(magnitudes, STEPS_AFTER);
    }
    return out;
  };
}

/** `start` sets the magnitudes to the means of the bands around; `advance` brings their bands nearer to those that it was given. */
function bandFitOf(filters: readonly MelFilter[], bins: number) {
  const ratios = new Float64Array(filters.length);
  const [up, down, sums] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  for (const { first, weights } of filters)
    for (const [i, weight] of weights.entries()) sums[first + i] = (sums[first + i] as number) + weight;

  function spread(bands: Float64Array, into: Float64Array): void {
    into.fill(0);
    for (const [band, { first, weights }] of filters.entries()) {
      const value = bands[band] as number;
      for (let i = 0; i < weights.length; i++)
        into[first + i] = (into[first + i] as number) + (weights[i] as number) * value;
    }
  }

  return {
    start(wanted: Float64Array, magnitudes: Float64Array): void {
      spread(wanted, up);
      for (let bin = 0; bin < bins; bin++)
        magnitudes[bin] = (up[bin] as number) > 0 ? (up[bin] as number) / Math.max(sums[bin] as number, TINY) : 0;
    },
    advance(magnitudes: Float64Array, steps: number): void {
      for (let step = 0; step < steps; step++) {
        for (const [band, { first, weights }] of filters.entries()) {
          let sum = 0;
          for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (magnitudes[first + i] as number);
          ratios[band] = sum;
        }
        spread(ratios, down);
        for (let bin = 0; bin < bins; bin++)
          if ((down[bin] as number) > TINY)
            magnitudes[bin] = ((magnitudes[bin] as number) * (up[bin] as number)) / (down[bin] as number);
      }
    },
  };
}
