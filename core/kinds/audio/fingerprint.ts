// The fingerprint of a clip: a thumbnail of its spectrogram and a 64-bit hash of that thumbnail. Encodings and levels of one recording have
// similar hashes.
import FFT from 'fft.js';
import { perceptualHash } from '../../similarity/perceptual-hash.ts';
import { THUMBNAIL_SIDE } from '../../similarity/thumbnail.ts';

/** Samples of a frame; consecutive frames overlap by half. Frames are the columns of the thumbnail. */
const FRAME = 512;
const LOWEST_HZ = 100;
/** Decibels below the loudest cell that still count; the quieter the more they are of the encoding. */
const RANGE_DB = 50;

export type AudioFingerprint = { readonly phash: bigint; readonly spectrum: Uint8Array };

/** `pcm`: mono. spectrum: uint8 [24, 24], low frequencies first, time to the right, each cell decibels over the clip's quiet. */
export function audioFingerprint(pcm: Int16Array, sampleRate: number): AudioFingerprint {
  const energies = cellEnergies(pcm, sampleRate);
  const loudest = energies.reduce((most, energy) => Math.max(most, energy), 0);
  const spectrum = Uint8Array.from(energies, (energy) => {
    const decibels = loudest === 0 || energy === 0 ? -RANGE_DB : 10 * Math.log10(energy / loudest);
    return Math.round((Math.max(0, decibels + RANGE_DB) / RANGE_DB) * 255);
  });
  return { spectrum, phash: perceptualHash(spectrum, THUMBNAIL_SIDE, THUMBNAIL_SIDE) };
}

/** Mean energy in each of 24 x 24 cells: bands as wide as the ear's (mel), stretches of equal length. */
function cellEnergies(pcm: Int16Array, sampleRate: number): Float64Array {
  const fft = new FFT(FRAME);
  const window = Float64Array.from({ length: FRAME }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME));
  const bandOf = bandsOfBins(sampleRate);
  const input = new Array<number>(FRAME).fill(0);
  const output = fft.createComplexArray() as number[];
  const energies = new Float64Array(THUMBNAIL_SIDE * THUMBNAIL_SIDE);
  const frames = Math.max(1, Math.ceil((pcm.length - FRAME / 2) / (FRAME / 2)));
  const counts = new Float64Array(THUMBNAIL_SIDE);
  for (let frame = 0; frame < frames; frame++) {
    const start = (frame * FRAME) / 2;
    for (let i = 0; i < FRAME; i++) input[i] = (pcm[start + i] ?? 0) * (window[i] as number);
    fft.realTransform(output, input);
    const column = Math.floor((frame * THUMBNAIL_SIDE) / frames);
    counts[column] = (counts[column] as number) + 1;
    for (let bin = 1; bin < FRAME / 2; bin++) {
      const band = bandOf[bin] as number;
      if (band < 0) continue;
      const [real, imaginary] = [output[2 * bin] as number, output[2 * bin + 1] as number];
      const at = band * THUMBNAIL_SIDE + column;
      energies[at] = (energies[at] as number) + real * real + imaginary * imaginary;
    }
  }
  return spread(energies, counts);
}

/** Means over frames; a stretch of a short clip without a frame of its own has its neighbour's. */
function spread(energies: Float64Array, counts: Float64Array): Float64Array {
  let last = 0;
  for (let column = 0; column < THUMBNAIL_SIDE; column++) {
    const count = counts[column] as number;
    if (count > 0) last = column;
    for (let band = 0; band < THUMBNAIL_SIDE; band++) {
      const at = band * THUMBNAIL_SIDE + column;
      energies[at] = count > 0 ? (energies[at] as number) / count : (energies[band * THUMBNAIL_SIDE + last] as number);
    }
  }
  return energies;
}

/** The band of each bin of the transform, -1 below the lowest. */
function bandsOfBins(sampleRate: number): Int32Array {
  const mel = (hertz: number) => Math.log1p(hertz / 700);
  const [from, to] = [mel(LOWEST_HZ), mel(sampleRate / 2)];
  return Int32Array.from({ length: FRAME / 2 }, (_, bin) => {
    const place = (mel((bin * sampleRate) / FRAME) - from) / (to - from);
    return place < 0 ? -1 : Math.min(THUMBNAIL_SIDE - 1, Math.floor(place * THUMBNAIL_SIDE));
  });
}
