// The rules for audio data: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../define/rule.ts';

export const AUDIO_RULES = {
  /** Both must hold. Of such clips the one of the highest rate and with the fewest flags stays. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      maxDistance: { default: 11, least: 0, most: 11, unit: 'of 64 bits of the spectral fingerprint that differ' },
      minLikeness: { default: 0.992, least: 0, most: 1, unit: 'correlation of the spectra' },
    },
  },
  /** flag: what is there of it is kept. */
  'audio.truncated': { actions: ['reject', 'flag', 'off'] },
  'audio.too-short': {
    actions: ['reject', 'flag', 'off'],
    settings: { min: { default: 0.1, least: 0, most: 30, unit: 'seconds without the silence around' } },
  },
  'audio.silence': {
    actions: ['reject', 'flag', 'off'],
    settings: {
      level: { default: -60, least: -120, most: 0, unit: 'decibels below full scale' },
      max: { default: 0.98, least: 0, most: 1, unit: 'share of the clip that is quieter' },
    },
  },
  'audio.clipping': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.001, least: 0, most: 1, unit: 'share of samples in flat peaks' } },
  },
  'audio.low-snr': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 6, least: -20, most: 100, unit: 'decibels between loud and quiet parts' } },
  },
  'audio.dc-offset': {
    actions: ['fix', 'flag', 'reject', 'off'],
    settings: { max: { default: 0.01, least: 0, most: 1, unit: 'of full scale' } },
  },
  'audio.edge-silence': {
    actions: ['fix', 'off'],
    settings: { below: { default: 40, least: 10, most: 120, unit: 'decibels below the loudest part' } },
  },
  'audio.level': {
    actions: ['fix', 'off'],
    settings: {
      peak: { default: 0.9, least: 0.05, most: 1, unit: 'of full scale' },
      maxGain: { default: 30, least: 0, most: 90, unit: 'decibels' },
    },
  },
  /** fix: the end is cut off. flag: that, too, and the clip is marked. */
  'audio.too-long': { actions: ['fix', 'flag', 'reject'] },
} as const satisfies Partial<Record<`audio.${string}` | 'item.near-duplicate', Rule>>;
