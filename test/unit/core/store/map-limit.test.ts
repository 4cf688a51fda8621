import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapLimit } from '#core/store/map-limit.ts';

test('results come in the order of the items, and no more calls than allowed are under way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(20), fc.integer({ min: 1, max: 8 }), async (scheduler, count, atOnce) => {
      let underWay = 0;
      let most = 0;
      const items = Array.from({ length: count }, (_, item) => item);
      const mapped = mapLimit(items, atOnce, async (item, position) => {
        underWay++;
        most = Math.max(most, underWay);
        await scheduler.schedule(Promise.resolve());
        underWay--;
        return [item * 2, position];
      });
      await scheduler.waitFor(mapped);
      expect(await mapped).toEqual(items.map((item) => [item * 2, item]));
      expect(most).toBe(Math.min(atOnce, count));
    }),
    { numRuns: 50 },
  );
});

test('the first error is the answer, and what had not begun is not done', async () => {
  const begun: number[] = [];
  const mapped = mapLimit([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('one');
  });
  await expect(mapped).rejects.toThrow('one');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun.length).toBeLessThanOrEqual(3);
});
