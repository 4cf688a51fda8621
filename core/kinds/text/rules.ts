// The rules for text data: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../define/rule.ts';

export const TEXT_RULES = {
  /** Of such documents the one with the fewest flags stays, then the longest. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: { minLikeness: { default: 0.8, least: 0.5, most: 1, unit: 'share of common 5-character sequences' } },
  },
  /** fix: bytes that are no UTF-8 are read in the encoding found, where that is sure enough. */
  'text.encoding': {
    actions: ['fix', 'reject'],
    settings: { minConfidence: { default: 50, least: 0, most: 100, unit: 'of 100' } },
  },
  /** off: empty documents are left out without a word. */
  'text.empty': { actions: ['reject', 'off'] },
  'text.too-short': {
    actions: ['reject', 'flag', 'off'],
    settings: { min: { default: 1, least: 1, most: 1_000_000, unit: 'characters' } },
  },
  /** fix: what exceeds text.maxLength is cut off. */
  'text.too-long': { actions: ['reject', 'fix'] },
  'text.mojibake': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.control-characters': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.invisible-characters': { actions: ['fix', 'flag', 'reject', 'off'] },
  'text.lost-characters': { actions: ['flag', 'reject', 'off'] },
  'text.repetition': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      max: { default: 0.5, least: 0, most: 1, unit: 'share of 8-character sequences seen before' },
      minLength: { default: 48, least: 16, most: 1_000_000, unit: 'characters from which on a text is judged' },
    },
  },
  /** Of documents that are files. fix: the repeated lines are removed. */
  'text.boilerplate': {
    actions: ['flag', 'fix', 'reject', 'off'],
    settings: {
      max: { default: 0.5, least: 0, most: 1, unit: 'share of the text in repeated lines' },
      minDocuments: { default: 5, least: 2, most: 2_000, unit: 'documents of a unit' },
      minShare: { default: 0.2, least: 0, most: 1, unit: 'share of the documents of a unit' },
    },
  },
  'text.language': {
    actions: ['off', 'flag', 'reject'],
    settings: { minShare: { default: 0.05, least: 0, most: 1, unit: 'share of the documents of a unit' } },
  },
  /** Looked for where text.languages lists some. Texts that are too short to tell pass. */
  'text.language-not-allowed': {
    actions: ['reject', 'flag', 'off'],
    settings: { lead: { default: 0.1, least: 0, most: 1, unit: 'share by which it is likelier than those listed' } },
  },
  /** fix: each is replaced by its kind in brackets. */
  'item.personal-data': { actions: ['flag', 'fix', 'reject', 'off'] },
} as const satisfies Partial<Record<`text.${string}` | 'item.personal-data' | 'item.near-duplicate', Rule>>;
