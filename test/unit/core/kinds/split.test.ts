import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { SPLITS, splitOf } from '#core/kinds/split.ts';

const SHARES = { train: 0.8, validation: 0.1, test: 0.1 };
const IDS = Array.from({ length: 20_000 }, (_, i) => sha256(`item ${i}`));

test('each split gets its share, within what chance allows', () => {
  for (const split of SPLITS) {
    const share = IDS.filter((id) => splitOf(id, SHARES) === split).length / IDS.length;
    // Five standard deviations of a binomial draw.
    expect(Math.abs(share - SHARES[split])).toBeLessThan(
      5 * Math.sqrt((SHARES[split] * (1 - SHARES[split])) / IDS.length),
    );
  }
});

test('the split of an item is what it always was', () => {
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => splitOf(id, SHARES))).toMatchInlineSnapshot(`
    [
      "train",
      "train",
      "test",
      "train",
      "train",
      "test",
      "train",
      "train",
    ]
  `);
});

test('a larger test share takes items in and lets none out', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0.01, max: 0.4, noNaN: true }), (id, test) => {
      const small = splitOf(id, { train: 0.9 - test, validation: 0.1, test });
      const large = splitOf(id, { train: 0.8 - test, validation: 0.1, test: test + 0.1 });
      if (small === 'test') expect(large).toBe('test');
    }),
  );
});
