// The rules for images: what is checked, the possible actions and the thresholds.
import type { Rule } from '../define/rule.ts';

/** The default thresholds accept photographs as well as thin white digits on a black background. */
export const IMAGE_RULES = {
  /** Both conditions must hold. The largest and sharpest image is kept. */
  'item.near-duplicate': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      maxDistance: { default: 11, least: 0, most: 11, unit: 'differing bits of the 64-bit perceptual hash' },
      minLikeness: { default: 0.988, least: 0, most: 1, unit: 'correlation of the pixels' },
    },
  },
  'image.repaired': { actions: ['flag', 'reject', 'off'] },
  'image.dark': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.32, least: 0, most: 1, unit: '99th percentile of the brightness' } },
  },
  'image.light': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.95, least: 0, most: 1, unit: '1st percentile of the brightness' } },
  },
  'image.blurry': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      min: {
        default: 0.45,
        least: 0,
        most: 1,
        unit: 'share of local contrast that a further blur removes',
        measure: 'sharpness',
      },
    },
  },
  'image.low-information': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.15, least: 0, most: 8, unit: 'bits of entropy', measure: 'entropy' } },
  },
  'image.near-uniform': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      max: {
        default: 0.98,
        least: 0,
        most: 1,
        unit: 'share of pixels with the same brightness',
        measure: 'uniformity',
      },
    },
  },
  /** Checked only with `fit: subject`, when a snapshot is made. reject: the image is left out of training. */
  'image.no-common-subject': {
    actions: ['reject', 'flag', 'off'],
    settings: {
      min: { default: 0.65, least: 0, most: 1, unit: 'share of the median score of all images' },
      minMedian: {
        default: 0.33,
        least: 0,
        most: 1,
        unit: 'median score from which the images have a common subject at all; below it, none is judged',
      },
    },
  },
  /** Measured on the size of the uploaded file, before the resize. */
  'image.odd-size': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      minSide: { default: 8, least: 1, most: 100_000, unit: 'pixels, shorter side' },
      maxSide: { default: 10_000, least: 1, most: 100_000, unit: 'pixels, longer side' },
      maxEnlargement: { default: 2, least: 1, most: 100_000, unit: 'times enlarged to the size of the dataset' },
    },
  },
  'image.odd-aspect': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.35, least: 0, most: 1, unit: 'shorter side / longer side' } },
  },
  /** Checked only in datasets with three channels. */
  'image.grey': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 2, least: 0, most: 200, unit: 'colourfulness', measure: 'colourfulness' } },
  },
  /** fix: a median filter. */
  'image.noisy': {
    actions: ['off', 'fix', 'flag', 'reject'],
    settings: {
      max: {
        default: 20,
        least: 0,
        most: 255,
        unit: 'standard deviation of the noise, in grey levels',
        measure: 'noise',
      },
    },
  },
  /** fix: the first one is used. */
  'image.first-page': { actions: ['fix', 'reject'] },
  /** fix: the image is rotated according to its EXIF orientation. */
  'image.orientation': { actions: ['fix', 'reject'] },
  /** fix: colour is converted to luminance, greyscale to three equal channels. */
  'image.channels': { actions: ['fix', 'reject'] },
  /** fix: the image is placed on a white background. */
  'image.transparent': { actions: ['fix', 'reject'] },
  /** fix: the image is resized with antialiasing. */
  'image.other-size': { actions: ['fix', 'reject'] },
} as const satisfies Partial<Record<`image.${string}` | 'item.near-duplicate', Rule>>;
