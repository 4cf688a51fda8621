// The statements that measure all items: quantiles and spreads of their measures, bins, and which items are outliers.

import { edgeShares, histogramRange, type Range } from '#core/snapshot/statistics/bins.ts';
import { orderOfDouble } from '#core/snapshot/statistics/ordered-bits.ts';
import { landmarksOf } from '#core/snapshot/statistics/remoteness.ts';
import { SPREAD_OF_NOTHING, type Spread } from '#core/snapshot/statistics/robust.ts';
import { CHART_BINS, DRIFT_BINS } from '../facts/limits.ts';
import { driftOf, measureFact } from '../facts/measured.ts';
import { QUANTILE_SHARES } from '../facts/quantiles-of.ts';
import type { CountSettings } from '../kernel/count.ts';
import { NO_MEASURE, type ObserveSettings } from '../kernel/observe.ts';
import type { OutlyingSettings } from '../kernel/outlying.ts';
import { LEAST_ITEMS, REMOTENESS } from '../near/outlier-space.ts';
import type { DecideSettings } from './decide-settings.ts';
import type { SparkEngine } from './engine.ts';
import { type BucketSplit, type Counted, firstShift, openStatistics, type Statistics } from './order-statistics.ts';
import { everywhere } from './spread.ts';
import { type QuantileRequest, quantilesAt, spreadsOf } from './spreads.ts';

const EVERY = { all: 'all', distinct: 'distinct' } as const;
/** A remoteness is compared with a bound computed in another order of operations, so a little below it is looked at, too. */
const MARGIN = 1e-9;

export type MeasureFact = ReturnType<typeof measureFact>;
export type UploadDrift = { readonly upload: number; readonly measure: string } & ReturnType<typeof driftOf>[number];

/** Makes the table `outliers`, of so many rows. `rows`: all items; `distinct`: those that are no copies. The table `later_copies` has the others. */
export async function measureItems(
  engine: SparkEngine,
  settings: DecideSettings,
  { rows, distinct }: { readonly rows: number; readonly distinct: number },
): Promise<{ measures: MeasureFact[]; drift: UploadDrift[]; outliers: number }> {
  const { measures, counts } = settings;
  const rule = distinct < LEAST_ITEMS ? null : settings.outliers;
  const distributions = measures.length + counts.cells;
  await engine.view(
    'counted',
    `select ${everywhere('later_copies', rows - distinct)} features.item, part, upload, case when later_copies.item is null then 0 else 1 end as copy,
      ${distributions > 0 ? 'hex(orders)' : "''"} as orders
    from features left join later_copies on later_copies.item = features.item`,
  );
  const statistics = await ordersOf(engine, distributions, rows);
  const known = await quantilesOfMeasures(statistics, measures.length);
  const spreads = rule
    ? await spreadsOf(
        statistics,
        Array.from({ length: distributions }, (_, i) => i),
      )
    : Array.from({ length: distributions }, () => SPREAD_OF_NOTHING);
  const observed: ObserveSettings = {
    measures: known.map(({ range, edges }, i) => ({ spread: spreads[i] as Spread, range, edges })),
    cells: spreads.slice(measures.length),
    outliers: rule && { maxDeviation: rule.maxDeviation, landmarks: await landmarks(engine, distinct) },
  };
  const file = await engine.share('observe.json', JSON.stringify(observed));
  await engine.pipe('observed', `observe ${file}`, {
    columns: 'item, upload, copy, orders',
    sql: 'select item, upload, copy, orders from counted',
    count: rows,
  });
  const outliers = await findOutliers(engine, rule, measures);
  const charts = await binsOf(engine, "what = 'h'");
  return {
    outliers,
    measures: measures.flatMap((name, i) => {
      const { items, range, at } = known[i] as (typeof known)[number];
      if (!range) return [];
      return [measureFact(name, { items, range, counts: charts.get(0)?.get(i) ?? new Array(CHART_BINS).fill(0), at })];
    }),
    drift: await driftOfMeasures(engine, measures, known),
  };
}

/** Counts the orders of all measures and cells of so many items by the kernel: as rows of an engine, one for each item and measure, they took most of its time. */
async function ordersOf(engine: SparkEngine, distributions: number, rows: number): Promise<Statistics> {
  if (distributions === 0) return openStatistics(32, 0, [], async () => []);
  const read = async (splits: CountSettings['splits']): Promise<Counted[]> => {
    const file = await engine.share('count.json', JSON.stringify({ distributions, splits } satisfies CountSettings));
    const found = await engine.pipeSums(`count ${file}`, {
      columns: 'copy, orders',
      sql: 'select copy, orders from counted',
      count: rows,
    });
    return found.map(([shift, distribution, low, all, distinct]) => ({
      distribution: Number(distribution),
      low: BigInt(low as string),
      shift: Number(shift),
      all: Number(all),
      distinct: Number(distinct),
    }));
  };
  return openStatistics(32, distributions, await read(null), (splits) =>
    read(splits.map((split) => ({ ...split, low: Number(split.low) }))),
  );
}

/** Counts the orders `v` in the rows of a statement. */
async function orders64Of(engine: SparkEngine, sql: string): Promise<Statistics> {
  await engine.view('orders', sql);
  const read = async (from: string, shift: string): Promise<Counted[]> => {
    const found = await engine.rows(
      `select cast(shiftright(orders.v, ${shift}) as string), ${shift}, count(*) from ${from} group by 1, 2`,
    );
    return found.map(([low, next, items]) => ({
      ...{ distribution: 0, low: BigInt(low as string), shift: Number(next) },
      ...{ all: Number(items), distinct: Number(items) },
    }));
  };
  const count = async (splits: readonly BucketSplit[]) => {
    const found: Counted[][] = [];
    for (const [shift, some] of Map.groupBy(splits, (split) => split.shift)) {
      const rows = some.map(({ low, next }) => [String(low), next]);
      await engine.values('wanted', 'low string, next int', rows);
      const on = `cast(wanted.low as bigint) = shiftright(orders.v, ${shift})`;
      found.push(await read(`orders join wanted on ${on}`, 'next'));
    }
    return found.flat();
  };
  return openStatistics(64, 1, await read('orders', String(firstShift(64))), count);
}

/** Facts about a measure: the range and the quantiles of distinct items, and the edges of the bins in which uploads are compared. */
type Known = { items: number; range: Range | null; edges: number[]; at: (share: number) => number };

async function quantilesOfMeasures(statistics: Statistics, measures: number): Promise<Known[]> {
  const requests: QuantileRequest[] = Array.from({ length: measures }, (_, distribution) => {
    const of = (population: keyof typeof EVERY, shares: readonly number[]) =>
      statistics.countOf(distribution, population) === 0
        ? []
        : shares.map((share) => ({ distribution, population, share }));
    return [...of('distinct', QUANTILE_SHARES), ...of('all', edgeShares(DRIFT_BINS))];
  }).flat();
  const found = await quantilesAt(statistics, requests);
  return Array.from({ length: measures }, (_, distribution) => {
    const own = requests.flatMap((request, i) =>
      request.distribution === distribution ? [{ ...request, value: found[i] as number }] : [],
    );
    const at = (share: number) =>
      own.find((one) => one.population === 'distinct' && one.share === share)?.value ?? Number.NaN;
    const items = statistics.countOf(distribution, 'distinct');
    const edges = new Set(own.flatMap(({ population, value }) => (population === 'all' ? [value] : [])));
    return { items, range: items === 0 ? null : histogramRange(at(0), at(1)), edges: [...edges], at };
  });
}

async function landmarks(engine: SparkEngine, distinct: number) {
  const parts = await engine.rows('select part, count(*) from counted where copy = 0 group by part order by part');
  const wanted: [number, number][] = [];
  let [at, before] = [0, 0];
  for (const position of landmarksOf(distinct)) {
    while (position >= before + Number(parts[at]?.[1])) before += Number(parts[at++]?.[1]);
    wanted.push([Number(parts[at]?.[0]), position - before]);
  }
  await engine.values('landmarks', 'part int, place bigint', wanted);
  const found = await engine.rows(
    `select item, orders from (
      select counted.*, row_number() over (partition by counted.part order by item) - 1 as place from counted
      left semi join landmarks on landmarks.part = counted.part where copy = 0
    ) as numbered left semi join landmarks on landmarks.part = numbered.part and landmarks.place = numbered.place
    order by item`,
  );
  return found.map(([item, orders]) => ({ item: Number(item), orders: ordersIn(String(orders)) }));
}

function ordersIn(digits: string): number[] {
  const bytes = Buffer.from(digits, 'hex');
  return Array.from({ length: bytes.length / Int32Array.BYTES_PER_ELEMENT }, (_, i) =>
    bytes.readInt32BE(i * Int32Array.BYTES_PER_ELEMENT),
  );
}

async function findOutliers(
  engine: SparkEngine,
  rule: DecideSettings['outliers'],
  measures: readonly string[],
): Promise<number> {
  if (!rule) {
    await engine.values('outliers', 'item int, measure string, deviation double', []);
    return 0;
  }
  const remoteness = await orders64Of(engine, "select c as v from observed where what = 'r'");
  const [spread = SPREAD_OF_NOTHING] = await spreadsOf(remoteness, [0]);
  const settings: OutlyingSettings = { spread, maxRemoteness: rule.maxRemoteness };
  const file = await engine.share('outlying.json', JSON.stringify(settings));
  const bound = spread.median + rule.maxRemoteness * spread.deviation;
  const least = spread.deviation > 0 ? orderOfDouble(bound * (1 - MARGIN)) : orderOfDouble(Number.MAX_VALUE);
  const far = `what = 'r' and (b <> ${NO_MEASURE} or c >= ${least})`;
  const [[lines] = [0]] = await engine.rows(`select count(*) from observed where ${far}`);
  await engine.pipe('outlying', `outlying ${file}`, {
    columns: 'item, measure, remoteness, deviation',
    sql: `select a as item, b as measure, c as remoteness, value as deviation from observed where ${far}`,
    count: Number(lines),
  });
  const names = [...measures.map((name, i) => [i, name] as const), [NO_MEASURE, REMOTENESS] as const];
  await engine.values('measure_names', 'number bigint, measure string', names);
  return engine.table(
    'outliers',
    `select cast(a as int) as item, measure, cast(value as double) as deviation
    from outlying join measure_names on number = b where what = 'o'`,
  );
}

/** Returns counts by bin, by what they are of and by measure. */
async function binsOf(engine: SparkEngine, condition: string): Promise<Map<number, Map<number, number[]>>> {
  const found = new Map<number, Map<number, number[]>>();
  const rows = await engine.rows(
    `select a, b, concat_ws(' ', collect_list(concat(value, ':', items)))
    from (select a, b, value, sum(c) as items from observed where ${condition} group by a, b, value) group by a, b`,
  );
  for (const [of, measure, bins] of rows) {
    const counts: number[] = new Array(CHART_BINS).fill(0);
    for (const [bin = 0, items = 0] of String(bins)
      .split(' ')
      .map((pair) => pair.split(':').map(Number)))
      counts[bin] = items;
    const own = found.get(Number(of)) ?? new Map<number, number[]>();
    found.set(
      Number(of),
      own.set(
        Number(measure),
        Array.from(counts, (items) => items ?? 0),
      ),
    );
  }
  return found;
}

async function driftOfMeasures(
  engine: SparkEngine,
  measures: readonly string[],
  known: readonly Known[],
): Promise<UploadDrift[]> {
  const byUpload = await binsOf(engine, "what = 'd'");
  const size = (measure: number) => (known[measure] as Known).edges.length + 1;
  const all = measures.map((_, measure) => new Float64Array(size(measure)));
  for (const own of byUpload.values())
    for (const [measure, counts] of own)
      for (const [bin, items] of counts.entries())
        if (items > 0) (all[measure] as Float64Array)[bin] = ((all[measure] as Float64Array)[bin] as number) + items;
  const drift: UploadDrift[] = [];
  for (const [upload, own] of byUpload)
    for (const [measure, counts] of own) {
      const padded = Array.from({ length: size(measure) }, (_, bin) => counts[bin] ?? 0);
      for (const found of driftOf(padded, all[measure] as Float64Array, false))
        drift.push({ upload, measure: measures[measure] as string, ...found });
    }
  return drift;
}
