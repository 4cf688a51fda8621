import { describe, expect, test } from 'vitest';
import { entropyFloor } from '../../../containers/trainer/evaluate/floor.ts';
import { heldOut } from '../../../containers/trainer/evaluate/held-out.ts';
import { scriptedLearner } from './scripted-learner.ts';

const calm = async () => undefined;

describe('the held-out loss', () => {
  const pixels = { items: 7, size: 2, bytes: new Uint8Array(14).fill(255) };

  test('covers each item once, whatever the batch', async () => {
    for (const batchSize of [1, 3, 7, 10]) {
      const learner = scriptedLearner({ batchSize, validation: () => 100 });
      const { loss, reconstructionLoss, klLoss } = await heldOut(learner, pixels, calm);
      expect([loss, reconstructionLoss, klLoss]).toEqual([100, 75, 25].map((value) => expect.closeTo(value, 4)));
      expect(learner.scored.reduce((sum, items) => sum + items, 0)).toBeCloseTo(7, 4);
    }
  });

  test('lets others have their turn before each batch, and can be broken off', async () => {
    const learner = scriptedLearner({ batchSize: 3 });
    let turns = 0;
    const impatient = async () => {
      turns += 1;
      if (turns === 3) throw new Error('enough');
    };
    await expect(heldOut(learner, pixels, impatient)).rejects.toThrow('enough');
    expect(learner.scored).toHaveLength(2);
  });
});

describe('the floor', () => {
  test('is zero for black and white and ln 2 a pixel for mid grey', () => {
    expect(entropyFloor({ items: 1, size: 2, bytes: Uint8Array.of(0, 255) })).toBe(0);
    const grey = entropyFloor({ items: 2, size: 3, bytes: new Uint8Array(6).fill(128) });
    expect(grey).toBeCloseTo(3 * Math.LN2, 4);
  });
});
