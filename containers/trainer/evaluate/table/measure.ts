// The metrics of one set of rows beside training and held-out rows. What depends on the real rows alone is computed once.
import { permutation } from '#core/base/random.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import type { TableFigureName } from '#core/model/messages/table-metrics.ts';
import { type Cells, pickRows } from './bin-features.ts';
import { closestShare, copiesOf } from './closeness.ts';
import { detectionAuc } from './detection.ts';
import { diagnosticOf } from './diagnostic.ts';
import { marginalAccuracy } from './marginals.ts';
import { type TableQuality, tableQualityOf } from './quality.ts';
import { otherTargets, type PredictionTarget, targetAuc, targetOf } from './target.ts';

export type Measured = Partial<Record<TableFigureName, number>>;

export type Measuring = {
  /** The column that a classifier predicts; undefined when no column is suitable. */
  readonly target: PredictionTarget | undefined;
  quality(rows: Cells): TableQuality;
  /** Measures rows against the held-out rows `held`. */
  measure(rows: Cells, held: Cells): Promise<Measured>;
  /**
   * Measures held-out rows in place of generated ones: against other held-out rows, and with training rows as the classifier's data.
   */
  measureReal(): Promise<Measured>;
};

type Real = {
  readonly codec: TableCodec;
  readonly train: Cells;
  readonly test: Cells;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

export function measuring({ codec, train, test, seed, yieldToEventLoop }: Real): Measuring {
  const target = targetOf(codec, train);
  const others = otherTargets(codec, train, target);
  const [quality, diagnostic] = [tableQualityOf(codec, train), diagnosticOf(codec, train)];
  const modelled = modelledOnly(codec);
  const [modelledTrain, modelledTest] = [modelled(train), modelled(test)];
  const copies = copiesOf(modelledTrain);
  const inModelled = (one: PredictionTarget) => ({
    ...one,
    column: codec.columns.slice(0, one.column).filter(isModelled).length,
  });
  const predicted = async (training: Cells): Promise<Measured> => {
    const scores: number[] = [];
    for (const other of others) {
      await yieldToEventLoop();
      scores.push(targetAuc(inModelled(other), training, modelledTest));
    }
    return {
      ...(target && { tstr: targetAuc(inModelled(target), training, modelledTest) }),
      ...(scores.length > 0 && { tstrOthers: scores.reduce((sum, score) => sum + score, 0) / scores.length }),
    };
  };

  async function measure(rows: Cells, held: Cells): Promise<Measured> {
    await yieldToEventLoop();
    const { quality: score, columnShapes, columnPairTrends } = quality(rows);
    const { diagnostic: sound, dataValidity } = diagnostic(rows);
    await yieldToEventLoop();
    const [own, told] = [modelled(rows), modelled(held)];
    const missing = missingSimilarity(train, rows);
    return {
      ...{ quality: score, columnShapes, columnPairTrends, diagnostic: sound, dataValidity },
      ...marginalAccuracy(modelledTrain, own, seed),
      detection: await detectionAuc(told, own, seed, yieldToEventLoop),
      ...(await predicted(own)),
      ...(missing !== undefined && { missingSimilarity: missing }),
      dcrShare: closestShare(own, modelledTrain, told, seed),
      copies: copies(own),
      distinct: distinctShare(own, held[0]?.length ?? 0),
    };
  }

  return {
    target,
    quality,
    measure,
    async measureReal() {
      const order = permutation(seed, 'real', test[0]?.length ?? 0);
      const [half, rest] = ([0, 1] as const).map((side) =>
        pickRows(
          test,
          order.filter((_, place) => place % 2 === side),
        ),
      );
      if (!half || !rest) throw new RangeError('there are no held-out rows');
      const measured = {
        ...(await measure(half, rest)),
        ...marginalAccuracy(modelledTrain, modelledTest, seed),
        ...(await predicted(modelledTrain)),
        copies: copies(modelledTest),
      };
      const { detection, tstr } = measured;
      return { ...measured, lateDetection: detection as number, ...(tstr !== undefined && { targetGiven: tstr }) };
    },
  };
}

/** Returns a function that drops columns with made-up values, which say nothing about a model. */
export function modelledOnly({ columns }: TableCodec): (cells: Cells) => Cells {
  return (cells) => cells.filter((_, place) => isModelled(columns[place]));
}

export function isModelled(column: TableCodec['columns'][number] | undefined): boolean {
  return column !== undefined && column.source.from !== 'patterns' && column.source.from !== 'sequence';
}

/** Returns 1 - the difference of the shares of nulls, over columns with nulls (SDMetrics' MissingValueSimilarity). */
function missingSimilarity(train: Cells, rows: Cells): number | undefined {
  const share = (column: readonly Cell[] = []) =>
    column.filter((cell) => cell === null).length / Math.max(column.length, 1);
  const scores = train.flatMap((column, place) =>
    column.includes(null) ? [1 - Math.abs(share(column) - share(rows[place]))] : [],
  );
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Returns the share of distinct rows among the first `count`. */
function distinctShare(rows: Cells, count: number): number {
  const wanted = Math.min(count, rows[0]?.length ?? 0);
  const keys = new Set(
    Array.from({ length: wanted }, (_, row) => JSON.stringify(rows.map((column) => column[row] ?? null))),
  );
  return keys.size / Math.max(wanted, 1);
}
