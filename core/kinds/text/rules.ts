// The rules for text: what is checked, the possible actions and the thresholds.
import type { Rule } from '../define/rule.ts';

export const TEXT_RULES = {
  /** The document with the fewest flags is kept; among equals, the longest. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      minLikeness: {
        default: 0.8,
        least: 0.5,
        most: 1,
        unit: 'share of common 5-character shingles (Jaccard similarity)',
      },
    },
  },
  /** fix: bytes that are not UTF-8 are decoded in the detected encoding if its confidence suffices. */
  'text.encoding': {
    actions: ['fix', 'reject'],
    settings: { minConfidence: { default: 50, least: 0, most: 100, unit: 'detector confidence, 0 to 100' } },
  },
  /** off: empty documents are dropped and not reported. */
  'text.empty': { actions: ['reject', 'off'] },
  'text.too-short': {
    actions: ['reject', 'flag', 'off'],
    settings: { min: { default: 1, least: 1, most: 1_000_000, unit: 'characters', measure: 'length' } },
  },
  /** fix: the text is truncated to text.maxLength. */
  'text.too-long': { actions: ['reject', 'fix'] },
  'text.mojibake': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.control-characters': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.invisible-characters': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.lost-characters': { actions: ['flag', 'reject', 'off'] },
  'text.repetition': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      max: { default: 0.5, least: 0, most: 1, unit: 'share of repeated 8-character sequences' },
      minLength: { default: 48, least: 16, most: 1_000_000, unit: 'characters; shorter texts are not checked' },
    },
  },
  /** Checked only where each document is a file. fix: the repeated lines are removed. */
  'text.boilerplate': {
    actions: ['flag', 'fix', 'reject', 'off'],
    settings: {
      max: { default: 0.5, least: 0, most: 1, unit: 'share of the text in repeated lines' },
      minDocuments: { default: 5, least: 2, most: 2_000, unit: 'documents in a unit, at least' },
      minShare: { default: 0.2, least: 0, most: 1, unit: 'share of the documents of a unit' },
    },
  },
  'text.language': {
    actions: ['off', 'flag', 'reject'],
    settings: { minShare: { default: 0.05, least: 0, most: 1, unit: 'share of the documents of a unit' } },
  },
  /** Checked only if text.languages is set. Texts that are too short for language detection are accepted. */
  'text.language-not-allowed': {
    actions: ['reject', 'flag', 'off'],
    settings: { lead: { default: 0.1, least: 0, most: 1, unit: 'margin over the most likely allowed language' } },
  },
  /** fix: each match is replaced by its kind in brackets. */
  'item.personal-data': { actions: ['flag', 'fix', 'reject', 'off'] },
} as const satisfies Partial<Record<`text.${string}` | 'item.personal-data' | 'item.near-duplicate', Rule>>;
