// Compares clips by their spectra; perceptual hashes find the candidates.
import { contentName } from '../../base/hash.ts';
import { LIKENESSES } from '../../similarity/likenesses.ts';
import type { PerceptualHash } from '../../similarity/perceptual-hash.ts';
import { THUMBNAIL_BYTES } from '../../similarity/thumbnail.ts';
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import { AUDIO_MEASURES } from './definition.ts';

const MEASURES = Object.keys(AUDIO_MEASURES);

export const AUDIO_COMPARISON: Comparison = {
  columns: [...MEASURES, 'originalSampleRate', 'phash', 'spectrum'],
  measures: MEASURES,
  fingerprintBytes: THUMBNAIL_BYTES,
  better: [
    { why: 'more samples a second', of: ({ originalSampleRate }) => Number(originalSampleRate) },
    FEWER_FLAGS,
    { why: 'longer', of: ({ originalSeconds }) => Number(originalSeconds) },
  ],
  content: ({ itemId }) => contentName(String(itemId)),
  repeatsByChance: false,
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  fingerprint: ({ phash, spectrum }) => ({ hash: hashOf(phash as bigint), fingerprint: spectrum as Uint8Array }),
  likeness: LIKENESSES.audio,
};

function hashOf(hash: bigint): PerceptualHash {
  return { high: Number(hash >> 32n), low: Number(hash & 0xffffffffn) };
}
