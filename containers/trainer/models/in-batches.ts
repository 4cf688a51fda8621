// Items through a program of a fixed batch, the last batch padded and what came of its padding dropped.
import { type Batch, fillBatch, type Items, newBatch } from '../batches.ts';
import type { ImageModelConfig } from './model.ts';

/** The results of `run`, one after the other; each has `length / batchSize` values an item. */
export function inBatches<T extends Uint8Array | Float32Array>(
  items: Items,
  { batchSize, classes }: Pick<ImageModelConfig, 'batchSize' | 'classes'>,
  run: (batch: Batch, first: number) => T,
): T {
  const batch = newBatch(batchSize, items.size, classes);
  let out: T | undefined;
  for (let first = 0; first < items.items; first += batchSize) {
    const count = Math.min(batchSize, items.items - first);
    fillBatch(
      batch,
      items,
      Int32Array.from({ length: count }, (_, i) => first + i),
    );
    const results = run(batch, first);
    const perItem = results.length / batchSize;
    out ??= new (results.constructor as new (length: number) => T)(items.items * perItem);
    out.set(results.subarray(0, count * perItem), first * perItem);
  }
  if (out === undefined) throw new RangeError('there are no items');
  return out;
}
