// The SQL that decides about duplicates, leaks and shards, in the common subset of DuckDB and Trino, so that it can
// also run in Athena.
import type { ColumnKind } from './database.ts';

/**
 * item: position among all items of the snapshot, by part and row. identity: equal for duplicates. better1..3: higher
 * is better.
 */
export const FOUND_COLUMNS = {
  item: 'integer',
  part: 'integer',
  row: 'integer',
  itemId: 'varchar',
  identity: 'varchar',
  path: 'varchar',
  line: 'integer',
  label: 'varchar',
  license: 'varchar',
  origin: 'varchar',
  source: 'varchar',
  unit: 'varchar',
  flags: 'varchar',
  fixes: 'varchar',
  split: 'varchar',
  better1: 'double',
  better2: 'double',
  better3: 'double',
} as const satisfies Record<string, ColumnKind>;

/**
 * One row for each member of a cluster of near duplicates. best: the member that is kept if the others are rejected.
 */
export const NEAR_COLUMNS = {
  item: 'integer',
  cluster: 'integer',
  best: 'integer',
  likeness: 'double',
  why: 'varchar',
} as const satisfies Record<string, ColumnKind>;

export const OUTLIER_COLUMNS = {
  item: 'integer',
  measure: 'varchar',
  deviation: 'double',
} as const satisfies Record<string, ColumnKind>;

/**
 * One row for each item of an aligned snapshot: its box in pixels of the uploaded image, and whether it is left out.
 */
export const SUBJECT_COLUMNS = {
  item: 'integer',
  subjectLeft: 'double',
  subjectTop: 'double',
  subjectSide: 'double',
  subjectScore: 'double',
  leftOut: 'integer',
} as const satisfies Record<string, ColumnKind>;

/** One row per item that the endpoint drew. */
export const OUTPUT_COLUMNS = { item: 'integer', how: 'varchar' } as const satisfies Record<string, ColumnKind>;

/** One row for each band of a MinHash signature. */
export const BAND_COLUMNS = {
  item: 'integer',
  band: 'integer',
  value: 'ubigint',
} as const satisfies Record<string, ColumnKind>;

/** Numbers the copies of equal items; the best has `copy` 1. */
export const COPIES_SQL = `
create table copies as
select found.*,
  row_number() over (partition by identity order by better1 desc, better2 desc, better3 desc, item) as copy,
  first_value(item) over (partition by identity order by better1 desc, better2 desc, better3 desc, item) as kept,
  min(split) over (partition by identity) as firstSplit,
  max(split) over (partition by identity) as lastSplit
from found`;

export const LATER_COPIES_SQL = `
select item, kept from copies where copy > 1 order by item`;

/**
 * Pairs of items that share a band: each item with the first one and the four before it, so that a band with thousands
 * of items gives at most five pairs per item. Clusters connect the others.
 */
export const SHARED_BANDS_SQL = `
with met as (
  select * from (
    select item,
      first_value(item) over (partition by band, value order by item) as first,
      lag(item, 1) over (partition by band, value order by item) as one,
      lag(item, 2) over (partition by band, value order by item) as two,
      lag(item, 3) over (partition by band, value order by item) as three,
      lag(item, 4) over (partition by band, value order by item) as four
    from bands) as ranked
  where one is not null)
select distinct other, item from (
  select item, first as other from met
  union all
  select item, one as other from met
  union all
  select item, two as other from met
  union all
  select item, three as other from met
  union all
  select item, four as other from met
) as shared
where other is not null and other <> item
order by other, item`;

/**
 * Which outputs of the endpoint are left out: all that would be evaluated on, and those of the training split above `maxShare` of it, by
 * the order of their ids, which no upload chooses.
 */
export function outputsSql(maxShare: number): string {
  return `
create table outputs as
with own as (
  select copies.item, copies.itemId, marked.how, copies.split from copies join marked on marked.item = copies.item
), ranked as (
  select item, row_number() over (order by itemId, item) as place from own where split = 'train'
), others as (
  select count(*) as items from copies left join marked on marked.item = copies.item
  where marked.item is null and copies.copy = 1 and copies.split = 'train'
)
select own.item, own.how, case
  when ranked.place is null then 1
  when ranked.place > floor(others.items * ${maxShare} / (1 - ${maxShare})) then 1
  else 0 end as surplus
from own cross join others left join ranked on ranked.item = own.item`;
}

export type Judging = {
  /** Whether copies, and all near duplicates except the best, are excluded. */
  readonly dropCopies: boolean;
  readonly dropNear: boolean;
  /** Whether there is a table `subjects`. */
  readonly aligned: boolean;
  /** Whether there is a table `outputs`. */
  readonly hasOutputs: boolean;
};

/**
 * Why each item is excluded: first duplicates and near duplicates, then items without the common subject, then outputs of the endpoint beyond their share, then items whose group is in different splits, then
 * members of train and validation whose cluster reaches a split that is used for evaluation. Clusters of one item, or of copies in one split, reach no other.
 */
export function judgedSql({ dropCopies, dropNear, aligned, hasOutputs }: Judging): string {
  return `
create table judged as
with joined as (
  select copies.*, coalesce(near.cluster, copies.kept) as cluster, near.likeness, near.why,
    near.best, outliers.measure as outlierMeasure, outliers.deviation as outlierDeviation${
      aligned ? ', subjectLeft, subjectTop, subjectSide, subjectScore, leftOut' : ''
    }${hasOutputs ? ', outputs.how as synthetic, outputs.surplus' : ''}
  from copies
  left join near on near.item = copies.kept
  left join outliers on outliers.item = copies.item${aligned ? '\n  left join subjects on subjects.item = copies.item' : ''}${
    hasOutputs ? '\n  left join outputs on outputs.item = copies.item' : ''
  }
), dropped as (
  select joined.*, case
    when copy > 1 and ${dropCopies} then 'duplicate'
    when best is not null and best <> item and ${dropNear} then 'near-duplicate'${aligned ? "\n    when leftOut = 1 then 'no-common-subject'" : ''}${
      hasOutputs ? "\n    when surplus = 1 then 'synthetic'" : ''
    }
    when firstSplit <> lastSplit and ${dropCopies} then 'leak'
    end as dropped
  from joined
), touched as (
  select cluster, max(case when split = 'test' then 1 else 0 end) as test,
    max(case when split = 'validation' then 1 else 0 end) as validation
  from dropped where dropped is null and (best is not null or firstSplit <> lastSplit) group by cluster
)
select dropped.*, case
  when dropped is not null then dropped
  when split <> 'test' and touched.test = 1 then 'leak'
  when split = 'train' and touched.validation = 1 then 'leak'
  end as excluded
from dropped left join touched on touched.cluster = dropped.cluster`;
}

/**
 * Returns SQL that assigns kept items to shards of `shardItems` items, by split and position. Items are numbered within their part, after
 * the items of earlier parts, so that no step has to sort all items of a split.
 */
export function placedSql(shardItems: number): string {
  return `
create table placed as
with kept as (
  select item, split, part, row_number() over (partition by split, part order by item) - 1 as place
  from judged where excluded is null
), counted as (
  select split, part, count(*) as items from kept group by split, part
), started as (
  select split, part, cast(sum(items) over (partition by split order by part) - items as bigint) as earlier from counted
), numbered as (
  select kept.item, kept.split, started.earlier + kept.place as number
  from kept join started on started.split = kept.split and started.part = kept.part
)
select item, cast(number % ${shardItems} as integer) as position,
  split || '-' || lpad(cast(cast((number - number % ${shardItems}) / ${shardItems} as integer) as varchar), 5, '0') as shard
from numbered`;
}

const SPLIT_ORDER = `case split when 'train' then 1 when 'validation' then 2 when 'test' then 3 end`;

export const SHARDS_SQL = `
select placed.shard as name, judged.split, cast(count(*) as integer) as items
from placed join judged on judged.item = placed.item
group by placed.shard, judged.split order by ${SPLIT_ORDER}, name`;

/** The parts with items in each shard; shards are numbered in the order of SHARDS_SQL. */
export const PARTS_OF_SHARDS_SQL = `
select cast(dense_rank() over (order by ${SPLIT_ORDER}, shard) - 1 as integer) as number, part
from (
  select distinct judged.split, placed.shard, judged.part from placed join judged on judged.item = placed.item
) as met
order by number, part`;

export const BY_LABEL_SQL = `
select label, split, cast(count(*) as integer) as items from judged
where excluded is null and label is not null group by label, split order by label, split`;

export const LEAKS_SQL = `
select split, cast(count(*) as integer) as items from judged where excluded = 'leak' group by split order by split`;

/** Sorted by shard and position in the shard; excluded items last. */
export function itemsSql({ aligned, hasOutputs }: Pick<Judging, 'aligned' | 'hasOutputs'>): string {
  return `
select judged.itemId, judged.path, judged.line, judged.label,
  case when placed.shard is null then null else judged.split end as split, placed.shard, placed.position,
  judged.part, judged."row", judged.source, judged.unit, judged.license, judged.origin, judged.flags, judged.fixes,
  judged.excluded,
  case when judged.excluded is null then judged.why end as keptBecause,
  case when judged.copy > 1 then first.path when judged.best <> judged.item then best.path end as duplicateOf,
  case when judged.copy > 1 then 1.0 when judged.best is not null then judged.likeness end as likeness,
  case when judged.best is not null then judged.cluster end as cluster,
  judged.outlierMeasure, judged.outlierDeviation${
    aligned ? ',\n  judged.subjectLeft, judged.subjectTop, judged.subjectSide, judged.subjectScore' : ''
  }${hasOutputs ? ',\n  judged.synthetic' : ''}
from judged
left join placed on placed.item = judged.item
left join found as first on first.item = judged.kept
left join found as best on best.item = judged.best
order by case when placed.shard is null then 4
    when judged.split = 'train' then 1 when judged.split = 'validation' then 2 else 3 end,
  placed.shard, placed.position, judged.item`;
}

/** The SHA-256 of an empty text. */
const SHA_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The decisions about all items as one number: the sum of 48 bits of the SHA-256 of each row of `items`. It is the same for rows in any
 * order, from any engine, and needs \`sha2\` and \`conv\` (DIGEST_MACROS). It is for comparing, and protects from no forgery.
 */
export const DIGEST_SQL = `
select cast(coalesce(sum(cast(conv(substr(sha2(concat_ws('|',
  itemId, cast(part as varchar), cast("row" as varchar), coalesce(split, ''), coalesce(shard, ''),
  coalesce(cast(position as varchar), ''), coalesce(excluded, ''), coalesce(keptBecause, ''),
  coalesce(cast(cluster as varchar), ''), coalesce(cast(cast(floor(likeness * 10000 + 0.5) as bigint) as varchar), ''),
  case when duplicateOf is null then '${SHA_OF_NOTHING}' else sha2(duplicateOf, 256) end, coalesce(outlierMeasure, '')
), 256), 1, 12), 16, 10) as decimal(38, 0))), 0) as varchar) as digest from items`;

/** Gives DuckDB the functions of that statement, as other engines have them. */
export const DIGEST_MACROS = [
  'create macro sha2(value, bits) as sha256(value)',
  "create macro conv(digits, base, other) as cast('0x' || digits as bigint)",
];

export function shownSql(items: readonly number[]): string {
  return `select item, part, "row", path, line, label, source from found where item in (${items.join(', ')}) order by item`;
}
