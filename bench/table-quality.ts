// How good the models of a table are, beside the goals: GOLDPAN_TABLE names a CSV with a header whose last column has two values.
// 80 % of the rows are trained on (a tenth of them only stops the training), 20 % are held out.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { permutation } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { CODEC_FILE, codesFile } from '../containers/trainer/data/coded-files.ts';
import { cellsFile } from '../containers/trainer/data/table/table-files.ts';
import { tableInputOf } from '../containers/trainer/data/table/table-input.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { runTableTask } from '../containers/trainer/learn/table-task.ts';
import type { EngineResult, TableTask } from '../containers/trainer/state/protocol.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { oneThreadHost, startCpuClock } from './cpu-clock.ts';
import { type PeerFigures, peersOf } from './table-quality/peers.ts';
import { readTable } from './table-quality/read-table.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
const TRAINED = 0.8;
const VALIDATION = 0.1;
/** What the models are to reach on the census table of 32,561 rows. */
const GOALS = { quality: 0.986, detection: 0.555, marginals2: 0.984, marginals3: 0.967 } as const;
const TSTR_LOSS = 0.01;
const NATS = 1.2;
const MINUTES = 10;
const ROWS = 100_000;
const DRAW_SECONDS = 15;

type Fitted = {
  readonly result: EngineResult;
  /** Of all threads: training alone, and with the comparisons. */
  readonly trainMinutes: number;
  readonly minutes: number;
  readonly peers: readonly PeerFigures[];
};

export const tableQuality: Benchmark = {
  sentence:
    "the VAE of a table (GOLDPAN_TABLE, a CSV) beside its goals, a latent-class model, and SDV's TVAE and CTGAN and MOSTLY's TabularARGN at equal CPU time",
  async run() {
    const file = process.env.GOLDPAN_TABLE;
    if (file === undefined) throw new Error('set GOLDPAN_TABLE to the path of a CSV');
    const fitted: Fitted[] = [];
    for (const seed of SEEDS) fitted.push(await fitTable(readTable(file), seed));
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: rowsOf(fitted) };
  },
};

async function fitTable(columns: readonly TrainingColumn[], seed: number): Promise<Fitted> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  const rows = columns[0]?.cells.length ?? 0;
  const order = permutation(1, 'split', rows);
  const [end, stop] = [Math.round(rows * TRAINED), Math.round(rows * TRAINED * (1 - VALIDATION))];
  const splits: Record<Split, Int32Array> = {
    train: order.subarray(0, stop),
    validation: order.subarray(stop, end),
    test: order.subarray(end),
  };
  const cellsOf = (chosen: Int32Array) => columns.map(({ cells }) => Array.from(chosen, (row) => cells[row] as Cell));
  const trained = cellsOf(splits.train);
  const codec = fitCodec(columns.map((column, at) => ({ ...column, cells: trained[at] as Cell[] })));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, CODEC_FILE), JSON.stringify(codec));
  for (const [split, chosen] of Object.entries(splits) as [Split, Int32Array][]) {
    const cells = cellsOf(chosen);
    writeFileSync(codesFile(folder, split), rowCoder(codec).encode(cells));
    writeFileSync(cellsFile(folder, split), JSON.stringify(cells));
  }
  const task: TableTask = {
    kind: 'table',
    table: tableInputOf(codec, ','),
    train: TrainConfig.parse({ ...SETTINGS, seed }),
    ...{ classes: 0, folder, features: null, parentFile: null, retry: null, resume: null },
    items: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
  };
  let trainMinutes = Number.NaN;
  const minutes = startCpuClock();
  const host = oneThreadHost(minutes);
  try {
    const result = await runTableTask(
      task,
      {
        send(message) {
          if (message.type === 'scoring') trainMinutes = minutes();
          const epoch = message.type === 'checkpoint' ? message.progress.epochs.at(-1) : undefined;
          if (epoch)
            process.stderr.write(
              `${epoch.epoch} ${JSON.stringify(epoch.validation)} ${minutes().toFixed(2)} CPU minutes\n`,
            );
        },
        yieldToEventLoop: async () => void (await setImmediate()),
        stored: async () => undefined,
      },
      host,
    );
    const spent = minutes();
    const [train, test] = [cellsOf(splits.train), cellsOf(splits.test)];
    const peers = await peersOf({ codec, train, test, seed, seconds: 60 * trainMinutes });
    return { result, trainMinutes, minutes: spent, peers };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(fitted: readonly Fitted[]): Row[] {
  const mean = (of: (one: Fitted) => number) => fitted.reduce((sum, one) => sum + of(one), 0) / fitted.length;
  const figure = (name: string, side: 'model' | 'real' | 'latentClass' | 'shuffled') =>
    mean(({ result }) => result.metrics.table?.figures.find((one) => one.name === name)?.[side] ?? Number.NaN);
  const beside = (name: string, unit: string) =>
    (['latentClass', 'shuffled', 'real'] as const).flatMap((side) => {
      const row = {
        metric: name,
        unit,
        ours: figure(name, 'model'),
        peer: figure(name, side),
        peerName: side,
        goal: 0,
      };
      // There is no ratio to nothing.
      return Number.isNaN(row.peer) || row.peer === 0
        ? []
        : [name === 'detection' || name === 'nats' ? lowerIsBetter(row) : higherIsBetter(row)];
    });
  const goal = (metric: string, unit: string, ours: number, peer: number, better = higherIsBetter) =>
    better({ metric, unit, ours, peer, peerName: 'goal', goal: 1 });
  const names = [
    'quality',
    'detection',
    'tstr',
    'marginals1',
    'marginals2',
    'marginals3',
    'nats',
    'dcrShare',
    'copies',
  ];
  return [
    goal('SDMetrics Quality', '', figure('quality', 'model'), GOALS.quality),
    goal('detection AUC', '', figure('detection', 'model'), GOALS.detection, lowerIsBetter),
    goal('TSTR AUC', '', figure('tstr', 'model'), figure('tstr', 'real') - TSTR_LOSS),
    goal('accuracy of pairs', '', figure('marginals2', 'model'), GOALS.marginals2),
    goal('accuracy of triples', '', figure('marginals3', 'model'), GOALS.marginals3),
    goal('held-out nats below latent-class', 'nats', figure('nats', 'latentClass') - figure('nats', 'model'), NATS),
    goal(
      'training',
      'CPU minutes',
      mean(({ trainMinutes }) => trainMinutes),
      MINUTES,
      lowerIsBetter,
    ),
    goal(
      `${ROWS} rows drawn`,
      'CPU seconds',
      mean(({ result }) => {
        const { drawSeconds = Number.NaN, drawn = 1 } = result.metrics.table ?? {};
        return (drawSeconds * ROWS) / drawn;
      }),
      DRAW_SECONDS,
      lowerIsBetter,
    ),
    ...names.flatMap((name) => beside(name, name === 'nats' ? 'nats' : '')),
    ...peerRows(fitted),
  ];
}

/** Quality and predictions at least the peer's; what tells drawn rows from real ones beyond chance at most 0.8 of the peer's. */
function peerRows(fitted: readonly Fitted[]): Row[] {
  const own = (name: string) =>
    fitted.reduce(
      (sum, { result }) => sum + (result.metrics.table?.figures.find((one) => one.name === name)?.model ?? Number.NaN),
      0,
    ) / fitted.length;
  return (fitted[0]?.peers ?? []).flatMap(({ name: peerName, version }, at) => {
    const theirs = (of: (peer: PeerFigures) => number | undefined) =>
      fitted.reduce((sum, { peers }) => sum + (of(peers[at] as PeerFigures) ?? Number.NaN), 0) / fitted.length;
    const named = `${peerName} ${version}`;
    const higher = (['quality', 'tstr', 'tstrOthers', 'marginals1', 'marginals2', 'marginals3'] as const).map(
      (name) => ({
        ...{ metric: name, unit: '', ours: own(name), peer: theirs(({ figures }) => figures[name]), peerName: named },
      }),
    );
    const excess = {
      ...{ metric: 'detection AUC over 0.5', unit: '', peerName: named, goal: 1.25 },
      ours: Math.max(own('detection') - 0.5, 1e-3),
      peer: theirs(({ figures }) => figures.detection) - 0.5,
    };
    const spent = {
      ...{ metric: 'training', unit: 'CPU minutes', peerName: named, goal: 0 },
      ours: fitted.reduce((sum, { trainMinutes }) => sum + trainMinutes, 0) / fitted.length,
      peer: theirs(({ minutes }) => minutes),
    };
    return [
      ...higher.filter(({ peer }) => !Number.isNaN(peer)).map((row) => higherIsBetter({ ...row, goal: 1 })),
      lowerIsBetter(excess),
      lowerIsBetter(spent),
    ];
  });
}
