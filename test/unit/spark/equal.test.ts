// Both paths of index decide alike: every row of items, index.json and facts.json, on datasets of every kind with hostile names and numbers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildKernelArchive } from '../../../infra/packaging/spark-kernel.ts';
import { byOneProcess, bySpark, differences } from '../../fixtures/spark/both-paths.ts';
import { DATASET, type RandomKind, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, openSession } from '../../fixtures/spark/session.ts';

const HANGS_AFTER_MS = 900_000;
type Case = {
  kind: RandomKind;
  items: number;
  spread: number;
  rejects?: boolean;
  pageBits?: number;
  mostRows?: number;
};
const CASES: readonly Case[] = [
  { kind: 'image', items: 300, spread: 12, rejects: true, pageBits: 2, mostRows: 9 },
  { kind: 'text', items: 200, spread: 24, rejects: true, mostRows: 5 },
];
/** Each takes some seconds of processor time. More of every kind and of other sizes: GOLDPAN_SPARK_DATASETS=40 npm run test:unit -- spark/equal; others with GOLDPAN_SPARK_FIRST=40 */
const FIRST = Number(process.env.GOLDPAN_SPARK_FIRST ?? 0);
const MORE = Array.from({ length: Number(process.env.GOLDPAN_SPARK_DATASETS ?? 0) }, (_, at): Case => {
  const i = FIRST + at;
  const kind = (['image', 'colour', 'text', 'audio', 'table'] as const)[i % 5] as RandomKind;
  return {
    kind,
    items: 5 + ((i * 37) % 300),
    spread: 1 + (i % 13),
    rejects: i % 2 === 0,
    pageBits: 1 + (i % 6),
    mostRows: i % 3 === 0 ? 7 : 100,
  };
});

test(
  'Spark decides about every item as one process does, with the same facts',
  async (context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const session = openSession();
    const cases = [...CASES, ...MORE];
    const both = cases.map(async ({ kind, items, spread, rejects = false, pageBits, mostRows }, at) => {
      const { drop, data } = await randomDataset(kind, { seed: FIRST + at, items, spread, rejects });
      const given = { drop, data, dataset: DATASET };
      const one = await byOneProcess(given);
      return { kind, one, other: await bySpark(given, session.decide({ pageBits, mostRows })) };
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

test(
  'several machines that unpack the kernel from its archive, as those of EMR Serverless do, decide alike',
  async (context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-kernel-'));
    try {
      const archive = join(folder, 'kernel.tgz');
      buildKernelArchive(archive);
      const session = openSession({ cluster: { executors: 2, archive } });
      const { drop, data } = await randomDataset('image', { seed: 5, items: 120, spread: 8, rejects: true });
      const given = { drop, data, dataset: DATASET };
      const one = await byOneProcess(given);
      const [other] = await Promise.all([bySpark(given, session.decide({ pageBits: 2 })), session.run(1)]);
      expect(differences(one, other).slice(0, 5)).toEqual([]);
      expect(one.items.filter(({ cluster }) => cluster !== null).length).toBeGreaterThan(20);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  HANGS_AFTER_MS,
);
