// The rules for images: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../define/rule.ts';

/** Those that look at a whole picture leave thin white digits on black alone as well as photographs. */
export const IMAGE_RULES = {
  /** Both must hold. Of such pictures the largest and sharpest stays. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      maxDistance: { default: 11, least: 0, most: 11, unit: 'of 64 bits of the perceptual hash that differ' },
      minLikeness: { default: 0.988, least: 0, most: 1, unit: 'correlation of the pixels' },
    },
  },
  'image.dark': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.32, least: 0, most: 1, unit: 'brightness of the 99th percentile' } },
  },
  'image.light': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.95, least: 0, most: 1, unit: 'brightness of the 1st percentile' } },
  },
  'image.blurry': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.45, least: 0, most: 1, unit: 'share of differences that one more blur takes away' } },
  },
  'image.low-information': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.15, least: 0, most: 8, unit: 'bits of entropy' } },
  },
  'image.near-uniform': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.98, least: 0, most: 1, unit: 'share of pixels of one tone' } },
  },
  /** Of the file's own pixels, whatever the size of the dataset's items. */
  'image.odd-size': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      minSide: { default: 8, least: 1, most: 100_000, unit: 'pixels of the shorter side' },
      maxSide: { default: 10_000, least: 1, most: 100_000, unit: 'pixels of the longer side' },
      maxEnlargement: { default: 2, least: 1, most: 100_000, unit: 'times that it is enlarged' },
    },
  },
  'image.odd-aspect': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.35, least: 0, most: 1, unit: 'shorter over longer side' } },
  },
  /** Of datasets with three channels. */
  'image.grey': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 2, least: 0, most: 200, unit: 'colourfulness' } },
  },
  /** fix: a median filter. */
  'image.noisy': {
    actions: ['off', 'fix', 'flag', 'reject'],
    settings: { max: { default: 20, least: 0, most: 255, unit: 'levels of noise' } },
  },
  /** fix: turned as the camera was held. */
  'image.orientation': { actions: ['fix', 'reject'] },
  /** fix: colour to luminance, grey to three equal channels. */
  'image.channels': { actions: ['fix', 'reject'] },
  /** fix: put on white. */
  'image.transparent': { actions: ['fix', 'reject'] },
  /** fix: resized, antialiased. */
  'image.other-size': { actions: ['fix', 'reject'] },
} as const satisfies Partial<Record<`image.${string}` | 'item.near-duplicate', Rule>>;
