// DuckDB, confined: one folder for what does not fit into memory, no network, no extensions, and no way to change that.
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';

const IN_A_FUNCTION: DatabaseSize = { memoryMiB: 800, threads: 2 };

/** memoryMiB: what is held before rows spill to the folder. */
export type DatabaseSize = { readonly memoryMiB: number; readonly threads: number };

export type Cell = string | number | bigint | null;
export type ColumnKind = 'integer' | 'double' | 'varchar' | 'ubigint';
export type Database = {
  readonly run: (sql: string) => Promise<void>;
  readonly rows: <T>(sql: string, row: z.ZodType<T>) => Promise<T[]>;
  /** Visits the two numbers of each row, of answers too long to be held as objects. */
  readonly pairs: (sql: string, visit: (a: number, b: number) => void) => Promise<void>;
  /** Opens a new table for rows; `close` before it is read. */
  readonly fill: (table: string, columns: Readonly<Record<string, ColumnKind>>) => Promise<Filling>;
  readonly close: () => void;
};
export type Filling = { readonly add: (...cells: readonly Cell[]) => void; readonly close: () => void };

/** Nothing outside `folder` is read or written. */
export async function openDatabase(folder: string, size = IN_A_FUNCTION): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of confinement(folder, size)) await connection.run(statement);
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql, row) {
      const found = await connection.runAndReadAll(sql);
      return z.array(row).parse(found.getRowObjectsJS());
    },
    async pairs(sql, visit) {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const [a, b] = [chunk.getColumnValues(0), chunk.getColumnValues(1)];
        for (const [i, value] of a.entries()) visit(Number(value), Number(b[i]));
      }
    },
    async fill(table, columns) {
      const names = Object.entries(columns).map(([name, kind]) => `"${name}" ${kind}`);
      await connection.run(`create table ${table} (${names.join(', ')})`);
      return filling(connection, table, Object.values(columns));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** In this order: what comes after the last line can neither be changed nor reach beyond the folder. */
function confinement(folder: string, { memoryMiB, threads }: DatabaseSize): string[] {
  return [
    `set allowed_directories = [${text(`${folder}/`)}]`,
    `set temp_directory = ${text(join(folder, 'spill'))}`,
    `set memory_limit = '${memoryMiB}MiB'`,
    `set threads = ${threads}`,
    'set preserve_insertion_order = false',
    'set autoinstall_known_extensions = false',
    'set autoload_known_extensions = false',
    'set enable_external_access = false',
    'set lock_configuration = true',
  ];
}

/** Rows are appended: DuckDB opens each file of a list at once, which takes gigabytes where parts are many and small. */
async function filling(connection: DuckDBConnection, table: string, kinds: readonly ColumnKind[]): Promise<Filling> {
  const appender = await connection.createAppender(table);
  return {
    add(...cells) {
      for (const [i, kind] of kinds.entries()) {
        const cell = cells[i] ?? null;
        if (cell === null) appender.appendNull();
        else if (kind === 'integer') appender.appendInteger(Number(cell));
        else if (kind === 'double') appender.appendDouble(Number(cell));
        else if (kind === 'ubigint') appender.appendUBigInt(BigInt(cell));
        else appender.appendVarchar(String(cell));
      }
      appender.endRow();
    },
    close() {
      appender.closeSync();
    },
  };
}

/** A text literal. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
