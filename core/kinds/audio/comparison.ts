// How clips are compared: by their spectra, which perceptual hashes find.
import type { Name } from '../../similarity/perceptual-hash.ts';
import { LOOK_BYTES } from '../../similarity/thumbnail.ts';
import { spectrumLikeness } from '../../similarity/thumbnail-similarity.ts';
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import { AUDIO_MEASURES } from './definition.ts';

const MEASURES = Object.keys(AUDIO_MEASURES);

export const AUDIO_COMPARISON: Comparison = {
  columns: [...MEASURES, 'originalSampleRate', 'phash', 'spectrum'],
  measures: MEASURES,
  printBytes: LOOK_BYTES,
  better: [
    { why: 'more samples a second', of: ({ originalSampleRate }) => Number(originalSampleRate) },
    FEWER_FLAGS,
    { why: 'longer', of: ({ originalSeconds }) => Number(originalSeconds) },
  ],
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  print: ({ phash, spectrum }) => ({ name: nameOf(phash as bigint), print: spectrum as Uint8Array }),
  likeness: spectrumLikeness,
};

function nameOf(hash: bigint): Name {
  return { high: Number(hash >> 32n), low: Number(hash & 0xffffffffn) };
}
