// Datasets in which very many items have one key, through both paths of index, in a process of its own: node hot.ts FILE ITEMS. All share one session of Spark.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byOneProcess, bySpark, differences } from '../../test/fixtures/spark/both-paths.ts';
import { DATASET, randomDataset } from '../../test/fixtures/spark/random-datasets.ts';
import { openSession } from '../../test/fixtures/spark/session.ts';
import { eventLogIn, readEventLog } from './event-log.ts';
import { HOT_DATASET, hotDataset } from './hot-datasets.ts';

const TASKS = 16;
/** Stages of fewer tasks divide no shuffle, and those with few rows say nothing. */
const LEAST_TASKS = TASKS / 2;
const FAMILIES = [
  ['families of 200 pictures', 'image', 200],
  ['families of 300 texts', 'text', 300],
] as const;
const SHAPES = [
  ['one content', 'content'],
  ['one band', 'band'],
  ['one page of hashes', 'page'],
  ['a chain', 'chain'],
] as const;

export type HotCompared = {
  readonly name: string;
  readonly items: number;
  readonly differences: number;
  readonly examples: readonly string[];
  readonly largestCluster: number;
};
/** worst: the largest number of rows of a task beside the mean of its stage, where one task that does all has as many as there are tasks; stage: what it does. */
export type HotMeasured = { readonly compared: readonly HotCompared[]; readonly worst: number; readonly stage: string };

const [file, itemsGiven] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, JSON.stringify(await measure(Number(itemsGiven))));

async function measure(items: number): Promise<HotMeasured> {
  const eventLog = mkdtempSync(join(tmpdir(), 'goldpan-events-'));
  mkdirSync(eventLog, { recursive: true });
  try {
    const session = openSession({
      ...{ isTiny: false, processors: 2, memoryMiB: 3_072 },
      configuration: {
        ...eventLogIn(eventLog),
        'spark.sql.shuffle.partitions': String(TASKS),
        'spark.sql.adaptive.coalescePartitions.enabled': 'false',
      },
    });
    const given = [
      ...SHAPES.map(([name, shape]) => ({ name, dataset: HOT_DATASET, make: () => hotDataset(shape, items) })),
      ...FAMILIES.map(([name, kind, spread]) => ({
        ...{ name, dataset: DATASET },
        make: () => randomDataset(kind, { seed: spread, items, spread, rejects: true }),
      })),
    ];
    const both = given.map(async ({ name, dataset, make }): Promise<HotCompared> => {
      const { drop, data } = await make();
      const one = await byOneProcess({ drop, data, dataset });
      const decide = session.decide({ pageBits: 4, mostRows: Math.ceil(items / (4 * TASKS)) });
      const found = differences(one, await bySpark({ drop, data, dataset }, decide));
      const sizes = Map.groupBy(one.items, ({ cluster }) => cluster);
      sizes.delete(null);
      const largestCluster = Math.max(0, ...[...sizes.values()].map((members) => members.length));
      return { name, items, differences: found.length, examples: found.slice(0, 3), largestCluster };
    });
    const [compared] = await Promise.all([Promise.all(both), session.run(given.length)]);
    return { compared, ...worstOf(readEventLog(eventLog), items / TASKS) };
  } finally {
    rmSync(eventLog, { recursive: true, force: true });
  }
}

function worstOf(stages: ReturnType<typeof readEventLog>, leastRows: number) {
  const ratios = stages.flatMap(({ name, rows }) => {
    const [most, total] = [Math.max(...rows), rows.reduce((sum, count) => sum + count, 0)];
    if (rows.length < LEAST_TASKS || most < leastRows) return [];
    return [{ worst: (most * rows.length) / total, stage: `${name}: ${rows.join(' ')}` }];
  });
  return ratios.sort((a, b) => b.worst - a.worst)[0] ?? { worst: 1, stage: '' };
}
