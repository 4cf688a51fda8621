import { describe, expect, test } from 'vitest';
import {
  balancedOrder,
  epochOrder,
  fillBatch,
  newBatch,
  planTrainingBatches,
} from '../../../containers/trainer/data/batches.ts';

describe('a plan', () => {
  const plan = (changes: Partial<Parameters<typeof planTrainingBatches>[0]>) =>
    planTrainingBatches({ batchSize: 128, items: 60_000, cores: 2, device: 'cpu', precision: 'float32', ...changes });

  test('takes two towers a core, in bfloat16 one, and drops the remainder', () => {
    expect(plan({})).toEqual({ batchSize: 128, towers: 4, stepsPerEpoch: 468 });
    expect(plan({ precision: 'bfloat16' }).towers).toBe(2);
  });

  test('makes the batch a multiple of the towers and no larger than the data', () => {
    expect(plan({ batchSize: 100, items: 71 })).toEqual({ batchSize: 70, towers: 2, stepsPerEpoch: 1 });
    expect(plan({ batchSize: 130 }).batchSize).toBe(128);
  });

  test('takes one tower for small batches and on a GPU', () => {
    expect(plan({ batchSize: 20 })).toMatchObject({ batchSize: 20, towers: 1 });
    expect(plan({ device: 'gpu' })).toMatchObject({ batchSize: 128, towers: 1 });
  });

  test('keeps the towers of a stored run whatever the machine has now', () => {
    expect(plan({ cores: 64, towers: 4 })).toEqual(plan({}));
  });

  test('has one step with repeated items when there are fewer items than towers', () => {
    expect(plan({ items: 3, towers: 4 })).toEqual({ batchSize: 4, towers: 4, stepsPerEpoch: 1 });
  });
});

describe('an epoch', () => {
  test('takes each item at most once and drops the remainder', () => {
    const order = epochOrder(1, 1, 50, 16);
    expect(order).toHaveLength(48);
    expect(new Set(order).size).toBe(48);
    expect(Math.max(...order)).toBeLessThan(50);
  });

  test('has an order of its own that depends on seed and epoch alone', () => {
    expect(epochOrder(1, 1, 50, 16)).toEqual(epochOrder(1, 1, 50, 16));
    expect(epochOrder(1, 1, 50, 16)).not.toEqual(epochOrder(1, 2, 50, 16));
    expect(epochOrder(1, 1, 50, 16)).not.toEqual(epochOrder(2, 1, 50, 16));
  });

  test('draws with replacement when a batch takes more than there are', () => {
    const order = epochOrder(1, 1, 3, 8);
    expect(order).toHaveLength(8);
    expect(new Set(order).size).toBeLessThanOrEqual(3);
  });
});

describe('a balanced epoch', () => {
  const labels = Int32Array.from({ length: 50 }, (_, item) => (item < 40 ? 0 : item < 49 ? 1 : -1));
  const countsOf = (order: Int32Array) => {
    const counts = new Map<number, number>();
    for (const item of order) counts.set(labels[item] as number, (counts.get(labels[item] as number) ?? 0) + 1);
    return counts;
  };

  test('gives each class its share and goes through the items of a small one again and again', () => {
    const order = balancedOrder(1, 1, labels, 16);
    expect(order).toHaveLength(48);
    expect(countsOf(order)).toEqual(
      new Map([
        [0, 16],
        [1, 16],
        [-1, 16],
      ]),
    );
    expect(new Set([...order].filter((item) => labels[item] === 1)).size).toBe(9);
    expect(new Set([...order].filter((item) => labels[item] === 0)).size).toBe(16);
  });

  test('has an order of its own, mixes the classes, and covers data smaller than a batch', () => {
    expect(balancedOrder(1, 1, labels, 16)).toEqual(balancedOrder(1, 1, labels, 16));
    expect(balancedOrder(1, 1, labels, 16)).not.toEqual(balancedOrder(1, 2, labels, 16));
    expect(countsOf(balancedOrder(1, 1, labels, 16).subarray(0, 16)).size).toBe(3);
    expect(balancedOrder(1, 1, Int32Array.of(3), 4)).toEqual(Int32Array.of(0, 0, 0, 0));
  });

  test('sorts the items into their classes without copying the list of a class for each of its items', () => {
    const many = new Int32Array(4_000);
    let copied = 0;
    const own = Array.prototype[Symbol.iterator];
    Array.prototype[Symbol.iterator] = function counted(this: unknown[]) {
      copied += this.length;
      return own.call(this) as ArrayIterator<unknown>;
    };
    try {
      balancedOrder(1, 1, many, 16);
    } finally {
      Array.prototype[Symbol.iterator] = own;
    }
    expect(copied).toBeLessThan(10 * many.length);
  });
});

test('a batch holds the chosen items in [0, 1] with their classes, and zeros behind them', () => {
  const bytes = Uint8Array.of(0, 51, 102, 153, 204, 255);
  const items = { items: 3, size: 2, bytes, labels: Int32Array.of(1, -1, 0), classes: 2 };
  const batch = newBatch(3, 2, 2);
  batch.x.fill(9);
  batch.label.fill(9);
  fillBatch(batch, items, Int32Array.of(2, 0));
  expect([...batch.x]).toEqual([204, 255, 0, 51, 0, 0].map((byte) => Math.fround(byte / 255)));
  expect([...batch.label]).toEqual([1, 0, 0, 1, 0, 0]);
  const blind = newBatch(1, 2, 0);
  fillBatch(blind, items, Int32Array.of(1));
  expect(blind).toEqual({ x: Float32Array.of(Math.fround(102 / 255), Math.fround(0.6)), label: new Float32Array(0) });
});
