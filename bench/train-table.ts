// Rows of a table that are trained on in a second of CPU time: the GAN beside the ctgan package, the VAE beside the same network in PyTorch.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { normals, uniforms } from '#core/base/random.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { csvOf } from '#core/kinds/table/codec/write-rows.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { fillBatch, newBatch } from '../containers/trainer/data/batches.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { orderedCodes } from '../containers/trainer/models/table/ordered-codes.ts';
import { tableFamilyOf } from '../containers/trainer/models/table/table-families.ts';
import { countCodes, type TableLayout, tableLayout } from '../containers/trainer/models/table/table-layout.ts';
import { tableSizes } from '../containers/trainer/models/table/table-vae.ts';
import { type Benchmark, higherIsBetter } from './benchmark.ts';
import { startCpuClock } from './cpu-clock.ts';
import { askPython } from './peer/python-environment.ts';
import { TABLE_GENERATORS } from './table-quality/peers.ts';

const ROWS = 20_000;
/** As the census table has: five columns of numbers, nine of texts. */
const NUMBERS = 5;
const TEXTS = [2, 2, 5, 6, 7, 9, 15, 16, 42];
const [WARM_UP, STEPS, EPOCHS] = [10, 60, 3];
const GOALS = { gan: 2, vae: 1.3 } as const;

type Answer = { readonly version: string; readonly rowsPerSecond: number };

export const trainTable: Benchmark = {
  sentence: 'rows of a table trained on in a second of CPU time, beside the ctgan package and the same VAE in PyTorch',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-train-table-'));
    try {
      const table = plantedTable();
      const ask = (settings: object): Answer => {
        const file = join(folder, 'asked.json');
        writeFileSync(file, JSON.stringify({ threads: availableParallelism(), ...settings }));
        return askPython<Answer>({ ...TABLE_GENERATORS, script: 'table_training.py' }, [file]);
      };
      const train = join(folder, 'train.csv');
      writeFileSync(train, csvOf(table.codec, table.cells, { delimiter: ',', header: true }));
      const discrete = table.codec.columns.flatMap(({ name, type }) => (type === 'category' ? [name] : []));
      const { layout, codes } = table;
      const width = layout.subColumns.length;
      const { units, contextUnits, latentDim } = tableSizes({ layout, latentDim: 16 });
      const gan = ask({ what: 'ctgan', train, discrete, epochs: EPOCHS });
      const vae = ask({
        ...{ what: 'vae', units, contextUnits, latentDim, batch: 256, steps: STEPS, warmUp: WARM_UP },
        codes: layout.subColumns.map((one) => one.codes),
        columnOf: layout.columnOf,
        ...featuresOf(layout),
        rows: Array.from({ length: 4_000 }, (_, row) => [...codes.subarray(row * width, (row + 1) * width)]),
      });
      const rows = [
        { model: 'gan' as const, peer: gan, peerName: `ctgan ${gan.version}` },
        { model: 'vae' as const, peer: vae, peerName: `PyTorch ${vae.version}` },
      ].map(({ model, peer, peerName }) =>
        higherIsBetter({
          ...{ metric: model, unit: 'rows/CPU s', peerName, goal: GOALS[model] },
          ours: paceOf(model, table),
          peer: peer.rowsPerSecond,
        }),
      );
      return { versions: { tfjs: tf.version['tfjs-node'] }, rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What ordered codes share, for the same network elsewhere. */
function featuresOf(layout: TableLayout) {
  const { features = 0, subColumnOfFeature = [], values = [] } = orderedCodes(layout) ?? {};
  const ordered = Array.from({ length: layout.codes }, (_, code) => [
    ...values.slice(code * features, (code + 1) * features),
  ]);
  return { ordered, subColumnOfFeature };
}

/** Columns that hang together by one hidden number. */
function plantedTable() {
  const hidden = normals(1, 'hidden', ROWS);
  const columns = [
    ...Array.from({ length: NUMBERS }, (_, at) => {
      const noise = normals(1, `number/${at}`, ROWS);
      const cells = Array.from(hidden, (z, row): Cell => Math.round((z + (noise[row] as number)) * 10 ** (at + 1)));
      return { name: `number${at}`, type: 'integer' as const, cells };
    }),
    ...TEXTS.map((values, at) => {
      const draws = uniforms(1, `text/${at}`, ROWS);
      const place = (row: number) => (draws[row] as number) * 0.7 + 0.3 / (1 + Math.exp(-(hidden[row] as number)));
      const cells = Array.from({ length: ROWS }, (_, row): Cell => `v${Math.floor(place(row) ** 2 * values)}`);
      return { name: `text${at}`, type: 'category' as const, cells };
    }),
  ];
  const codec = fitCodec(columns.map((column) => ({ ...column, in: column.name })));
  const cells = columns.map((column) => column.cells);
  return { codec, cells, layout: tableLayout(subColumnsOf(codec)), codes: rowCoder(codec).encode(cells) };
}

function paceOf(model: 'gan' | 'vae', { layout, codes }: ReturnType<typeof plantedTable>): number {
  const train = resolveTableTrain(TrainConfig.parse({ model }), ROWS);
  const { batchSize } = train;
  const size = layout.subColumns.length;
  const counts = countCodes(layout, codes);
  const learner = tableFamilyOf(model).openLearner({
    ...{ train, layout, rows: ROWS, trainCodes: codes, batchSize, towers: 1, rateScale: 1 },
    logShares: Float32Array.from(counts, (count) => Math.log((count + 0.1) / ROWS)),
    stepsPerEpoch: Math.floor(ROWS / batchSize),
  });
  const labels = new Int32Array(ROWS).fill(-1);
  const items = { items: ROWS, size, bytes: codes, labels, classes: 0, areCodes: true as const };
  const batch = newBatch(batchSize, size, 0);
  let minutes = startCpuClock();
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    if (step === WARM_UP) minutes = startCpuClock();
    const first = (step * batchSize) % (ROWS - batchSize);
    fillBatch(
      batch,
      items,
      Int32Array.from({ length: batchSize }, (_, row) => first + row),
    );
    learner.train(batch);
  }
  const pace = (STEPS * batchSize) / (60 * minutes());
  learner.dispose();
  return pace;
}
