// Triangular filters that are evenly spaced on the mel scale (Slaney, Auditory Toolbox, 1998: linear below 1 kHz, logarithmic above).
import type { MelCodec } from './mel-codec.ts';

const LINEAR_HERTZ = 1000;
const HERTZ_A_MEL = 200 / 3;
const LOG_STEP = Math.log(6.4) / 27;

/** One triangular filter: the weights of the bins from `first` on. */
export type MelFilter = { readonly first: number; readonly weights: Float64Array };

/** A filter for each band, of peak 1; no band is without a bin. */
export function melFilters({
  sampleRate,
  frame,
  bands,
  lowestHertz,
}: Pick<MelCodec, 'sampleRate' | 'frame' | 'bands' | 'lowestHertz'>): MelFilter[] {
  const [low, high] = [melOf(lowestHertz), melOf(sampleRate / 2)];
  const edge = (place: number) => (hertzOf(low + ((high - low) * place) / (bands + 1)) * frame) / sampleRate;
  const bins = frame / 2;
  return Array.from({ length: bands }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const first = Math.min(bins, Math.floor(left) + 1);
    const last = Math.min(bins, Math.ceil(right) - 1);
    const weights = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
      const bin = first + i;
      return bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre);
    });
    return weights.some((weight) => weight > 0)
      ? { first, weights }
      : { first: Math.min(bins, Math.round(centre)), weights: Float64Array.of(1) };
  });
}

function melOf(hertz: number): number {
  return hertz < LINEAR_HERTZ
    ? hertz / HERTZ_A_MEL
    : LINEAR_HERTZ / HERTZ_A_MEL + Math.log(hertz / LINEAR_HERTZ) / LOG_STEP;
}

function hertzOf(mel: number): number {
  const linear = LINEAR_HERTZ / HERTZ_A_MEL;
  return mel < linear ? mel * HERTZ_A_MEL : LINEAR_HERTZ * Math.exp((mel - linear) * LOG_STEP);
}
