import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { doubleOfOrder, orderOfDouble, orderOfSingle, singleOfOrder } from '#core/snapshot/statistics/ordered-bits.ts';
import { quantile, robustSpread, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import { type BucketSplit, type Counted, firstShift, openStatistics } from '#stages/index/spark/order-statistics.ts';
import { quantilesAt, spreadsOf } from '#stages/index/spark/spreads.ts';

/** Counts as the engine does. The second half of each distribution is of copies. */
function statisticsOf(bits: 32 | 64, distributions: readonly (readonly number[])[]) {
  const orders = distributions.map((values) =>
    values.map((value) => (bits === 32 ? BigInt(orderOfSingle(value)) : orderOfDouble(value))),
  );
  const isCopy = (distribution: number, i: number) => i >= (distributions[distribution] as number[]).length / 2;
  const counted = (distribution: number, shift: number, isIn: (order: bigint) => boolean): Counted[] => {
    const found = new Map<bigint, Counted>();
    for (const [i, order] of (orders[distribution] as bigint[]).entries()) {
      if (!isIn(order)) continue;
      const low = order >> BigInt(shift);
      const known = found.get(low) ?? { distribution, low, shift, all: 0, distinct: 0 };
      found.set(low, { ...known, all: known.all + 1, distinct: known.distinct + (isCopy(distribution, i) ? 0 : 1) });
    }
    return [...found.values()];
  };
  let passes = 0;
  const count = async (splits: readonly BucketSplit[]) => {
    passes++;
    return splits.flatMap(({ distribution, low, shift, next }) =>
      counted(distribution, next, (order) => order >> BigInt(shift) === low),
    );
  };
  const given = distributions.flatMap((_, distribution) => counted(distribution, firstShift(bits), () => true));
  return { statistics: openStatistics(bits, distributions.length, given, count), passes: () => passes };
}

const CASES: Record<string, number[]> = {
  uniform: [...uniforms(1, 'values', 3_000)],
  'both signs': Array.from(uniforms(2, 'values', 3_000), (value) => Math.fround((value - 0.5) ** 3 * 1e6)),
  'mostly equal': Array.from({ length: 3_000 }, (_, i) => (i % 3 === 0 ? i : 7)),
  'few others': Array.from({ length: 3_000 }, (_, i) => (i % 100 === 0 ? i / 7 : -2.5)),
  'all equal': Array.from({ length: 100 }, () => 0.1),
  'two values': [1, 2, 1, 2],
  one: [3, 3],
  none: [],
  extremes: [-3.4e38, 3.4e38, 0, -0, 1e-45, -1e-45, 1e30, -1e30],
};

test.each([32, 64] as const)(
  'spreads and quantiles of %i bits are those of sorted values, bit by bit',
  async (bits) => {
    const all = Object.values(CASES).map((values) => (bits === 32 ? values.map(Math.fround) : values));
    const { statistics, passes } = statisticsOf(bits, all);
    const first = all.map((values) => values.slice(0, Math.ceil(values.length / 2)));
    expect(
      await spreadsOf(
        statistics,
        all.map((_, i) => i),
      ),
    ).toEqual(first.map((values) => robustSpread(values)));
    const shares = [0, 0.05, 0.25, 1 / 3, 0.5, 0.95, 1];
    const requests = all.flatMap((values, distribution) =>
      values.length === 0
        ? []
        : shares.flatMap((share) => [
            { distribution, population: 'all' as const, share },
            { distribution, population: 'distinct' as const, share },
          ]),
    );
    expect(await quantilesAt(statistics, requests)).toEqual(
      requests.map(({ distribution, population, share }) => {
        const values = population === 'all' ? all[distribution] : first[distribution];
        return quantile(sortedNumbers(values as number[]), share) + 0;
      }),
    );
    // Each pass reads all data.
    expect(passes()).toBeLessThan(24);
  },
);

test('orders are those of the numbers, and give them back', () => {
  const values = [-Number.MAX_VALUE, -1e300, -1.5, -5e-324, 0, 5e-324, 0.1, 1, 1e300, Number.MAX_VALUE];
  const orders = values.map(orderOfDouble);
  expect(orders.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(orders);
  expect(orders.map(doubleOfOrder)).toEqual(values);
  const singles = [-3.4028234663852886e38, -1.5, -1e-45, 0, 1e-45, 0.5, 3.4028234663852886e38].map(Math.fround);
  expect(singles.map(orderOfSingle).toSorted((a, b) => a - b)).toEqual(singles.map(orderOfSingle));
  expect(singles.map(orderOfSingle).map(singleOfOrder)).toEqual(singles);
  expect([orderOfSingle(-0), orderOfDouble(-0)]).toEqual([0, 0n]);
});

test('values that are lost between two passes are an error', async () => {
  const given = [{ distribution: 0, low: 5n, shift: 16, all: 3, distinct: 3 }];
  const lossy = async (): Promise<Counted[]> => [{ distribution: 0, low: 5n << 16n, shift: 0, all: 2, distinct: 2 }];
  const statistics = openStatistics(32, 1, given, lossy);
  await expect(quantilesAt(statistics, [{ distribution: 0, population: 'all', share: 0.5 }])).rejects.toThrow(
    'Of 3 values that were counted before, 2 were counted again.',
  );
});
