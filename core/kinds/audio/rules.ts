// The rules for audio: what is checked, the possible actions and the thresholds.
import type { Rule } from '../define/rule.ts';
import { SHAPE_DEFAULTS } from './shape-defaults.ts';

export const AUDIO_RULES = {
  /** Both conditions must hold. The clip with the highest sample rate and the fewest flags is kept. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      maxDistance: { default: 11, least: 0, most: 11, unit: 'differing bits of the 64-bit spectral fingerprint' },
      minLikeness: { default: 0.992, least: 0, most: 1, unit: 'correlation of the spectrograms' },
    },
  },
  /** flag: the readable part of the file is kept. */
  'audio.truncated': { actions: ['reject', 'flag', 'off'] },
  /** Beyond the share, the clip is rejected as corrupt. */
  'audio.damaged': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.25, least: 0, most: 1, unit: 'share of the clip that is lost' } },
  },
  /** fix: the first channel is used. */
  'audio.antiphase': { actions: ['fix', 'flag', 'reject'] },
  'audio.too-short': {
    actions: ['reject', 'flag', 'off'],
    settings: { min: { default: 0.1, least: 0, most: 30, unit: 'seconds, without leading and trailing silence' } },
  },
  'audio.silence': {
    actions: ['reject', 'flag', 'off'],
    settings: {
      level: { default: -60, least: -120, most: 0, unit: 'dBFS' },
      max: { default: 0.98, least: 0, most: 1, unit: 'share of the clip below that level' },
    },
  },
  'audio.clipping': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      max: { default: 0.001, least: 0, most: 1, unit: 'share of samples in clipped peaks', measure: 'clippingShare' },
    },
  },
  'audio.low-snr': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 6, least: -20, most: 100, unit: 'dB between loud and quiet parts', measure: 'snrDb' } },
  },
  'audio.dc-offset': {
    actions: ['fix', 'flag', 'reject', 'off'],
    settings: { max: { default: 0.01, least: 0, most: 1, unit: 'share of full scale' } },
  },
  'audio.edge-silence': {
    actions: ['fix', 'off'],
    settings: {
      below: { default: SHAPE_DEFAULTS.edgeSilenceDb, least: 10, most: 120, unit: 'dB below the loudest part' },
    },
  },
  'audio.level': {
    actions: ['fix', 'off'],
    settings: {
      peak: { default: SHAPE_DEFAULTS.peak, least: 0.05, most: 1, unit: 'share of full scale' },
      maxGain: { default: SHAPE_DEFAULTS.maxGainDb, least: 0, most: 90, unit: 'dB' },
    },
  },
  /** fix: the end is cut off. flag: the end is cut off and the clip is flagged. */
  'audio.too-long': { actions: ['fix', 'flag', 'reject'] },
} as const satisfies Partial<Record<`audio.${string}` | 'item.near-duplicate', Rule>>;
