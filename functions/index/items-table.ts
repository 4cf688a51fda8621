// The table of a snapshot's items, by SQL over its parts: duplicates, split, shards. Same parts, same bytes.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import * as z from 'zod';
import { SPLITS, type SplitShares } from '#core/split.ts';

const MEMORY_LIMIT_MIB = 400;
const THREADS = 2;
const ROWS_A_GROUP = 32_768;
const EXAMPLES = 5;

/** Where `buildItemsTable` looks for part number `index`. */
export function partFile(folder: string, index: number): string {
  return join(folder, `${String(index).padStart(8, '0')}.parquet`);
}

export type ItemsTableRequest = {
  /** Holds the parts; nothing outside it is read or written. */
  readonly folder: string;
  readonly partCount: number;
  readonly shares: SplitShares;
  readonly shardItems: number;
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
  const { folder, partCount, shares, shardItems, output } = request;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const statement of confinement(folder)) await connection.run(statement);
    await connection.run(copiesSql(folder, partCount));
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

/** Of equal items, the first stays: `copy` 1. */
function copiesSql(folder: string, partCount: number): string {
  const parts = `read_parquet(${quoted(join(folder, '*.parquet'))}, filename = true, file_row_number = true, union_by_name = true)`;
  const none =
    "(select '' as filename, 0 as file_row_number, '' as itemId, '' as path, '' as label, '' as source limit 0)";
  return `
    create table copies as
    with found as (
      select parse_filename(filename, true)::integer as part, file_row_number::integer as "row", itemId, path, label, source
      from ${partCount === 0 ? none : parts}
    )
    select *, row_number() over same as copy, first_value(path) over same as keptPath
    from found window same as (partition by itemId order by part, "row")`;
}

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
        select itemId, path, label, split, shard, position, part, "row", source, null::varchar as duplicateOf from kept
        union all
        select itemId, path, label, null, null, null, part, "row", source, keptPath from copies where copy > 1
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
