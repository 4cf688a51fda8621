// Runs items through a program of a fixed batch size. The last batch is padded, and the results of the padding are dropped.
import { type Batch, fillBatch, type Items, newBatch } from '../data/batches.ts';
import type { ByteRange } from '../data/item-bytes.ts';
import type { ImageModelConfig } from './model.ts';

type Batches = Pick<ImageModelConfig, 'batchSize' | 'classes'> & {
  /** In which order the items are run; absent = in their own. */
  readonly order?: Int32Array;
};

/** Returns the named results of `run` over exactly the items, in their order. Throws RangeError without items. */
export function inBatches<Name extends string>(
  items: Items,
  { batchSize, classes, order = Int32Array.from({ length: items.items }, (_, item) => item) }: Batches,
  run: (batch: Batch) => Readonly<Record<Name, Float32Array>>,
): Record<Name, Float32Array> {
  if (items.items === 0) throw new RangeError('there are no items');
  const batch = newBatch(batchSize, items.size, classes);
  const out: Record<string, Float32Array> = {};
  for (let first = 0; first < items.items; first += batchSize) {
    const chosen = order.subarray(first, first + batchSize);
    fillBatch(batch, items, chosen);
    for (const [name, values] of Object.entries<Float32Array>(run(batch))) {
      const perItem = values.length / batchSize;
      out[name] ??= new Float32Array(items.items * perItem);
      for (const [row, item] of chosen.entries())
        out[name].set(values.subarray(row * perItem, (row + 1) * perItem), item * perItem);
    }
  }
  return out as Record<Name, Float32Array>;
}

/** Returns some of the items, in the order of `chosen`. */
export function pickItems(items: Items, chosen: Int32Array): Items<Uint8Array> {
  const bytes = new Uint8Array(chosen.length * items.size);
  chosen.forEach((item, position) => {
    bytes.set(items.bytes.subarray(item * items.size, (item + 1) * items.size), position * items.size);
  });
  const labels = chosen.map((item) => items.labels[item] as number);
  const { groups: _ofAll, ...rest } = items;
  return { ...rest, items: chosen.length, bytes, labels };
}

/** Returns the first `count` items, or all when there are fewer. */
export function firstItems<Bytes extends ByteRange>(items: Items<Bytes>, count: number): Items<Uint8Array> {
  const taken = Math.min(count, items.items);
  const labels = items.labels.subarray(0, taken);
  const { groups: _ofAll, ...rest } = items;
  return { ...rest, items: taken, bytes: items.bytes.subarray(0, taken * items.size), labels };
}
