// Compares documents by MinHash signatures of their character sequences.
import { contentName } from '../../base/hash.ts';
import { LIKENESSES } from '../../similarity/likenesses.ts';
import { MIN_HASH_BYTES } from '../../similarity/min-hash.ts';
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import type { TextDataset } from './definition.ts';
import { TEXT_MEASURES } from './definition.ts';

const MEASURES = Object.keys(TEXT_MEASURES);

const TEXT_COMPARISON: Comparison = {
  columns: [...MEASURES, 'line', 'minhash'],
  measures: MEASURES,
  fingerprintBytes: MIN_HASH_BYTES,
  better: [FEWER_FLAGS, { why: 'longer', of: ({ length }) => Number(length) }],
  content: ({ itemId }) => contentName(String(itemId)),
  repeatsByChance: true,
  measure: (row) => MEASURES.map((name) => numberOf(row[name])),
  fingerprint: ({ minhash }) => ({ fingerprint: minhash as Uint8Array }),
  likeness: LIKENESSES.text,
};

/** For pairs, the source is read as well, because it decides the split. */
export function textComparison({ text }: TextDataset): Comparison {
  if (text.source === undefined) return TEXT_COMPARISON;
  return { ...TEXT_COMPARISON, columns: [...TEXT_COMPARISON.columns, 'pairSource'] };
}
