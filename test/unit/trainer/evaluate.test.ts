import { describe, expect, test } from 'vitest';
import { entropyBound } from '../../../containers/trainer/evaluate/shared/entropy-bound.ts';
import { heldOut } from '../../../containers/trainer/evaluate/shared/held-out.ts';

const calm = async () => undefined;

describe('means over a split', () => {
  const pixels = { items: 7, size: 2, bytes: new Uint8Array(14).fill(255), labels: new Int32Array(7), classes: 2 };
  const one = (weight: Float32Array) => weight.reduce((sum, each) => sum + each, 0);

  test('cover each item once, whatever the batch', async () => {
    for (const batchSize of [1, 3, 7, 10]) {
      const scored: number[] = [];
      const { loss, first } = await heldOut(pixels, { batchSize, classes: 2 }, calm, ({ label }, weight) => {
        scored.push(one(weight));
        const first = weight.reduce((sum, each, row) => sum + each * (label[row * 2] as number), 0);
        return { loss: 100 * one(weight), first };
      });
      expect(loss).toBeCloseTo(100, 4);
      expect(first).toBeCloseTo(1, 4);
      expect(scored.reduce((sum, items) => sum + items, 0)).toBe(7);
    }
  });

  test('let others have their turn before each batch, and can be broken off', async () => {
    let turns = 0;
    const draws: number[] = [];
    const impatient = async () => {
      turns += 1;
      if (turns === 3) throw new Error('enough');
    };
    const scored = heldOut(pixels, { batchSize: 3, classes: 0 }, impatient, (_, weight, draw) => {
      draws.push(draw);
      return { loss: one(weight) };
    });
    await expect(scored).rejects.toThrow('enough');
    expect(draws).toEqual([0, 1]);
  });
});

describe('the floor', () => {
  test('is zero for black and white and ln 2 a pixel for mid grey', () => {
    expect(entropyBound({ items: 1, size: 2, bytes: Uint8Array.of(0, 255) })).toBe(0);
    const grey = entropyBound({ items: 2, size: 3, bytes: new Uint8Array(6).fill(128) });
    expect(grey).toBeCloseTo(3 * Math.LN2, 4);
  });
});
