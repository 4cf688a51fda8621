// DuckDB, confined: one folder and one file, no network, no extensions, bounded memory, and no way to change that.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type * as z from 'zod';

const THREADS = 1;

export type Database = {
  readonly run: (sql: string) => Promise<void>;
  readonly rows: <T>(sql: string, row: z.ZodType<T>) => Promise<T[]>;
  readonly connection: DuckDBConnection;
  readonly close: () => void;
};

/** Nothing outside `folder` is read or written, but for `file`, the table itself. */
export async function openDatabase(folder: string, memoryMiB: number, file?: string): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // In this order: what comes after the last line can neither be changed nor reach beyond the folder.
  for (const statement of [
    `set allowed_directories = [${text(`${folder}/`)}]`,
    `set allowed_paths = [${file === undefined ? '' : text(file)}]`,
    `set temp_directory = ${text(join(folder, 'spill'))}`,
    `set memory_limit = '${memoryMiB}MiB'`,
    `set threads = ${THREADS}`,
    "set timezone = 'UTC'",
    'set autoinstall_known_extensions = false',
    'set autoload_known_extensions = false',
    'set enable_external_access = false',
    'set lock_configuration = true',
  ])
    await connection.run(statement);
  return {
    connection,
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql, row) {
      const found = await connection.runAndReadAll(sql);
      return found.getRowObjectsJS().map((one) => row.parse(one));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text literal. No SQL holds a zero character. */
export function text(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "''")}'`;
}

/** A name, whatever it holds. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** The bytes of the strict CSV that core/table writes. `columns`: names that the cells get, all texts; empty cells are null. */
export function readStaged(file: string, delimiter: string, columns: readonly string[]): string {
  const types = ['line', 'place', ...columns].map((column, i) => `${text(column)}: '${i < 2 ? 'BIGINT' : 'VARCHAR'}'`);
  return `read_csv(${text(file)}, header = false, auto_detect = false, delim = ${text(delimiter)}, quote = '"',
    escape = '"', new_line = '\\n', parallel = false, null_padding = true, strict_mode = true,
    max_line_size = 8388608, buffer_size = 16777216, columns = {${types.join(', ')}})`;
}
