// Writes the index of the items on which a model was trained, with the distances of held-out items from them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodeParents,
  MOST_PARENTS,
  nearestParents,
  PARENTS_FILE,
  type ParentIndex,
} from '#core/model/parents/parent-index.ts';
import { sketchBytes, sketchOf } from '#core/model/parents/sketch.ts';
import type { Items } from '../data/batches.ts';
import type { ImageSize } from '../data/picture.ts';

/** Comparisons of held-out items with training items, at most: some seconds. */
const MOST_COMPARISONS = 2e7;
const HELD_OUT = { most: 500, least: 50 } as const;
const YIELD_EVERY = 16;

type Splits = { readonly train: Items; readonly test: Items };

/** Returns the name of the file; undefined for more items than an index holds. */
export async function writeParentIndex(
  folder: string,
  { train, test }: Splits,
  size: ImageSize,
  yieldToEventLoop: () => Promise<void>,
): Promise<string | undefined> {
  if (train.items > MOST_PARENTS) return undefined;
  const length = sketchBytes(size.channels);
  const sketchAt = ({ bytes, size: itemBytes }: Items, item: number) =>
    sketchOf(bytes.subarray(item * itemBytes, (item + 1) * itemBytes), size);
  const sketches = new Uint8Array(train.items * length);
  for (let item = 0; item < train.items; item++) {
    sketches.set(sketchAt(train, item), item * length);
    if (item % (64 * YIELD_EVERY) === 0) await yieldToEventLoop();
  }
  const index: ParentIndex = { channels: size.channels, items: train.items, heldOut: null, sketches };
  const affordable = Math.max(HELD_OUT.least, Math.floor(MOST_COMPARISONS / train.items));
  const count = Math.min(test.items, HELD_OUT.most, affordable);
  const heldOut: number[] = [];
  for (let item = 0; item < count; item++) {
    const [nearest] = nearestParents(index, sketchAt(test, item), 1);
    if (nearest) heldOut.push(nearest.distance);
    if (item % YIELD_EVERY === 0) await yieldToEventLoop();
  }
  heldOut.sort((a, b) => a - b);
  writeFileSync(join(folder, PARENTS_FILE), encodeParents({ ...index, heldOut: heldOut.length > 0 ? heldOut : null }));
  return PARENTS_FILE;
}
