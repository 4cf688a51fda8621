// Rules that hold for items of any kind.

import type { Rule } from './define/rule.ts';
import type { IssueCode } from './issues.ts';

export const ITEM_RULES = {
  'item.no-label': { actions: ['flag', 'reject', 'off'] },
  'item.no-license': { actions: ['off', 'flag', 'reject'] },
  /** The largest deviation of a measure from its median over the dataset counts, in units of the scaled median absolute deviation. */
  'item.outlier': {
    actions: ['flag', 'off'],
    settings: {
      maxDeviation: { default: 12, least: 3, most: 1000, unit: 'robust standard deviations' },
      maxRemoteness: {
        default: 8,
        least: 3,
        most: 1000,
        unit: 'robust standard deviations of the nearest-neighbour distance',
      },
    },
  },
  /** flag: outputs of the endpoint stay in the training split, up to the share. reject: all are left out of snapshots. */
  'item.synthetic': {
    actions: ['flag', 'reject', 'off'],
    settings: { maxShare: { default: 0.1, least: 0, most: 0.9, unit: 'share of the training items' } },
  },
} as const satisfies Record<`item.${string}`, Rule>;

/** Rules that compare items of the whole dataset when a snapshot is made. Changing them does not re-clean any unit. */
export const DATASET_RULES = [
  'item.near-duplicate',
  'item.outlier',
  'item.synthetic',
  'image.no-common-subject',
] as const satisfies readonly IssueCode[];
