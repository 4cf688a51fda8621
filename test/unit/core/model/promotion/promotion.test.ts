import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CurrentModel } from '#core/model/messages/card.ts';
import { promotedPointer } from '#core/model/promotion/promotion.ts';

test('whatever is promoted in whatever order, the history has each model once and the present one first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), (deliveries) => {
      let pointer: CurrentModel | undefined;
      for (const [second, number] of deliveries.entries()) {
        const promotion = {
          modelId: `m${number}`,
          runId: `r${number}`,
          promotedAt: new Date(second * 1000).toISOString(),
        };
        pointer = promotedPointer(pointer, promotion) ?? pointer;
      }
      const firstDeliveries = [...new Set(deliveries)].reverse().map((number) => `m${number}`);
      expect(pointer?.history.map(({ modelId }) => modelId)).toEqual(firstDeliveries);
      expect(pointer?.modelId).toBe(firstDeliveries[0]);
      expect(pointer?.promotedAt).toBe(pointer?.history[0]?.promotedAt);
    }),
  );
});
