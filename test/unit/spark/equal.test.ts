// Both paths of index decide alike: every row of items, index.json and facts.json, on datasets of every kind with hostile names and numbers.
import { expect, test } from 'vitest';
import { byOneProcess, bySpark, differences } from '../../fixtures/spark/both-paths.ts';
import { DATASET, type RandomKind, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, openSession } from '../../fixtures/spark/session.ts';

const HANGS_AFTER_MS = 900_000;
type Case = { kind: RandomKind; items: number; spread: number; rejects?: boolean; pageBits?: number };
const CASES: readonly Case[] = [
  { kind: 'image', items: 300, spread: 12, rejects: true, pageBits: 2 },
  { kind: 'text', items: 200, spread: 6, rejects: true },
];
/** Each takes about ten seconds of processor time. More of every kind and of other sizes: GOLDPAN_SPARK_DATASETS=40 npm run test:unit -- spark/equal */
const MORE = Array.from({ length: Number(process.env.GOLDPAN_SPARK_DATASETS ?? 0) }, (_, i): Case => {
  const kind = (['image', 'colour', 'text', 'audio', 'table'] as const)[i % 5] as RandomKind;
  return { kind, items: 5 + ((i * 37) % 300), spread: 1 + (i % 13), rejects: i % 2 === 0, pageBits: 1 + (i % 6) };
});

test(
  'Spark decides about every item as one process does, with the same facts',
  async (context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const session = openSession();
    const cases = [...CASES, ...MORE];
    const both = cases.map(async ({ kind, items, spread, rejects = false, pageBits }, seed) => {
      const { drop, data } = await randomDataset(kind, { seed, items, spread, rejects });
      const given = { drop, data, dataset: DATASET };
      const one = await byOneProcess(given);
      return { kind, one, other: await bySpark(given, session.decide({ pageBits })) };
    });
    const [found] = await Promise.all([Promise.all(both), session.run(cases.length)]);
    for (const { kind, one, other } of found) {
      expect({ kind, differences: differences(one, other).slice(0, 5) }).toEqual({ kind, differences: [] });
    }
    const near = found.slice(0, CASES.length).map(({ one }) => one.items.filter(({ cluster }) => cluster !== null));
    expect(near.map((items) => items.length > 50)).toEqual([true, true]);
  },
  HANGS_AFTER_MS,
);
