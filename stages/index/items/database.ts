// The DuckDB database of an index: rows are appended in any order and visited without loading whole results.
import type { DuckDBConnection } from '@duckdb/node-api';
import { type ConfinedDatabase, openConfined } from '#core/base/confined-database.ts';

const IN_A_FUNCTION: DatabaseSize = { memoryMiB: 800, threads: 2 };

/** memoryMiB: limit before rows spill to the folder. */
export type DatabaseSize = { readonly memoryMiB: number; readonly threads: number };

export type ItemCell = string | number | bigint | null;
export type ColumnKind = 'integer' | 'double' | 'varchar' | 'ubigint';
export type ItemsDatabase = Omit<ConfinedDatabase, 'connection'> & {
  /** Visits the rows of a result with two number columns, which may be too long to load. */
  readonly pairs: (sql: string, visit: (a: number, b: number) => void) => Promise<void>;
  /** Creates a table and appends rows; call `close` before reading it. */
  readonly fill: (table: string, columns: Readonly<Record<string, ColumnKind>>) => Promise<Filling>;
};
export type Filling = { readonly add: (...cells: readonly ItemCell[]) => void; readonly close: () => void };

/** Opens a database that can only access `folder`. */
export async function openItemsDatabase(folder: string, size = IN_A_FUNCTION): Promise<ItemsDatabase> {
  const confined = await openConfined({ folder, ...size, keepsOrder: false });
  const { connection, run, rows, close } = confined;
  return {
    run,
    rows,
    close,
    async pairs(sql, visit) {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const [a, b] = [chunk.getColumnValues(0), chunk.getColumnValues(1)];
        for (const [i, value] of a.entries()) visit(Number(value), Number(b[i]));
      }
    },
    async fill(table, columns) {
      const names = Object.entries(columns).map(([name, kind]) => `"${name}" ${kind}`);
      await run(`create table ${table} (${names.join(', ')})`);
      return filling(connection, table, Object.values(columns));
    },
  };
}

/** Rows are appended because DuckDB opens all files of a list at once, which takes gigabytes for many small parts. */
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
