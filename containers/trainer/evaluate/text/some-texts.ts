// Some texts of a split. They lie in the order of their files, which may be sorted, so that the first ones are not like the others.
import { permutation } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';
import { firstItems, pickItems } from '../../models/in-batches.ts';

const SEED = 1;

/** Returns randomly chosen items, the same on every call. */
export function someTexts(items: Items, count: number): Items<Uint8Array> {
  if (count >= items.items) return firstItems(items, items.items);
  return pickItems(items, permutation(SEED, 'judged', items.items).subarray(0, count));
}
