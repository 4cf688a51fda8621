// The statements that summarise what was decided: counts, and the few items that are shown.

import type { Decided } from '#core/snapshot/distributed.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import { driftOf, largestDrifts } from '../facts/measured.ts';
import { BY_LABEL_SQL, DIGEST_SQL, LEAKS_SQL, PARTS_OF_SHARDS_SQL, SHARDS_SQL, shownSql } from '../items/items-sql.ts';
import { forSpark, type SparkEngine, type SparkRow } from './engine.ts';
import type { UploadDrift } from './measure-steps.ts';

const MOST_PAIRS = FACT_LIMITS.duplicatePairs / 2;
/** In the order of the marks of `Decided`. */
const MARKS = `
  cast(sum(case when copy = 1 then 1 else 0 end) as bigint), cast(sum(case when copy > 1 then 1 else 0 end) as bigint),
  cast(sum(case when copy = 1 and best <> item then 1 else 0 end) as bigint),
  cast(sum(case when copy = 1 and conflicts.first is not null then 1 else 0 end) as bigint),
  cast(sum(case when outlierMeasure is not null then 1 else 0 end) as bigint),
  cast(sum(case when copy = 1 and label is null then 1 else 0 end) as bigint)`;
type Counts = Pick<Decided, 'marksOfUploads' | 'marksOfLabels' | 'clean'>;
type Placed = Pick<Decided, 'shards' | 'partsOfShards' | 'byLabel' | 'leaks' | 'decisionsDigest'>;
type Examples = Pick<Decided, 'copies' | 'nearPairs' | 'outliers' | 'conflicts' | 'shown'>;

/** Counts findings by upload and by label. Makes the table `conflicts`: clusters with several labels, and the first labelled item of each. */
export async function countFindings(engine: SparkEngine): Promise<Counts> {
  await engine.table(
    'conflicts',
    `select cluster as conflict, min(case when label is not null then item end) as first from judged
    group by cluster having min(label) <> max(label)`,
  );
  const from = 'from judged left join conflicts on conflicts.conflict = judged.cluster';
  const clean = 'case when copy = 1 and flagged = 0 and (best is null or best = item) then 1 else 0 end';
  const uploads = await engine.rows(`select upload, cast(sum(${clean}) as bigint), ${MARKS} ${from} group by upload`);
  const labels = await engine.rows(`select label, ${MARKS} ${from} where label is not null group by label`);
  return {
    clean: uploads.reduce((sum, [, items]) => sum + Number(items), 0),
    marksOfUploads: uploads.map(([upload, , ...marks]) => [Number(upload), marksOf(marks)]),
    marksOfLabels: labels.map(([label, ...marks]) => [String(label), marksOf(marks)]),
  };
}

function marksOf(marks: SparkRow): Decided['marksOfUploads'][number][1] {
  return marks.map(Number) as Decided['marksOfUploads'][number][1];
}

/** Reads how items were placed, from the tables `judged` and `placed` and the view `items`. */
export async function readPlaces(engine: SparkEngine): Promise<Placed> {
  const shards = await engine.rows(forSpark(SHARDS_SQL));
  const partsOfShards = shards.map((): number[] => []);
  for (const [shard, part] of await engine.rows(forSpark(PARTS_OF_SHARDS_SQL)))
    partsOfShards[Number(shard)]?.push(Number(part));
  const byLabel = await engine.rows(BY_LABEL_SQL);
  const leaks = await engine.rows(LEAKS_SQL);
  const [[digest] = ['']] = await engine.rows(forSpark(DIGEST_SQL));
  type Split = Placed['shards'][number]['split'];
  return {
    shards: shards.map(([name, split, items]) => ({ name: String(name), split: split as Split, items: Number(items) })),
    partsOfShards,
    byLabel: byLabel.map(([label, split, items]) => ({
      label: String(label),
      split: split as Split,
      items: Number(items),
    })),
    leaks: leaks.map(([split, items]) => ({ split: split as Split, items: Number(items) })),
    decisionsDigest: String(digest),
  };
}

/** Reads the items that are shown. */
export async function readExamples(engine: SparkEngine): Promise<Examples> {
  const copies = await engine.rows(`select item, kept from copies where copy > 1 order by item limit ${MOST_PAIRS}`);
  const near = await engine.rows(
    `select item, best, likeness from near where best <> item order by likeness desc, item limit ${MOST_PAIRS}`,
  );
  const outliers = await engine.rows(
    `select item, measure, deviation from outliers order by deviation desc, item limit ${FACT_LIMITS.outliers}`,
  );
  const members = await engine.rows(
    `select chosen.first, label, min(item) as item from judged
    join (select * from conflicts order by first limit ${FACT_LIMITS.conflicts}) as chosen on chosen.conflict = judged.cluster
    where label is not null group by chosen.first, label order by chosen.first, item`,
  );
  const conflicts = [...Map.groupBy(members, ([first]) => first).values()].map((own) =>
    own.slice(0, FACT_LIMITS.examplesOfACode).map(([, , item]) => Number(item)),
  );
  const examples = {
    copies: copies.map(([item, kept]): [number, number] => [Number(item), Number(kept)]),
    nearPairs: near.map(([item, best, likeness]) => ({
      item: Number(item),
      best: Number(best),
      likeness: Number(likeness),
    })),
    outliers: outliers.map(([item, measure, deviation]) => ({
      item: Number(item),
      measure: String(measure),
      deviation: Number(deviation),
    })),
    conflicts,
  };
  const wanted = new Set([
    ...examples.copies.flat(),
    ...examples.nearPairs.flatMap(({ item, best }) => [item, best]),
    ...examples.outliers.map(({ item }) => item),
    ...conflicts.flat(),
  ]);
  const shown = wanted.size === 0 ? [] : await engine.rows(shownSql([...wanted]));
  return { ...examples, shown: shown.map(shownRow) };
}

function shownRow([item, part, row, path, line, label, source]: SparkRow): Decided['shown'][number] {
  const [number, text] = [(value: unknown) => Number(value), (value: unknown) => String(value)];
  return {
    item: number(item),
    part: number(part),
    row: number(row),
    path: text(path),
    line: line === null ? null : number(line),
    label: label === null ? null : text(label),
    source: text(source),
  };
}

/** Adds the drift of labels, and keeps the largest. Drifts as large as the last one stay, since names of uploads decide between them. */
export async function chooseDrift(engine: SparkEngine, ofMeasures: readonly UploadDrift[]): Promise<UploadDrift[]> {
  const rows = await engine.rows(
    'select upload, label, count(*) from judged where label is not null group by upload, label',
  );
  const positions = new Map<string, number>();
  for (const [, label] of rows) if (!positions.has(String(label))) positions.set(String(label), positions.size);
  const all = new Float64Array(positions.size);
  const byUpload = new Map<number, Float64Array>();
  for (const [upload, label, items] of rows) {
    const own = byUpload.get(Number(upload)) ?? new Float64Array(positions.size);
    const position = positions.get(String(label)) as number;
    own[position] = Number(items);
    all[position] = (all[position] as number) + Number(items);
    byUpload.set(Number(upload), own);
  }
  const ofLabels = [...byUpload].flatMap(([upload, own]) =>
    driftOf(own, all, true).map((found) => ({ upload, measure: 'label', ...found })),
  );
  const drift = [...ofMeasures, ...ofLabels];
  const largest = largestDrifts(drift.map((one) => ({ ...one, source: '' })));
  const least = largest.length < FACT_LIMITS.driftedMeasures ? 0 : (largest.at(-1)?.value ?? 0);
  return drift.filter(({ value }) => value >= least);
}
