// Means over a split: every item once; the last batch is padded, and padding has weight 0.
import type { MetricValues } from '#core/model/metrics.ts';
import { type Batch, fillBatch, type Items, newBatch } from '../../data/batches.ts';
import type { ImageModelConfig } from '../../models/model.ts';

/** Returns sums over a batch, each item times its weight [batch]. `draw` numbers the batches of one split. */
export type BatchSums<Names extends string> = (
  batch: Batch,
  weight: Float32Array,
  draw: number,
) => Record<Names, number>;

/** Returns means per item over exactly the items of the split. `yieldToEventLoop` runs between batches. */
export async function heldOut<Names extends string>(
  split: Items,
  { batchSize, classes }: Pick<ImageModelConfig, 'batchSize' | 'classes'>,
  yieldToEventLoop: () => Promise<void>,
  sumsOf: BatchSums<Names>,
): Promise<Record<Names, number>> {
  const batch = newBatch(batchSize, split.size, classes);
  const weight = new Float32Array(batchSize);
  const totals: MetricValues = {};
  for (let first = 0, draw = 0; first < split.items; first += batchSize, draw++) {
    await yieldToEventLoop();
    const count = Math.min(batchSize, split.items - first);
    fillBatch(
      batch,
      split,
      Int32Array.from({ length: count }, (_, i) => first + i),
    );
    weight.fill(1, 0, count).fill(0, count);
    for (const [name, sum] of Object.entries<number>(sumsOf(batch, weight, draw))) {
      totals[name] = (totals[name] ?? 0) + sum / split.items;
    }
  }
  return totals as Record<Names, number>;
}
