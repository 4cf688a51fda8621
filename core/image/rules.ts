// The rules for images: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../rule.ts';

export const IMAGE_RULES = {
  'image.dark': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.32, least: 0, most: 1, unit: 'brightness of the 99th percentile' } },
  },
  'image.light': {
    actions: ['flag', 'reject', 'off'],
    settings: { max: { default: 0.95, least: 0, most: 1, unit: 'brightness of the 5th percentile' } },
  },
  'image.blurry': {
    actions: ['flag', 'reject', 'off'],
    settings: {
      min: { default: 0.005, least: 0, most: 10, unit: 'variance of the Laplacian over that of the pixels' },
    },
  },
  'image.low-information': {
    actions: ['flag', 'reject', 'off'],
    settings: { min: { default: 0.15, least: 0, most: 8, unit: 'bits of entropy' } },
  },
} as const satisfies Partial<Record<`image.${string}`, Rule>>;
