// Rules that hold for items of any kind.

import type { Rule } from './define/rule.ts';
import type { IssueCode } from './issues.ts';

export const ITEM_RULES = {
  'item.no-label': { actions: ['flag', 'reject', 'off'] },
  'item.no-license': { actions: ['off', 'flag', 'reject'] },
  /** Measures are compared with their median over the dataset, in median deviations from it; the largest counts. */
  'item.outlier': {
    actions: ['flag', 'off'],
    settings: {
      maxDeviation: { default: 12, least: 3, most: 1000, unit: 'robust standard deviations' },
      maxRemoteness: {
        default: 8,
        least: 3,
        most: 1000,
        unit: 'robust standard deviations of the distance to neighbours',
      },
    },
  },
} as const satisfies Record<`item.${string}`, Rule>;

/** They look at the whole dataset, when a snapshot is made: setting them otherwise cleans nothing once more. */
export const DATASET_RULES = ['item.near-duplicate', 'item.outlier'] as const satisfies readonly IssueCode[];
