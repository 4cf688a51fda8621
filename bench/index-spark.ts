// Runs both paths of index on the same simulated parts: checks that their decisions are equal, and compares the CPU time of Spark with that of one process.
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import type { BothPaths } from './index-spark/both.ts';
import type { KindCompared } from './index-spark/every-kind.ts';
import type { ExecutorsCompared } from './index-spark/executors.ts';
import type { HotMeasured } from './index-spark/hot.ts';
import { OUTPUT, outputOf, runProgram } from './programs.ts';

/** Seconds of Spark and gather beside those of one process. */
const GOALS = { image: 1.5, text: 3 } as const;
/** Bytes that each item takes between the tasks of Spark. */
const SHUFFLED = { image: 2_500, text: 1_500 } as const;
/** Rows of a task beside the mean of its stage, where very many items have one key. */
const MOST_OF_A_TASK = 5;
const ITEMS = Number(process.env.GOLDPAN_ITEMS ?? 10_000);
/** Of the random datasets, whose clips alone have 8 kB each in memory. */
const RANDOM_ITEMS = Number(process.env.GOLDPAN_RANDOM_ITEMS ?? 1_000);
/** Of the images and texts that 1, 2 and 4 executors decide about. */
const EXECUTOR_ITEMS = Number(process.env.GOLDPAN_EXECUTOR_ITEMS ?? 2_000);
/** Of each dataset in which many items have one key. */
const HOT_ITEMS = Number(process.env.GOLDPAN_HOT_ITEMS ?? 2_000);

export const indexSpark: Benchmark = {
  sentence:
    'index by Spark beside one process: simulated images and texts (GOLDPAN_ITEMS, 10,000 by default), random datasets of every kind (GOLDPAN_RANDOM_ITEMS, 1,000), images and texts by 1, 2 and 4 executors (GOLDPAN_EXECUTOR_ITEMS, 2,000), datasets in which many items have one content, one band, one page or one cluster (GOLDPAN_HOT_ITEMS, 2,000); needs npm run setup -- --spark',
  async run() {
    const rows: Row[] = [];
    rows.push(...(await inProcess<KindCompared[]>('every-kind', RANDOM_ITEMS)).map(kindRow));
    rows.push(...(await inProcess<ExecutorsCompared[]>('executors', EXECUTOR_ITEMS)).map(executorsRow));
    rows.push(...hotRows(await inProcess<HotMeasured>('hot', HOT_ITEMS)));
    for (const kind of ['image', 'text'] as const) rows.push(...rowsOf(kind, await measure(kind)));
    return { versions: { spark: '3.5.6' }, rows };
  },
};

async function measure(kind: string): Promise<BothPaths> {
  const measured = await outputOf<BothPaths>(async (folder) => {
    await runProgram('index-scale/one-size.ts', ['make', kind, String(ITEMS), folder]);
    await runProgram('index-spark/both.ts', [folder]);
  });
  process.stderr.write(`${kind}: ${JSON.stringify(measured)}\n`);
  return measured;
}

function inProcess<Found>(program: string, items: number): Promise<Found> {
  return outputOf((folder) => runProgram(`index-spark/${program}.ts`, [join(folder, OUTPUT), String(items)]));
}

function hotRows({ compared, worst, stage }: HotMeasured): Row[] {
  process.stderr.write(`largest task: ${stage}\n`);
  return [
    ...compared.map((one) => {
      process.stderr.write(`${one.name}: ${JSON.stringify(one)}\n`);
      return kindRow({ ...one, kind: one.name });
    }),
    lowerIsBetter({
      metric: `many items with one key, ${HOT_ITEMS} items each, rows of the largest task`,
      unit: 'times the mean',
      ours: worst,
      peer: MOST_OF_A_TASK,
      peerName: 'at most',
      goal: 1,
    }),
  ];
}

function kindRow({ kind, items, differences, examples }: Omit<KindCompared, 'kind'> & { kind: string }): Row {
  for (const example of examples) process.stderr.write(`${kind}: ${example}\n`);
  return higherIsBetter({
    metric: `${kind}, ${items} items, share of items with the same decision`,
    unit: 'share',
    ours: 1 - Math.min(differences, items) / items,
    peer: 1,
    peerName: 'one process',
    goal: 1,
  });
}

function executorsRow(compared: ExecutorsCompared): Row {
  const { kind, digest, digestOfOneProcess } = compared;
  process.stderr.write(`${kind}: digest ${digest}, of one process ${digestOfOneProcess}\n`);
  return kindRow(compared);
}

function rowsOf(kind: keyof typeof GOALS, measured: BothPaths): Row[] {
  const { items, isEqual, oneProcessSeconds, gatherSeconds, sparkSeconds, shuffledBytes } = measured;
  return [
    higherIsBetter({
      metric: `${kind}, ${items} items, snapshots with the same decisions and facts`,
      unit: 'snapshots',
      ours: isEqual ? 1 : 0,
      peer: 1,
      peerName: 'one process',
      goal: 1,
    }),
    lowerIsBetter({
      metric: `${kind}, ${items} items, processor time of gather and Spark`,
      unit: 's',
      ours: gatherSeconds + sparkSeconds,
      peer: oneProcessSeconds,
      peerName: 'one process',
      goal: 1 / GOALS[kind],
    }),
    lowerIsBetter({
      metric: `${kind}, ${items} items, bytes between tasks of Spark, an item`,
      unit: 'B',
      ours: shuffledBytes / items,
      peer: SHUFFLED[kind],
      peerName: 'at most',
      goal: 1,
    }),
  ];
}
