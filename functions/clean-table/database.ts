// The database of a table that is being read: rows stay in their order, and the table itself is the one file outside.
import { type ConfinedDatabase, openConfined, text } from '../confined-database.ts';

const THREADS = 1;

export type Database = ConfinedDatabase;

/** Nothing outside `folder` is read or written, but for `file`, the table itself. */
export function openDatabase(folder: string, memoryMiB: number, file?: string): Promise<Database> {
  return openConfined({
    folder,
    files: file === undefined ? [] : [file],
    memoryMiB,
    threads: THREADS,
    keepsOrder: true,
  });
}

/** The bytes of the strict CSV that core/table writes. `columns`: names that the cells get, all texts; empty cells are null. */
export function readStaged(file: string, delimiter: string, columns: readonly string[]): string {
  const types = ['line', 'place', ...columns].map((column, i) => `${text(column)}: '${i < 2 ? 'BIGINT' : 'VARCHAR'}'`);
  return `read_csv(${text(file)}, header = false, auto_detect = false, delim = ${text(delimiter)}, quote = '"',
    escape = '"', new_line = '\\n', parallel = false, null_padding = true, strict_mode = true,
    max_line_size = 8388608, buffer_size = 16777216, columns = {${types.join(', ')}})`;
}
