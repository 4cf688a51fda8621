// The table of a snapshot's items, by SQL over its parts: duplicates, split, shards. Same parts, same bytes.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import * as z from 'zod';
import type { Item } from '#core/part.ts';
import { SPLITS, type SplitShares } from '#core/split.ts';

const MEMORY_LIMIT_MIB = 400;
const THREADS = 2;
const ROWS_A_GROUP = 32_768;
const EXAMPLES = 5;

/** What of an item decides its place. */
export const FACTS = ['itemId', 'path', 'label', 'license', 'source'] as const satisfies (keyof Item)[];
/** row: in its part. origin: where the item comes from, as a sidecar says. */
export type ItemFacts = Pick<Item, (typeof FACTS)[number]> & { readonly row: number; readonly origin: string | null };

export type ItemsTableRequest = {
  /** Hands over the items of each part, by the part's place; in any order of parts. */
  readonly fill: (append: (place: number, items: readonly ItemFacts[]) => void) => Promise<void>;
  readonly shares: SplitShares;
  readonly shardItems: number;
  /** A folder for spilled rows and the table; nothing outside it is read or written. */
  readonly folder: string;
  /** Where the table goes, inside `folder`. */
  readonly output: string;
};

const Shard = z.object({ name: z.string(), split: z.enum(SPLITS), items: z.int().positive() });
const LabelCount = z.object({ label: z.string(), items: z.int() });
const Totals = z.object({ items: z.int(), distinct: z.int(), conflictingLabels: z.int() });
const Duplicate = z.object({ path: z.string(), keptPath: z.string() });
export type ItemsTable = z.infer<typeof Totals> & {
  readonly byLabel: readonly z.infer<typeof LabelCount>[];
  readonly shards: readonly z.infer<typeof Shard>[];
  readonly duplicates: readonly z.infer<typeof Duplicate>[];
};

/** Rows in the order of the shards and of the places in them; duplicates, which are in no shard, come last. */
export async function buildItemsTable(request: ItemsTableRequest): Promise<ItemsTable> {
  const { fill, shares, shardItems, folder, output } = request;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const statement of confinement(folder)) await connection.run(statement);
    await connection.run(FOUND_SQL);
    await fillTable(connection, fill);
    await connection.run(COPIES_SQL);
    await connection.run(KEPT_SQL, { test: shares.test, heldOut: shares.test + shares.validation, shardItems });
    await connection.run(writeSql(output));
    const [totals] = await read(connection, TOTALS_SQL, Totals);
    if (!totals) throw new Error('an aggregate without groups has one row');
    return {
      ...totals,
      byLabel: await read(connection, BY_LABEL_SQL, LabelCount),
      shards: await read(connection, SHARDS_SQL, Shard),
      duplicates: await read(connection, DUPLICATES_SQL, Duplicate, { count: EXAMPLES }),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** In this order: what comes after the last line can neither be changed nor reach beyond the folder. */
function confinement(folder: string): string[] {
  return [
    `set allowed_directories = [${quoted(`${folder}/`)}]`,
    `set temp_directory = ${quoted(join(folder, 'spill'))}`,
    `set memory_limit = '${MEMORY_LIMIT_MIB}MiB'`,
    `set threads = ${THREADS}`,
    'set autoinstall_known_extensions = false',
    'set autoload_known_extensions = false',
    'set enable_external_access = false',
    'set lock_configuration = true',
  ];
}

/** Rows are read here and appended: DuckDB opens each file of a list at once, which takes gigabytes where parts are many and small. */
async function fillTable(connection: DuckDBConnection, fill: ItemsTableRequest['fill']): Promise<void> {
  const appender = await connection.createAppender('found');
  await fill((place, items) => {
    for (const { row, itemId, path, label, license, origin, source } of items) {
      appender.appendInteger(place);
      appender.appendInteger(row);
      for (const text of [itemId, path, label, license, origin, source]) {
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
      }
      appender.endRow();
    }
  });
  appender.closeSync();
}

const FOUND_SQL = `
  create table found (part integer, "row" integer, itemId varchar, path varchar, label varchar,
    license varchar, origin varchar, source varchar)`;

/** Of equal items, the first stays: \`copy\` 1. */
const COPIES_SQL = `
  create table copies as
  select *, row_number() over same as copy, first_value(path) over same as keptPath
  from found window same as (partition by itemId order by part, "row")`;

/** The same arithmetic as core/split.ts: the first 52 bits of a hash are a place from 0 to 1. */
const KEPT_SQL = `
  create table kept as
  with placed as (
    select *, ('0x' || substr(sha256('split:' || itemId), 1, 13))::bigint / pow(2, 52) as place from copies where copy = 1
  ), assigned as (
    select *, case when place < $test then 'test' when place < $heldOut then 'validation' else 'train' end as split from placed
  ), numbered as (
    select *, (row_number() over (partition by split order by part, "row") - 1)::integer as number from assigned
  )
  select *, (number % $shardItems)::integer as position,
    printf('%s-%05d', split, number // $shardItems) as shard
  from numbered`;

function writeSql(output: string): string {
  return `
    copy (
      select * from (
        select itemId, path, label, split, shard, position, part, "row", source, license, origin,
          null::varchar as duplicateOf from kept
        union all
        select itemId, path, label, null, null, null, part, "row", source, license, origin, keptPath from copies where copy > 1
      )
      order by ${splitOrder()} nulls last, shard, position, part, "row"
    ) to ${quoted(output)} (format parquet, compression snappy, row_group_size ${ROWS_A_GROUP})`;
}

const SHARDS_SQL = `
  select shard as name, split, count(*)::integer as items from kept group by all order by min(${splitOrder()}), name`;

const BY_LABEL_SQL = `
  select label, count(*)::integer as items from kept where label is not null group by label order by label`;

const TOTALS_SQL = `
  select count(*)::integer as items, count(distinct itemId)::integer as distinct,
    (select count(*)::integer from (select itemId from copies group by itemId having count(distinct label) > 1))
      as conflictingLabels
  from copies`;

const DUPLICATES_SQL = `
  select path, keptPath from copies where copy > 1 order by part, "row" limit $count`;

function splitOrder(): string {
  return `list_position([${SPLITS.map(quoted).join(', ')}], split)`;
}

async function read<T>(
  connection: DuckDBConnection,
  sql: string,
  row: z.ZodType<T>,
  values?: Record<string, DuckDBValue>,
): Promise<T[]> {
  const found = await connection.runAndReadAll(sql, values);
  return z.array(row).parse(found.getRowObjectsJS());
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
