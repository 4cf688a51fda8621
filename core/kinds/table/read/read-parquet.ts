// Converts Parquet to the strict form: it is checked by its declared sizes, then read by DuckDB and written as CSV.

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { name, text } from '../../../base/confined-database.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { Database } from '../check/database.ts';
import { TABLE_LIMITS } from '../limits.ts';
import type { ColumnType } from '../schema/column-types.ts';
import type { Staged } from './normalised-file.ts';
import { type DecodedText, stageCsv } from './read-text.ts';
import { refusedError } from './source-text.ts';

const SMALLEST = 12;
/** Types that are texts, numbers or times; others are written as JSON. */
const FLAT =
  /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\([\d,]+\)|VARCHAR|DATE|INTERVAL|TIME( WITH TIME ZONE)?|TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?|UUID|ENUM\(.*\))$/s;
const LONGEST_TYPE = 4_000;
/** The SQL function that returns the length of a value of the type in bytes. */
const LENGTHS: Readonly<Record<string, string>> = { VARCHAR: 'strlen', BLOB: 'octet_length' };

const Declared = z.object({ rows: z.bigint().nullable(), columns: z.bigint(), bytes: z.bigint().nullable() });
const Described = z.object({ column_name: z.string(), column_type: z.string() });

/** Throws RefusedError; what DuckDB cannot read is thrown as its own error. */
export async function stageParquet(from: DecodedText, database: Database): Promise<Staged> {
  const { path, file, folder } = from;
  await checkEnds(file, path);
  const { size } = await stat(file);
  const [declared] = await database.rows(
    `select (select sum(num_rows)::bigint from parquet_file_metadata(${text(file)})) as rows,
       count(distinct path_in_schema) as columns, sum(total_uncompressed_size)::bigint as bytes
     from parquet_metadata(${text(file)})`,
    Declared,
  );
  if (!declared) throw refusedError('table.corrupt', path, 'no metadata');
  const rows = Number(declared.rows ?? 0);
  const columns = Number(declared.columns);
  const bytes = Number(declared.bytes ?? 0);
  const most = Math.min(LIMITS.tableBytes, Math.max(TABLE_LIMITS.parquetRatioFloorBytes, size * LIMITS.archiveRatio));
  if (rows < 0 || bytes < 0) throw refusedError('table.corrupt', path, 'sizes below zero');
  if (rows === 0) throw refusedError('table.empty', path);
  if (bytes > most) throw refusedError('table.too-large', path, `${bytes} bytes, unpacked`, `at most ${most} bytes`);
  if (rows > TABLE_LIMITS.rows || columns > TABLE_LIMITS.columns || rows * columns > TABLE_LIMITS.cells)
    throw refusedError(
      'table.too-large',
      path,
      `${rows} rows of ${columns} columns`,
      `at most ${TABLE_LIMITS.cells} cells`,
    );
  const described = await database.rows(`describe select * from read_parquet(${text(file)})`, Described);
  if (described.some(({ column_type }) => column_type.length > LONGEST_TYPE)) throw refusedError('table.depth', path);
  const meant = await bytesOfTexts(described, file, database);
  if (meant > most) throw refusedError('table.too-large', path, `${meant} bytes, unpacked`, `at most ${most} bytes`);
  const converted = join(folder, 'converted.csv');
  const cells = described.map(
    ({ column_name, column_type }) => `${cellSql(column_name, column_type)} as ${name(column_name)}`,
  );
  await database.run(
    `copy (select ${cells.join(', ')} from read_parquet(${text(file)})) to ${text(converted)}
     (format csv, header false, delimiter ',', quote '"', escape '"', force_quote *)`,
  );
  // The size of nested values is only known now.
  const { size: grown } = await stat(converted);
  if (grown > most) throw refusedError('table.too-large', path, `${grown} bytes, unpacked`, `at most ${most} bytes`);
  // Its columns are named, whatever they are called.
  const rules = { ...from.config.rules, 'table.no-header': { action: 'off' as const } };
  const config = { ...from.config, table: { ...from.config.table, delimiter: ',' }, rules };
  const names = await namesIn(file, described, database);
  const head = Buffer.from(`${names.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\n`);
  const source = { sample: '', detected: undefined, begins: undefined, chunks: () => chunksOf(converted, head) };
  const types = described.map(({ column_type }) => declaredType(column_type));
  return {
    ...(await stageCsv({ ...from, config }, source, { countRecords: true })),
    format: 'parquet',
    declared: types,
  };
}

/** The names as they are in the file; DuckDB numbers those that differ only by case. */
async function namesIn(
  file: string,
  described: readonly z.infer<typeof Described>[],
  database: Database,
): Promise<readonly string[]> {
  const elements = await database.rows(
    `select name, coalesce(num_children, 0)::integer as children from parquet_schema(${text(file)})`,
    z.object({ name: z.string(), children: z.number() }),
  );
  const names: string[] = [];
  // The root is first, and what an element holds stands behind it.
  let inside = 0;
  for (const { name: own, children } of elements.slice(1)) {
    if (inside === 0) names.push(own);
    inside = Math.max(0, inside - 1) + children;
  }
  return names.length === described.length ? names : described.map(({ column_name }) => column_name);
}

/** PAR1 at both ends; PARE is encrypted. */
async function checkEnds(file: string, path: string): Promise<void> {
  const { size } = await stat(file);
  if (size < SMALLEST) throw refusedError('table.corrupt', path, `${size} bytes`);
  const handle = await open(file);
  try {
    const ends = await Promise.all(
      [0, size - 4].map(async (at) => (await handle.read(Buffer.alloc(4), 0, 4, at)).buffer.toString('latin1')),
    );
    if (ends.includes('PARE')) throw refusedError('table.encrypted', path);
    if (ends.some((end) => end !== 'PAR1')) throw refusedError('table.corrupt', path, 'an end that is cut off');
  } finally {
    await handle.close();
  }
}

/**
 * Returns the total length of the texts without copying them. A dictionary stores a long text once and can refer to it a million times,
 * which declared sizes do not show.
 */
async function bytesOfTexts(
  described: readonly z.infer<typeof Described>[],
  file: string,
  database: Database,
): Promise<number> {
  const lengths = described.flatMap(({ column_name, column_type }) => {
    const length = LENGTHS[column_type];
    return length === undefined ? [] : [`coalesce(sum(${length}(${name(column_name)})), 0)::double`];
  });
  if (lengths.length === 0) return 0;
  const [sum] = await database.rows(
    `select ${lengths.join(' + ')} as bytes from read_parquet(${text(file)})`,
    z.object({ bytes: z.number() }),
  );
  return sum?.bytes ?? 0;
}

/** Returns undefined if the type does not determine the meaning of the cells, as for a column without values. */
function declaredType(type: string): ColumnType | undefined {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^DECIMAL\(\d+,0\)$/.test(type)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/.test(type)) return 'number';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  if (type.startsWith('TIMESTAMP')) return 'datetime';
  return type === '"NULL"' ? undefined : 'text';
}

function cellSql(column: string, type: string): string {
  if (type === 'BLOB') return `hex(${name(column)})`;
  return FLAT.test(type) ? `${name(column)}::varchar` : `to_json(${name(column)})::varchar`;
}

async function* chunksOf(file: string, head: Buffer): AsyncGenerator<Buffer> {
  yield head;
  yield* createReadStream(file, { highWaterMark: 2 ** 20 });
}
