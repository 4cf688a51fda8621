// The database of a table that is being read: rows stay in their order, and the table itself is the one file outside.
import { type ConfinedDatabase, name, openConfined, text } from '../../../base/confined-database.ts';
import type { Staged } from '../read/normalised-file.ts';

/** With two threads DuckDB needs 1.7 times the CPU time for a table, and the bytes of its part differ. */
const THREADS = 1;
const LINE_FEED = "new_line = '\\n'";

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

/** The rows of a staged table, with the line of each. `cells`: names that they get, all texts; empty ones are null. */
export function readStaged(staged: Staged, cells: readonly string[]): string {
  const { fromPath = [] } = staged;
  const own = cells.slice(0, cells.length - fromPath.length);
  if (fromPath.length === 0) return readFile(staged, own);
  const told = fromPath.map(
    ({ value }, i) => `${value === null ? 'null' : text(value)}::varchar as ${name(cells[own.length + i] as string)}`,
  );
  return `(select *, ${told.join(', ')} from ${readFile(staged, own)})`;
}

function readFile({ file, delimiter, plain }: Staged, cells: readonly string[]): string {
  const delim = `delim = ${text(delimiter)}`;
  if (plain) {
    // Told that lines end as Windows ends them, DuckDB finds no row; untold, all of them.
    const options = ['header = true', delim, ...(plain.crlf ? [] : [LINE_FEED])];
    return `(select row_number() over () + 1 as line, * from ${csvSql(file, cells.map(textColumn), options)})`;
  }
  const columns = [...['line', 'place'].map((one) => `${text(one)}: 'BIGINT'`), ...cells.map(textColumn)];
  const options = ['header = false', delim, LINE_FEED, 'parallel = false', 'null_padding = true'];
  return csvSql(file, columns, options);
}

function csvSql(file: string, columns: readonly string[], options: readonly string[]): string {
  return `read_csv(${text(file)}, auto_detect = false, quote = '"', escape = '"', strict_mode = true,
    ${options.join(', ')}, max_line_size = 8388608, buffer_size = 16777216, columns = {${columns.join(', ')}})`;
}

function textColumn(column: string): string {
  return `${text(column)}: 'VARCHAR'`;
}
