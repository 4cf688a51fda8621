// Compares rows that a model draws with held-out ones, and everything that may stand in its place with the same figures.
import { permutation } from '#core/base/random.ts';
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import type { TableBaseline, TableFigure, TableFigureName, TableMetrics } from '#core/model/messages/table-metrics.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { drawRows } from '#core/model/table/draw-rows.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import { COMPARED_ROWS, readCells } from '../../data/table/table-files.ts';
import { type Cells, pickRows } from './bin-features.ts';
import { closestShare, copyShare } from './closeness.ts';
import { detectionAuc } from './detection.ts';
import { marginalAccuracy } from './marginals.ts';
import { qualityOf, SDMETRICS_VERSION } from './quality.ts';
import { type Target, targetAuc, targetOf } from './target.ts';

const WORST = 10;
/** Fewer held-out rows tell nothing apart. */
const LEAST_ROWS = 12;
const MICROS = 1e6;

const BETTER: Readonly<Record<TableFigureName, TableFigure['better']>> = {
  ...{ quality: 'higher', columnShapes: 'higher', columnPairTrends: 'higher' },
  ...{ marginals1: 'higher', marginals2: 'higher', marginals3: 'higher' },
  ...{ detection: 'lower', tstr: 'higher', missingSimilarity: 'higher', nats: 'lower' },
  ...{ dcrShare: 'half', copies: 'lower', distinct: 'higher' },
};

type Judging = {
  readonly folder: string;
  readonly codec: TableCodec;
  readonly sampler: TableSampler;
  /** What other models of the table draw, and their held-out nats. */
  readonly others?: Partial<Record<TableBaseline, { readonly sampler: TableSampler; readonly nats: number }>>;
  readonly nats: number;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

type Reference = {
  readonly codec: TableCodec;
  readonly train: Cells;
  readonly test: Cells;
  readonly target: Target | undefined;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

type Measured = Partial<Record<TableFigureName, number>>;

/** As many rows are drawn as there are training rows, up to COMPARED_ROWS. Null where too few rows are held out. */
export async function judgeTable(
  judging: Judging,
): Promise<{ table: TableMetrics | undefined; figures: MetricValues }> {
  const { folder, codec, sampler, others = {}, nats, seed, yieldToEventLoop } = judging;
  const [train, test]: [Cells, Cells] = [readCells(folder, 'train'), readCells(folder, 'test')];
  const rows = train[0]?.length ?? 0;
  if ((test[0]?.length ?? 0) < LEAST_ROWS || rows < LEAST_ROWS) return { table: undefined, figures: {} };
  const reference = { codec, train, test, target: targetOf(codec, train), seed, yieldToEventLoop };
  const startedAt = process.cpuUsage();
  const drawn = await drawnBy(codec, sampler, Math.min(rows, COMPARED_ROWS), seed);
  const spent = process.cpuUsage(startedAt);
  const model: Measured = { ...(await measure(reference, drawn, test)), nats };
  const byBaseline: Partial<Record<TableBaseline, Measured>> = {
    real: await measureReal(reference),
    shuffled: await measure(reference, shuffled(train, undefined, seed), test),
  };
  if (reference.target)
    byBaseline.shuffledInClass = await measure(reference, shuffled(train, reference.target, seed), test);
  for (const [name, other] of Object.entries(others)) {
    const theirs = await drawnBy(codec, other.sampler, Math.min(rows, COMPARED_ROWS), seed);
    byBaseline[name as TableBaseline] = { ...(await measure(reference, theirs, test)), nats: other.nats };
  }
  const at = (baseline: TableBaseline, name: TableFigureName) => byBaseline[baseline]?.[name] ?? null;
  const figures = (Object.entries(model) as [TableFigureName, number][])
    .filter(([, value]) => Number.isFinite(value))
    .map(
      ([name, value]): TableFigure => ({
        name,
        better: BETTER[name],
        model: value,
        real: at('real', name),
        shuffled: at('shuffled', name),
        shuffledInClass: at('shuffledInClass', name),
        latentClass: at('latentClass', name),
      }),
    );
  const { worstColumns, worstPairs } = qualityOf(codec, train, drawn);
  return {
    figures: Object.fromEntries(figures.map(({ name, model: value }) => [name, value])),
    table: {
      n: test[0]?.length ?? 0,
      drawn: drawn[0]?.length ?? 0,
      target: reference.target ? (codec.columns[reference.target.column]?.name ?? null) : null,
      sdmetrics: SDMETRICS_VERSION,
      figures,
      worstColumns: worstColumns.slice(0, WORST),
      worstPairs: worstPairs.slice(0, WORST),
      drawSeconds: (spent.user + spent.system) / MICROS,
    },
  };
}

async function drawnBy(codec: TableCodec, sampler: TableSampler, count: number, seed: number): Promise<Cells> {
  const restriction = restrict(codec, []);
  if (!restriction.ok) throw new Error(restriction.reason);
  return (await drawRows({ codec, sampler, restriction: restriction.value }, { seed, count, first: 0 })).cells;
}

/** `held`: what the rows are told from. */
async function measure(reference: Reference, rows: Cells, held: Cells): Promise<Measured> {
  const { codec, train, test, target, seed, yieldToEventLoop } = reference;
  await yieldToEventLoop();
  const { quality, columnShapes, columnPairTrends } = qualityOf(codec, train, rows);
  await yieldToEventLoop();
  const modelled = modelledOnly(codec);
  const missing = missingSimilarity(train, rows);
  return {
    ...{ quality, columnShapes, columnPairTrends },
    ...marginalAccuracy(modelled(train), modelled(rows), seed),
    detection: await detectionAuc(modelled(held), modelled(rows), seed, yieldToEventLoop),
    ...(target && { tstr: targetAuc(inModelled(codec, target), modelled(rows), modelled(test)) }),
    ...(missing !== undefined && { missingSimilarity: missing }),
    dcrShare: closestShare(modelled(rows), modelled(train), modelled(held), seed),
    copies: copyShare(modelled(rows), modelled(train)),
    distinct: distinctShare(modelled(rows), held[0]?.length ?? 0),
  };
}

/** Held-out rows in the model's place: told from other held-out rows, and of TSTR what training rows reach. */
async function measureReal(reference: Reference): Promise<Measured> {
  const { codec, train, test, target, seed } = reference;
  const order = permutation(seed, 'real', test[0]?.length ?? 0);
  const [half, rest] = ([0, 1] as const).map((side) =>
    pickRows(
      test,
      order.filter((_, place) => place % 2 === side),
    ),
  );
  if (!half || !rest) throw new RangeError('there are no held-out rows');
  const modelled = modelledOnly(codec);
  return {
    ...(await measure(reference, half, rest)),
    ...marginalAccuracy(modelled(train), modelled(test), seed),
    ...(target && { tstr: targetAuc(inModelled(codec, target), modelled(train), modelled(test)) }),
    copies: copyShare(modelled(test), modelled(train)),
  };
}

/** Training rows with each column shuffled by itself, within the classes of the target where there is one. */
function shuffled(train: Cells, target: Target | undefined, seed: number): Cells {
  const rows = train[0]?.length ?? 0;
  const classOf = (row: number) => target && (train[target.column]?.[row] === target.value ? 1 : 0);
  const groups = [
    ...Map.groupBy(
      Array.from({ length: rows }, (_, row) => row),
      classOf,
    ).values(),
  ];
  return train.map((column, place) => {
    const out: Cell[] = Array(rows);
    for (const [group, members] of groups.entries()) {
      const order = permutation(seed, `shuffle/${place}/${group}`, members.length);
      for (const [at, row] of members.entries()) out[row] = column[members[order[at] as number] as number] as Cell;
    }
    return out;
  });
}

/** Without columns that are made anew: their values say nothing of a model. */
function modelledOnly({ columns }: TableCodec): (cells: Cells) => Cells {
  return (cells) => cells.filter((_, place) => isModelled(columns[place]));
}

function isModelled(column: TableCodec['columns'][number] | undefined): boolean {
  return column !== undefined && column.source.from !== 'patterns' && column.source.from !== 'sequence';
}

function inModelled({ columns }: TableCodec, { column, value }: Target): Target {
  return { column: columns.slice(0, column).filter(isModelled).length, value };
}

/** 1 - the difference of the shares of nulls, over columns with nulls (SDMetrics' MissingValueSimilarity). */
function missingSimilarity(train: Cells, rows: Cells): number | undefined {
  const share = (column: readonly Cell[] = []) =>
    column.filter((cell) => cell === null).length / Math.max(column.length, 1);
  const scores = train.flatMap((column, place) =>
    column.includes(null) ? [1 - Math.abs(share(column) - share(rows[place]))] : [],
  );
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Of the first `count` rows. */
function distinctShare(rows: Cells, count: number): number {
  const wanted = Math.min(count, rows[0]?.length ?? 0);
  const keys = new Set(
    Array.from({ length: wanted }, (_, row) => JSON.stringify(rows.map((column) => column[row] ?? null))),
  );
  return keys.size / Math.max(wanted, 1);
}
