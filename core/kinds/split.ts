// The split: a pure function of an item's content, so no item ever moves, whatever arrives later and in any order.
import { sha256 } from '../base/hash.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];
export type SplitShares = { readonly train: number; readonly validation: number; readonly test: number };

/** `key` is the item's group where the dataset has groups, else its itemId. Test takes the lowest hashes, then validation. */
export function splitOf(key: string, shares: SplitShares): Split {
  const position = Number.parseInt(sha256('split:', key).slice(0, 13), 16) / 2 ** 52;
  if (position < shares.test) return 'test';
  return position < shares.test + shares.validation ? 'validation' : 'train';
}
