// How good the models of tables are: GOLDPAN_TABLE names CSV files with a header, separated by commas. The goals in figures are those of the
// census table adult.csv; any other table is compared with the peers. 80 % of the rows are trained on (a tenth of them only stops the
// training), 20 % are held out. With GOLDPAN_PIECE_MINUTES, what a seed found is kept, and the same command goes on from there.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Split } from '#core/kinds/split.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { CODEC_FILE, codesFile } from '../containers/trainer/data/coded-files.ts';
import { cellsFile } from '../containers/trainer/data/table/table-files.ts';
import { tableInputOf } from '../containers/trainer/data/table/table-input.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { runTableTask } from '../containers/trainer/learn/table-task.ts';
import type { EngineResult, TableTask } from '../containers/trainer/state/protocol.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { oneThreadHost, startCpuClock } from './cpu-clock.ts';
import { keepFile, keptPath, pieceMinutes } from './kept-fit.ts';
import { latentClassOfEveryColumn } from './table-quality/every-column.ts';
import { PEERS, type PeerFigures, peerOf } from './table-quality/peers.ts';
import { readTable } from './table-quality/read-table.ts';
import { type SplitTable, splitTable } from './table-quality/split-table.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const SETTINGS = JSON.parse(process.env.GOLDPAN_TRAIN ?? '{}') as Partial<TrainConfig>;
/** What the models are to reach on the census table of 32,561 rows. */
const GOALS = { quality: 0.986, detection: 0.555, marginals2: 0.984, marginals3: 0.967, late: 0.62 } as const;
const TSTR_LOSS = 0.01;
/** What the model's own predictions of the target may be below those of trees trained on real rows. */
const GIVEN_LOSS = 0.02;
const DCR = 0.02;
const NATS = 1.2;
const MINUTES = 10;
const ROWS = 100_000;
const DRAW_SECONDS = 15;

type Fitted = {
  readonly result: EngineResult;
  /** Of all threads, without the comparisons. */
  readonly trainMinutes: number;
  readonly peers: readonly PeerFigures[];
  /** Held-out nats of a latent-class model that codes every column, whether or not it follows from another one. */
  readonly latentClassNats: number;
};

const CENSUS = 'adult';

export const tableQuality: Benchmark = {
  sentence:
    "the VAE of a table (GOLDPAN_TABLE, a CSV) beside its goals, a latent-class model, and SDV's TVAE and CTGAN and MOSTLY's TabularARGN at equal CPU time",
  async run() {
    const files = process.env.GOLDPAN_TABLE?.split(',');
    if (files === undefined) throw new Error('set GOLDPAN_TABLE to the path of a CSV, or of several');
    const rows: Row[] = [];
    for (const file of files) {
      const name = basename(file, '.csv');
      const table = splitTable(readTable(file));
      const fitted: Fitted[] = [];
      for (const seed of SEEDS) {
        const own = await kept({ name, seed }, () => fitTable(table, seed));
        const seconds = 60 * own.trainMinutes;
        const peers: PeerFigures[] = [];
        for (const peer of PEERS)
          peers.push(await kept({ name, seed, peer }, () => peerOf(peer, { ...table, seed, seconds })));
        fitted.push({ ...own, peers });
      }
      const of = rowsOf(fitted, name === CENSUS);
      rows.push(...of.map((row) => ({ ...row, metric: `${name}: ${row.metric}` })));
    }
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows };
  },
};

/** Does the work, or returns what an earlier run of the same command found. */
async function kept<Found>(of: object, work: () => Promise<Found>): Promise<Found> {
  if (!Number.isFinite(pieceMinutes())) return work();
  const file = keepFile(`${keptPath(JSON.stringify({ ...of, SETTINGS }))}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const found = await work();
  writeFileSync(file, JSON.stringify(found));
  return found;
}

async function fitTable({ codec, splits }: SplitTable, seed: number): Promise<Omit<Fitted, 'peers'>> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, CODEC_FILE), JSON.stringify(codec));
  for (const [split, cells] of Object.entries(splits)) {
    writeFileSync(codesFile(folder, split as Split), rowCoder(codec).encode(cells));
    writeFileSync(cellsFile(folder, split as Split), JSON.stringify(cells));
  }
  const items = (split: Split) => splits[split][0]?.length ?? 0;
  const task: TableTask = {
    kind: 'table',
    table: tableInputOf(codec, ','),
    train: TrainConfig.parse({ ...SETTINGS, seed }),
    ...{ classes: 0, folder, features: null, parentFile: null, retry: null, resume: null },
    items: { train: items('train'), validation: items('validation'), test: items('test') },
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
    return { result, trainMinutes, latentClassNats: await latentClassOfEveryColumn({ codec, splits }, seed) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(fitted: readonly Fitted[], isCensus: boolean): Row[] {
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
  const below = figure('nats', 'latentClass') - figure('nats', 'model');
  const belowEvery = mean(({ latentClassNats }) => latentClassNats) - figure('nats', 'model');
  const ofCensus = () => [
    goal('SDMetrics Quality', '', figure('quality', 'model'), GOALS.quality),
    goal('detection AUC', '', figure('detection', 'model'), GOALS.detection, lowerIsBetter),
    goal('TSTR AUC', '', figure('tstr', 'model'), figure('tstr', 'real') - TSTR_LOSS),
    goal('accuracy of pairs', '', figure('marginals2', 'model'), GOALS.marginals2),
    goal('accuracy of triples', '', figure('marginals3', 'model'), GOALS.marginals3),
    goal('detection AUC, last columns given', '', figure('lateDetection', 'model'), GOALS.late, lowerIsBetter),
    goal(
      "AUC of the model's own predictions",
      '',
      figure('targetGiven', 'model'),
      figure('targetGiven', 'real') - GIVEN_LOSS,
    ),
    goal('held-out nats below latent-class, same columns coded', 'nats', below, NATS),
    goal('held-out nats below latent-class, every column coded', 'nats', belowEvery, NATS),
    goal(
      'share of nearest rows that are training rows, from 0.5',
      '',
      farFromHalf(figure('dcrShare', 'model')),
      DCR,
      lowerIsBetter,
    ),
    goal(
      'copies of training rows',
      '',
      Math.max(figure('copies', 'model'), 1e-6),
      figure('copies', 'real'),
      lowerIsBetter,
    ),
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
  ];
  return [
    ...(isCensus ? ofCensus() : []),
    ...names.flatMap((name) => beside(name, name === 'nats' ? 'nats' : '')),
    ...peerRows(fitted),
  ];
}

function farFromHalf(share: number): number {
  return Math.max(Math.abs(share - 0.5), 1e-3);
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
