// Random datasets of every kind through both paths of index, in a separate process: node every-kind.ts FILE ITEMS. They have copies, families of similar
// items, conflicting labels, hostile names and odd numbers. All kinds share one session of Spark, because starting Java takes seconds.
import { writeFileSync } from 'node:fs';
import { byOneProcess, bySpark, differences } from '../../test/fixtures/spark/both-paths.ts';
import { DATASET, type RandomKind, randomDataset } from '../../test/fixtures/spark/random-datasets.ts';
import { openSession } from '../../test/fixtures/spark/session.ts';
import { machineFor } from './machine.ts';

const RANDOM_KINDS = ['image', 'colour', 'text', 'audio', 'table'] as const satisfies readonly RandomKind[];
/** Items per family of similar ones. */
const SPREAD = 12;

export type KindCompared = {
  readonly kind: RandomKind;
  readonly items: number;
  /** Items, facts and index that differ, the first ones in words. */
  readonly differences: number;
  readonly examples: readonly string[];
};

const [file, itemsGiven] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, JSON.stringify(await compare(Number(itemsGiven))));

async function compare(items: number): Promise<KindCompared[]> {
  const session = openSession(machineFor(items));
  const both = RANDOM_KINDS.map(async (kind, seed) => {
    const { drop, data } = await randomDataset(kind, { seed, items, spread: SPREAD, rejects: true });
    const given = { drop, data, dataset: DATASET };
    const one = await byOneProcess(given);
    const found = differences(one, await bySpark(given, session.decide()));
    return { kind, items: one.items.length, differences: found.length, examples: found.slice(0, 3) };
  });
  const [compared] = await Promise.all([Promise.all(both), session.run(RANDOM_KINDS.length)]);
  return compared;
}
