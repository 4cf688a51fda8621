// Opens a confined DuckDB: it can access one folder and the given files, has no network and no extensions, and limited
// memory.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';

export type Confinement = {
  /** Folder for data that does not fit into memory. */
  readonly folder: string;
  /** Files outside the folder that can be read. */
  readonly files?: readonly string[];
  readonly memoryMiB: number;
  readonly threads: number;
  /** Whether rows keep their input order, which needs more memory. */
  readonly keepsOrder: boolean;
};
export type ConfinedDatabase = {
  readonly run: (sql: string) => Promise<void>;
  readonly rows: <T>(sql: string, row: z.ZodType<T>) => Promise<T[]>;
  readonly connection: DuckDBConnection;
  readonly close: () => void;
};

export async function openConfined(confinement: Confinement): Promise<ConfinedDatabase> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of statementsOf(confinement)) await connection.run(statement);
  return {
    connection,
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql, row) {
      const found = await connection.runAndReadAll(sql);
      return z.array(row).parse(found.getRowObjectsJS());
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The order matters: after the last statement nothing can be changed or accessed outside the folder. */
function statementsOf({ folder, files = [], memoryMiB, threads, keepsOrder }: Confinement): string[] {
  return [
    `set allowed_directories = [${text(`${folder}/`)}]`,
    `set allowed_paths = [${files.map(text).join(', ')}]`,
    `set temp_directory = ${text(join(folder, 'spill'))}`,
    `set memory_limit = '${memoryMiB}MiB'`,
    `set threads = ${threads}`,
    `set preserve_insertion_order = ${keepsOrder}`,
    "set timezone = 'UTC'",
    'set autoinstall_known_extensions = false',
    'set autoload_known_extensions = false',
    'set enable_external_access = false',
    'set lock_configuration = true',
  ];
}

/** Returns an SQL string literal. Zero characters are removed, since SQL cannot contain them. */
export function text(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "''")}'`;
}

/** Returns a quoted SQL identifier. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
