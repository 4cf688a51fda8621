import { describe, expect, test } from 'vitest';
import { epochOrder, fillBatch, planBatches } from '../../../containers/trainer/batches.ts';

describe('a plan', () => {
  const plan = (changes: Partial<Parameters<typeof planBatches>[0]>) =>
    planBatches({ batchSize: 128, items: 60_000, cores: 2, device: 'cpu', ...changes });

  test('takes two towers a core and drops the remainder', () => {
    expect(plan({})).toEqual({ batchSize: 128, towers: 4, stepsPerEpoch: 468 });
  });

  test('makes the batch a multiple of the towers and no larger than the data', () => {
    expect(plan({ batchSize: 100, items: 71 })).toEqual({ batchSize: 68, towers: 4, stepsPerEpoch: 1 });
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

test('a batch holds the chosen items in [0, 1] and zeros behind them', () => {
  const target = new Float32Array(6).fill(9);
  fillBatch(target, { items: 3, size: 2, bytes: Uint8Array.of(0, 51, 102, 153, 204, 255) }, Int32Array.of(2, 0));
  expect([...target]).toEqual([204, 255, 0, 51, 0, 0].map((byte) => Math.fround(byte / 255)));
});
