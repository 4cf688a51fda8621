// Datasets in which very many items have one key, through both paths of index, in a process of its own: node hot.ts FILE ITEMS [WORD IN NAMES]. All share one session of Spark.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '#core/store/store.ts';
import { byOneProcess, bySpark, differences } from '../../test/fixtures/spark/both-paths.ts';
import { DATASET, randomDataset } from '../../test/fixtures/spark/random-datasets.ts';
import { openSession } from '../../test/fixtures/spark/session.ts';
import { eventLogIn, readEventLog } from './event-log.ts';
import { HOT_DATASET, hotDataset } from './hot-datasets.ts';
import { machineFor } from './machine.ts';

const TASKS = 16;
/** Stages of fewer tasks divide no shuffle, and those with few rows say nothing. */
const LEAST_TASKS = TASKS / 2;
/** Shorter tasks take as long as their start. */
const LEAST_MS = 200;
const SHOWN = 5;
/** These stages have one task for each part or shard, whose sizes are limited. */
const BY_PART_OR_SHARD = /^(placed$|items$|select item, coalesce)/;
const FAMILIES = [
  ['families of 200 pictures', 'image', 200],
  ['families of 300 texts', 'text', 300],
] as const;
/** Settings that change no answer, as page bits and tasks of a shuffle. */
const DIVISIONS = [
  [2, 4],
  [4, 16],
  [6, 64],
] as const;
const DIVIDED_SHARE = 4;
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

type Given = {
  readonly name: string;
  readonly items: number;
  readonly dataset: string;
  readonly settings: { readonly pageBits: number; readonly partitions: number; readonly mostRows: number };
  readonly make: () => Promise<{ readonly drop: Store; readonly data: Store }>;
};

const [file, itemsGiven, word = ''] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, JSON.stringify(await measure(Number(itemsGiven))));

async function measure(items: number): Promise<HotMeasured> {
  const eventLog = mkdtempSync(join(tmpdir(), 'goldpan-events-'));
  mkdirSync(eventLog, { recursive: true });
  try {
    const session = openSession({ ...machineFor(items), configuration: eventLogIn(eventLog) });
    const ofHot = { pageBits: 4, partitions: TASKS, mostRows: Math.ceil(items / (4 * TASKS)) };
    const given: readonly Given[] = [
      ...SHAPES.map(([name, shape]) => ({
        ...{ name, items, dataset: HOT_DATASET, settings: ofHot },
        make: () => hotDataset(shape, items),
      })),
      ...FAMILIES.map(([name, kind, spread]) => ({
        ...{ name, items, dataset: DATASET, settings: ofHot },
        make: () => randomDataset(kind, { seed: spread, items, spread, rejects: true }),
      })),
      ...DIVISIONS.flatMap(([pageBits, partitions]) =>
        (['image', 'text'] as const).map((kind) => ({
          ...{ name: `${kind}, ${pageBits} bits, ${partitions} partitions`, items: Math.ceil(items / DIVIDED_SHARE) },
          ...{ dataset: DATASET, settings: { pageBits, partitions, mostRows: 8 * partitions } },
          make: () =>
            randomDataset(kind, { seed: 1, items: Math.ceil(items / DIVIDED_SHARE), spread: 12, rejects: true }),
        })),
      ),
    ];
    const both = given
      .filter(({ name }) => name.includes(word))
      .map(async ({ name, items: count, dataset, settings, make }): Promise<HotCompared> => {
        const { drop, data } = await make();
        const one = await byOneProcess({ drop, data, dataset });
        const found = differences(one, await bySpark({ drop, data, dataset }, session.decide(settings)));
        const sizes = Map.groupBy(one.items, ({ cluster }) => cluster);
        sizes.delete(null);
        const largestCluster = Math.max(0, ...[...sizes.values()].map((members) => members.length));
        return { name, items: count, differences: found.length, examples: found.slice(0, 3), largestCluster };
      });
    const [compared] = await Promise.all([Promise.all(both), session.run(both.length)]);
    const stages = readEventLog(eventLog);
    showTimes(stages);
    return { compared, ...worstOf(stages, items / TASKS) };
  } finally {
    rmSync(eventLog, { recursive: true, force: true });
  }
}

/** Prints the stages of which one task took longest beside the median of all. Where processors are shared, times say less than rows. */
function showTimes(stages: ReturnType<typeof readEventLog>): void {
  const found = stages.flatMap(({ name, milliseconds }) => {
    const sorted = milliseconds.toSorted((a, b) => a - b);
    const [most = 0, median = 0] = [sorted.at(-1), sorted[sorted.length >>> 1]];
    if (sorted.length < LEAST_TASKS || most < LEAST_MS || BY_PART_OR_SHARD.test(name)) return [];
    return [{ ratio: most / median, line: `${most.toFixed(0)} ms beside ${median.toFixed(0)}: ${name}` }];
  });
  for (const { ratio, line } of found.sort((a, b) => b.ratio - a.ratio).slice(0, SHOWN))
    process.stderr.write(`${ratio.toFixed(1)} x the median task, ${line}\n`);
}

function worstOf(stages: ReturnType<typeof readEventLog>, leastRows: number) {
  const ratios = stages.flatMap(({ name, rows }) => {
    if (BY_PART_OR_SHARD.test(name)) return [];
    const [most, total] = [Math.max(...rows), rows.reduce((sum, count) => sum + count, 0)];
    if (rows.length < LEAST_TASKS || most < leastRows) return [];
    return [{ worst: (most * rows.length) / total, stage: `${name}: ${rows.join(' ')}` }];
  });
  return ratios.sort((a, b) => b.worst - a.worst)[0] ?? { worst: 1, stage: '' };
}
