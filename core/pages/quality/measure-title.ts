// What measures are called on a page, with their units. Columns of tables keep the names that people gave them.
import type { QualityFacts } from '../../snapshot/quality/facts.ts';

const TITLES: Readonly<Record<string, string>> = {
  brightness: 'Brightness, 0 to 1',
  contrast: 'Contrast, 0 to 1',
  sharpness: 'Sharpness, 0 to 1',
  entropy: 'Entropy, bits',
  colourfulness: 'Colourfulness, 0 for grey',
  uniformity: 'Share of pixels with the same brightness',
  noise: 'Noise, grey levels (0 to 255)',
  aspect: 'Width / height',
  originalSeconds: 'Length as uploaded, s',
  rms: 'Level (RMS), share of full scale',
  peak: 'Peak, share of full scale',
  clippingShare: 'Share clipped',
  silenceShare: 'Share silent',
  dcOffset: 'DC offset, share of full scale',
  snrDb: 'Signal-to-noise ratio, dB',
  length: 'Length, characters',
  tokens: 'Length, tokens',
  letterShare: 'Share of letters',
  repetition: 'Share repeated',
  boilerplate: 'Share of boilerplate',
};

export function measureTitle(kind: QualityFacts['kind'], measure: string): string {
  if (kind === 'table') return measure;
  return TITLES[measure] ?? `${measure.charAt(0).toUpperCase()}${measure.slice(1)}`;
}
