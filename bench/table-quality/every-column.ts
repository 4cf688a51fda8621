// The latent-class model where every column is coded, also those that the codec looks up from another one. A row with a column that
// follows from another has the same probability with and without it, so the bound of a VAE that looks it up stands beside this figure.
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf, type TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitColumn } from '#core/kinds/table/codec/fit-column.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTableTrain } from '#core/model/resolve-table-train.ts';
import type { Items } from '../../containers/trainer/data/batches.ts';
import { fitModel } from '../../containers/trainer/learn/fit.ts';
import { tableFamilyOf } from '../../containers/trainer/models/table/table-families.ts';
import { countCodes, tableLayout } from '../../containers/trainer/models/table/table-layout.ts';
import { START } from '../../containers/trainer/state/checkpoint.ts';
import type { SplitTable } from './split-table.ts';

const CLASSES = 300;
const ROUNDS = 12;
const PRIOR_ROWS = 0.1;

/** Returns the negative log likelihood of a held-out row in nats. */
export async function latentClassOfEveryColumn({ codec, splits }: SplitTable, seed: number): Promise<number> {
  const whole = coded(codec, splits.train);
  const layout = tableLayout(subColumnsOf(whole));
  const coder = rowCoder(whole);
  const itemsOf = (cells: readonly (readonly Cell[])[]): Items<Uint8Array> => {
    const items = cells[0]?.length ?? 0;
    const bytes = coder.encode(cells);
    return { items, size: coder.width, bytes, labels: new Int32Array(items).fill(-1), classes: 0, areCodes: true };
  };
  const [train, validation, test] = [splits.train, splits.validation, splits.test].map(itemsOf) as [
    Items<Uint8Array>,
    Items<Uint8Array>,
    Items<Uint8Array>,
  ];
  const settings = resolveTableTrain(
    TrainConfig.parse({ model: 'latent-class', seed, epochs: ROUNDS, patience: 2, latentDim: CLASSES }),
    train.items,
  );
  const learner = tableFamilyOf('latent-class').openLearner({
    ...{ train: settings, layout, rows: train.items, trainCodes: train.bytes, batchSize: settings.batchSize },
    ...{ towers: 1, rateScale: 1, stepsPerEpoch: Math.floor(train.items / settings.batchSize) },
    logShares: Float32Array.from(countCodes(layout, train.bytes), (count) =>
      Math.log((count + PRIOR_ROWS) / (train.items + PRIOR_ROWS)),
    ),
  });
  const yieldToEventLoop = async () => undefined;
  const hooks = {
    yieldToEventLoop,
    ...{ stepDone: () => undefined, checkpoint: async () => undefined, now: () => 0, memoryMiB: () => 0 },
  };
  const data = { train, validation };
  const { best } = await fitModel({
    ...{ learner, train: settings, data, classes: 0, progress: START, best: undefined, hooks },
  });
  learner.use(best, 0);
  const { negativeLogLikelihood } = await learner.score(test, yieldToEventLoop);
  return negativeLogLikelihood as number;
}

/** The codec with a code for each value of a column that is looked up. */
function coded(codec: TableCodec, train: readonly (readonly Cell[])[]): TableCodec {
  const lookedUp = codec.columns.flatMap(({ source }, place) => (source.from === 'lookup' ? [place] : []));
  const columns = codec.columns.map((column, place) =>
    column.source.from === 'lookup'
      ? { ...column, source: fitColumn({ name: column.name, type: column.type, isKey: false }, train[place] as Cell[]) }
      : column,
  );
  return { ...codec, columns, order: [...codec.order, ...lookedUp] };
}
