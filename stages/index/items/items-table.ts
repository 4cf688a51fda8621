// Builds the table of a snapshot's items: duplicates, near duplicates, splits and shards. The same parts give the same
// bytes.
import * as z from 'zod';
import { text } from '#core/base/confined-database.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { ShownRow } from '#core/snapshot/distributed.ts';
import type { Subjects } from '../alignment/read-subjects.ts';
import type { OutputItem } from '../outputs/find-outputs.ts';
import type { ItemsDatabase } from './database.ts';
import {
  BAND_COLUMNS,
  BY_LABEL_SQL,
  COPIES_SQL,
  DIGEST_MACROS,
  DIGEST_SQL,
  FOUND_COLUMNS,
  itemsSql,
  type Judging,
  judgedSql,
  LATER_COPIES_SQL,
  LEAKS_SQL,
  NEAR_COLUMNS,
  OUTLIER_COLUMNS,
  OUTPUT_COLUMNS,
  outputsSql,
  PARTS_OF_SHARDS_SQL,
  placedSql,
  SHARDS_SQL,
  SHARED_BANDS_SQL,
  SUBJECT_COLUMNS,
  shownSql,
} from './items-sql.ts';

const ROWS_A_GROUP = 32_768;

/** An item with the columns of FOUND_COLUMNS. */
export type FoundItem = Readonly<Record<keyof typeof FOUND_COLUMNS, string | number | null>>;
export type NearItem = { item: number; cluster: number; best: number; likeness: number; why: string | null };
export type OutlierItem = { item: number; measure: string; deviation: number };

const Shard = z.object({ name: z.string(), split: z.enum(SPLITS), items: z.int().positive() });
const SplitCount = z.object({ split: z.enum(SPLITS), items: z.int() });
const LabelCount = SplitCount.extend({ label: z.string() });
const Digest = z.object({ digest: z.string() });
export type Shown = ShownRow;

export type SettledItems = {
  readonly shards: readonly z.infer<typeof Shard>[];
  /** Positions of the parts with items in each shard, in ascending order. */
  readonly partsOfShards: readonly (readonly number[])[];
  readonly byLabel: readonly z.infer<typeof LabelCount>[];
  readonly leaks: { readonly train: number; readonly validation: number };
  readonly splits: Record<Split, number>;
  /** See DIGEST_SQL. */
  readonly decisionsDigest: string;
};

/** Fills the table of found items. */
export async function fillFound(database: ItemsDatabase, fill: (add: (item: FoundItem) => void) => Promise<void>) {
  const filling = await database.fill('found', FOUND_COLUMNS);
  const names = Object.keys(FOUND_COLUMNS) as (keyof FoundItem)[];
  await fill((item) => filling.add(...names.map((name) => item[name])));
  filling.close();
}

/** Visits each copy except the one that is kept. */
export async function findCopies(database: ItemsDatabase, visit: (item: number, kept: number) => void): Promise<void> {
  await database.run(COPIES_SQL);
  await database.pairs(LATER_COPIES_SQL, visit);
}

/** Visits each pair of items with an equal band of their signatures once, the lower item first. */
export async function findSharedBands(
  database: ItemsDatabase,
  bandsOf: Iterable<readonly [item: number, bands: readonly bigint[]]>,
  visit: (a: number, b: number) => void,
): Promise<void> {
  const filling = await database.fill('bands', BAND_COLUMNS);
  for (const [item, bands] of bandsOf) for (const [band, value] of bands.entries()) filling.add(item, band, value);
  filling.close();
  await database.pairs(SHARED_BANDS_SQL, visit);
  await database.run('drop table bands');
}

/** Decides about all items and writes the table to `output`. Call findCopies before. */
export async function settleItems(
  database: ItemsDatabase,
  {
    near,
    outliers,
    subjects,
    outputs,
    shardItems,
    output,
    ...rules
  }: Omit<Judging, 'aligned' | 'hasOutputs'> & {
    readonly near: readonly NearItem[];
    readonly outliers: readonly OutlierItem[];
    readonly subjects: Pick<Subjects, 'all' | 'excludes'> | null;
    /** Items that the endpoint drew, and the share of the training items that may be such. */
    readonly outputs: { readonly items: readonly OutputItem[]; readonly maxShare: number };
    readonly shardItems: number;
    readonly output: string;
  },
): Promise<SettledItems> {
  const nearRows = await database.fill('near', NEAR_COLUMNS);
  for (const { item, cluster, best, likeness, why } of near) nearRows.add(item, cluster, best, likeness, why);
  nearRows.close();
  const outlierRows = await database.fill('outliers', OUTLIER_COLUMNS);
  for (const { item, measure, deviation } of outliers) outlierRows.add(item, measure, deviation);
  outlierRows.close();
  const aligned = subjects !== null;
  if (subjects) {
    const subjectRows = await database.fill('subjects', SUBJECT_COLUMNS);
    for (const [item, { left, top, side, score }] of subjects.all.entries())
      subjectRows.add(item, left, top, side, score, subjects.excludes(item) ? 1 : 0);
    subjectRows.close();
  }
  const hasOutputs = outputs.items.length > 0;
  if (hasOutputs) {
    const marked = await database.fill('marked', OUTPUT_COLUMNS);
    for (const { item, how } of outputs.items) marked.add(item, how);
    marked.close();
    await database.run(outputsSql(outputs.maxShare));
  }
  await database.run(judgedSql({ ...rules, aligned, hasOutputs }));
  await database.run(placedSql(shardItems));
  await database.run(
    `copy (${itemsSql({ aligned, hasOutputs })}) to ${text(output)} (format parquet, compression snappy, row_group_size ${ROWS_A_GROUP})`,
  );
  for (const macro of DIGEST_MACROS) await database.run(macro);
  await database.run(`create view items as select * from read_parquet(${text(output)})`);
  const [digested] = await database.rows(DIGEST_SQL, Digest);
  const shards = await database.rows(SHARDS_SQL, Shard);
  const splits = { train: 0, validation: 0, test: 0 };
  for (const { split, items } of shards) splits[split] += items;
  const leaks = { train: 0, validation: 0 };
  // Test items are excluded only if a group of another split contains the same content, which is a leak as well.
  for (const { split, items } of await database.rows(LEAKS_SQL, SplitCount))
    leaks[split === 'train' ? 'train' : 'validation'] += items;
  const partsOfShards = shards.map((): number[] => []);
  await database.pairs(PARTS_OF_SHARDS_SQL, (shard, part) => partsOfShards[shard]?.push(part));
  const decisionsDigest = digested?.digest ?? '';
  return {
    shards,
    partsOfShards,
    splits,
    leaks,
    decisionsDigest,
    byLabel: await database.rows(BY_LABEL_SQL, LabelCount),
  };
}

export async function showItems(database: ItemsDatabase, items: Iterable<number>): Promise<Map<number, Shown>> {
  const wanted = [...new Set(items)];
  const found = wanted.length === 0 ? [] : await database.rows(shownSql(wanted), ShownRow);
  return new Map(found.map((shown) => [shown.item, shown]));
}
