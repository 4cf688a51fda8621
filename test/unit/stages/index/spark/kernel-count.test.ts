import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { NO_ORDER, orderOfSingle } from '#core/snapshot/statistics/ordered-bits.ts';
import { type CountSettings, count } from '#stages/index/kernel/count.ts';
import { LineError } from '#stages/index/kernel/lines.ts';
import { kernelAnswers } from '../../../../fixtures/spark/kernel-answers.ts';

const DISTRIBUTIONS = 3;
const VALUES = [...uniforms(5, 'values', 600)].map((value, i) =>
  i % 7 === 0 ? Number.NaN : (value - 0.5) * 10 ** (i % 5),
);
/** Rows of three orders; every fourth row is a copy. */
const ROWS = Array.from({ length: VALUES.length / DISTRIBUTIONS }, (_, row) => ({
  copy: row % 4 === 3 ? 1 : 0,
  orders: VALUES.slice(row * DISTRIBUTIONS, (row + 1) * DISTRIBUTIONS).map((value) =>
    Number.isNaN(value) ? NO_ORDER : orderOfSingle(value),
  ),
}));

const digits = (order: number) => (order >>> 0).toString(16).padStart(8, '0');
const lineOf = ({ copy, orders }: (typeof ROWS)[number]) => `${copy}\t${orders.map(digits).join('').toUpperCase()}\n`;

async function answers(text: string, settings: CountSettings): Promise<string[]> {
  return (await kernelAnswers(text, (emit) => count(settings, emit))).map((fields) => fields.join('\t'));
}

/** `<next> distribution low all distinct`, as sorting would count them. */
function counted(wanted: (order: number, distribution: number) => number | undefined): string[] {
  const found = new Map<string, [number, number]>();
  for (const { copy, orders } of ROWS)
    for (const [distribution, order] of orders.entries()) {
      const next = order === NO_ORDER ? undefined : wanted(order, distribution);
      if (next === undefined) continue;
      const name = `${next}\t${distribution}\t${order >> next}`;
      const [all, distinct] = found.get(name) ?? [0, 0];
      found.set(name, [all + 1, distinct + 1 - copy]);
    }
  return [...found].map(([name, numbers]) => [name, ...numbers].join('\t')).sort();
}

test('orders of both signs are counted by their first bits, and missing ones are not', async () => {
  const found = await answers(ROWS.map(lineOf).join(''), { distributions: DISTRIBUTIONS, splits: null });
  expect(found.at(-1)).toBe(`=\t${ROWS.length}\t${found.length - 1}\t0\t`);
  expect(found.slice(0, -1).sort()).toEqual(counted(() => 16));
});

test('buckets of several widths are divided, and what is in none of them is not counted', async () => {
  const orders = (at: number) => ROWS.flatMap((row) => (row.orders[at] === NO_ORDER ? [] : [row.orders[at] as number]));
  const splits = [
    ...orders(0)
      .slice(0, 20)
      .map((order) => ({ distribution: 0, low: order >> 16, shift: 16, next: 8 })),
    ...orders(1)
      .slice(0, 20)
      .map((order) => ({ distribution: 1, low: order >> 8, shift: 8, next: 0 })),
    ...orders(1)
      .slice(50, 60)
      .map((order) => ({ distribution: 1, low: order >> 16, shift: 16, next: 0 })),
  ].filter((one, i, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === i);
  // A bucket and a wider one around it are not asked for together.
  const apart = splits.filter(
    ({ distribution, low, shift }) =>
      shift === 16 ||
      !splits.some((wide) => wide.distribution === distribution && wide.shift === 16 && wide.low === low >> 8),
  );
  expect(apart.length).toBeGreaterThan(25);
  const found = await answers(ROWS.map(lineOf).join(''), { distributions: DISTRIBUTIONS, splits: apart });
  const wanted = counted(
    (order, distribution) =>
      apart.find((split) => split.distribution === distribution && split.low === order >> split.shift)?.next,
  );
  expect(wanted.length).toBeGreaterThan(25);
  expect(found.slice(0, -1).sort()).toEqual(wanted);
});

test.each([
  ['a digit too few', '0\t0000000\n'],
  ['a value too many', `0\t${'0'.repeat(32)}\n`],
  ['a letter that is no digit', `0\t${'0'.repeat(23)}g\n`],
  ['a null', '0\t\\N\n'],
  ['no orders', '0\n'],
  ['a fraction', `0.5\t${'0'.repeat(24)}\n`],
])('a line with %s is an error', async (_, text) => {
  await expect(answers(text, { distributions: DISTRIBUTIONS, splits: null })).rejects.toThrow(LineError);
});
