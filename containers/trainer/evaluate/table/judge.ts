// Compares generated rows with held-out ones, and all baselines by the same metrics.
import { BLOCK_ROWS } from '#core/kinds/table/codec/code-rows.ts';
import type { TableCodec } from '#core/kinds/table/codec/codec.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import type {
  TableBaseline,
  TableFigure,
  TableFigureName,
  TableMetrics,
  TableScored,
} from '#core/model/messages/table-metrics.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { drawRows, type RowsDrawn } from '#core/model/table/draw-rows.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';
import { COMPARED_ROWS, readCells } from '../../data/table/table-files.ts';
import type { Cells } from './bin-features.ts';
import { givenLateColumns, targetGivenOthers } from './conditional.ts';
import { detectionAuc } from './detection.ts';
import { type Measured, measuring, modelledOnly } from './measure.ts';
import { portrayed } from './portrait.ts';
import { SDMETRICS_VERSION, type TableQuality } from './quality.ts';
import { shuffled } from './shuffled.ts';

const WORST = 10;
/** Minimum number of held-out rows for a comparison. */
const LEAST_ROWS = 12;
const MICROS = 1e6;

const BETTER: Readonly<Record<TableFigureName, TableFigure['better']>> = {
  ...{ quality: 'higher', columnShapes: 'higher', columnPairTrends: 'higher' },
  ...{ marginals1: 'higher', marginals2: 'higher', marginals3: 'higher' },
  ...{ detection: 'lower', tstr: 'higher', missingSimilarity: 'higher', nats: 'lower' },
  ...{ diagnostic: 'higher', dataValidity: 'higher', tstrOthers: 'higher' },
  ...{ rulesHeld: 'higher', lateDetection: 'lower', targetGiven: 'higher' },
  ...{ dcrShare: 'half', copies: 'lower', distinct: 'higher' },
};

type Judging = {
  readonly folder: string;
  readonly codec: TableCodec;
  readonly sampler: TableSampler;
  /** Samplers of other models of the table, and their held-out nats. */
  readonly others?: Partial<Record<TableBaseline, { readonly sampler: TableSampler; readonly nats: number }>>;
  /** Held-out nats per row, or a bound on them; null when the family has no likelihood. */
  readonly nats: number | null;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

/**
 * Returns the metrics. As many rows are generated as there are training rows, up to COMPARED_ROWS. Null with too few held-out rows.
 */
export async function judgeTable(
  judging: Judging,
): Promise<{ table: TableMetrics | undefined; figures: MetricValues }> {
  const { folder, codec, sampler, others = {}, nats, seed, yieldToEventLoop } = judging;
  const [train, test]: [Cells, Cells] = [readCells(folder, 'train'), readCells(folder, 'test')];
  const rows = train[0]?.length ?? 0;
  if ((test[0]?.length ?? 0) < LEAST_ROWS || rows < LEAST_ROWS) return { table: undefined, figures: {} };
  const real = measuring({ codec, train, test, seed, yieldToEventLoop });
  const { target } = real;
  const most = Math.min(rows, COMPARED_ROWS);
  const startedAt = process.cpuUsage();
  const { cells: drawn, broken } = await drawnBy(codec, sampler, most, seed);
  const spent = process.cpuUsage(startedAt);
  /** Measures a sampler with given columns of held-out rows. */
  const conditional = async (one: TableSampler): Promise<Measured> => {
    const asking = { codec, sampler: one, seed };
    const late = await givenLateColumns(asking, test);
    const given = target && (await targetGivenOthers(asking, target, test));
    const modelled = modelledOnly(codec);
    return {
      ...(late && { lateDetection: await detectionAuc(modelled(test), modelled(late), seed, yieldToEventLoop) }),
      ...(given !== undefined && { targetGiven: given }),
    };
  };
  const model: Measured = {
    ...(await real.measure(drawn, test)),
    ...(await conditional(sampler)),
    ...(nats !== null && { nats }),
    ...heldBy(codec, broken, most),
  };
  const byBaseline: Partial<Record<TableBaseline, Measured>> = {
    real: await real.measureReal(),
    shuffled: await real.measure(shuffled(train, undefined, seed), test),
  };
  if (target) byBaseline.shuffledInClass = await real.measure(shuffled(train, target, seed), test);
  for (const [name, other] of Object.entries(others)) {
    const theirs = await drawnBy(codec, other.sampler, most, seed);
    const measured = {
      ...(await real.measure(theirs.cells, test)),
      ...(await conditional(other.sampler)),
      ...heldBy(codec, theirs.broken, most),
    };
    byBaseline[name as TableBaseline] = { ...measured, nats: other.nats };
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
  const { worstColumns, worstPairs } = real.quality(drawn);
  const { example, ...portrait } = portrayed(codec, train, drawn);
  const withExample = (scored: TableQuality['worstPairs']): TableScored[] =>
    scored.slice(0, WORST).map((one) => {
      const found = example(one.columns);
      return { ...one, ...(found && { example: found }) };
    });
  return {
    figures: Object.fromEntries(figures.map(({ name, model: value }) => [name, value])),
    table: {
      n: test[0]?.length ?? 0,
      drawn: drawn[0]?.length ?? 0,
      target: target ? (codec.columns[target.column]?.name ?? null) : null,
      sdmetrics: SDMETRICS_VERSION,
      figures,
      worstColumns: withExample(worstColumns),
      worstPairs: withExample(worstPairs),
      portrait,
      drawSeconds: (spent.user + spent.system) / MICROS,
    },
  };
}

async function drawnBy(codec: TableCodec, sampler: TableSampler, count: number, seed: number): Promise<RowsDrawn> {
  const restriction = restrict(codec, []);
  if (!restriction.ok) throw new Error(restriction.reason);
  return drawRows({ codec, sampler, restriction: restriction.value }, { seed, count, first: 0 });
}

/** Returns the share of rows whose first draw satisfies the rules of the schema, when it has rules. */
function heldBy({ rules }: TableCodec, broken: number, count: number): Measured {
  return rules ? { rulesHeld: 1 - broken / (Math.ceil(count / BLOCK_ROWS) * BLOCK_ROWS) } : {};
}
