// DuckDB, confined: one folder and the files named, no network, no extensions, bounded memory, and no way to change that.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';

export type Confinement = {
  /** What does not fit into memory is spilled here. */
  readonly folder: string;
  /** Outside of the folder, and readable all the same. */
  readonly files?: readonly string[];
  readonly memoryMiB: number;
  readonly threads: number;
  /** Whether rows keep the order that they were read in, which takes more memory. */
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

/** In this order: what comes after the last line can neither be changed nor reach beyond the folder. */
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

/** A text literal. No SQL holds a zero character. */
export function text(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "''")}'`;
}

/** A name, whatever it holds. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
