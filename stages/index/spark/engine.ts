// The requests to Spark. decide.py carries them out: one JSON document a line, each answered before the next.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type Value = string | number | null;
export type SparkRow = readonly Value[];

export type SparkEngine = {
  /** Tasks that run at the same time. */
  readonly parallelism: number;
  /** Makes a view of files: Parquet, JSON documents, or whole files with their `path` and `content`. */
  readonly files: (view: string, format: 'parquet' | 'json' | 'binaryFile', path: string) => Promise<void>;
  readonly view: (name: string, sql: string) => Promise<void>;
  /** Computes a table once. Returns its number of rows. */
  readonly table: (name: string, sql: string) => Promise<number>;
  readonly values: (view: string, columns: string, rows: readonly SparkRow[]) => Promise<void>;
  readonly rows: (sql: string) => Promise<SparkRow[]>;
  /** Returns a statement that pipes rows of integers or hexadecimal texts through the kernel. Its rows are answers `what, a, b, c, value`; `=` is a receipt. */
  readonly piped: (mode: string, from: Piped) => string;
  /** Pipes rows through the kernel into a table of answers. `count`: how much it must read. Throws if something was lost on the way. */
  readonly pipe: (table: string, mode: string, from: Piped & { readonly count: number }) => Promise<number>;
  /** As `pipe`, of few answers: returns how often each pair of a and b was answered as `what`, as [what, a, b, sum of c, sum of value]. */
  readonly pipeSums: (mode: string, from: Piped & { readonly count: number }) => Promise<SparkRow[]>;
  /** Gives a file to all machines. Returns how the kernel names it. */
  readonly share: (name: string, text: string) => Promise<string>;
  /** Writes rows to a folder `<path>/file=<file>` for each value of their column `file`. */
  readonly write: (sql: string, path: string) => Promise<void>;
  readonly put: (path: string, text: string) => Promise<void>;
  readonly exists: (path: string) => Promise<boolean>;
};

/** `columns`: those of the statement that become the fields of a line. */
type Piped = { readonly columns: string; readonly sql: string };
type Opening = { readonly kernel: string; readonly parallelism: number };

/** Talks to decide.py, whose first line says how the kernel is started and how many tasks run at once, and holds the settings. */
export async function openEngine<Settings>(
  input: Readable,
  output: Writable,
): Promise<{ engine: SparkEngine; settings: Settings }> {
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('Spark has ended.');
    return JSON.parse(value) as { settings?: Settings; ok?: unknown; error?: string } & Partial<Opening>;
  };
  const { kernel = '', parallelism = 1, settings } = await read();
  const ask = async (request: Readonly<Record<string, unknown>>) => {
    if (!output.write(`${JSON.stringify(request)}\n`)) await once(output, 'drain');
    const { ok, error } = await read();
    if (error !== undefined) throw new Error(error);
    return ok;
  };
  const table: SparkEngine['table'] = async (name, sql) => Number(await ask({ do: 'table', name, sql }));
  const rows: SparkEngine['rows'] = async (sql) => (await ask({ do: 'rows', sql })) as SparkRow[];
  const piped: SparkEngine['piped'] = (mode, { columns, sql }) =>
    `select transform(${columns}) row format delimited fields terminated by '\\t' using ${sparkText(`${kernel} ${mode}`)} ` +
    `as (what string, a bigint, b bigint, c bigint, value string) row format delimited fields terminated by '\\t' from (${sql})`;
  const engine: SparkEngine = {
    parallelism,
    table,
    rows,
    files: async (name, format, path) => void (await ask({ do: 'files', name, format, path })),
    view: async (name, sql) => void (await ask({ do: 'view', name, sql })),
    values: async (name, columns, given) => void (await ask({ do: 'view', name, sql: valuesSql(columns, given) })),
    share: async (name, text) => String(await ask({ do: 'share', name, text })),
    write: async (sql, path) => void (await ask({ do: 'write', sql, path })),
    put: async (path, text) => void (await ask({ do: 'put', path, text })),
    exists: async (path) => Boolean(await ask({ do: 'exists', path })),
    piped,
    async pipe(name, mode, { count: expected, ...from }) {
      const answers = await table(name, piped(mode, from));
      const [receipt] = await rows(
        `select cast(coalesce(sum(a), 0) as bigint), cast(coalesce(sum(b), 0) as bigint), count(*) from ${name} where what = '='`,
      );
      const [taken = 0, written = 0, receipts = 0] = (receipt ?? []).map(Number);
      checkReceipts(mode, { expected, taken, written, arrived: answers - receipts });
      return answers - receipts;
    },
    async pipeSums(mode, { count: expected, ...from }) {
      const found = await rows(
        `select what, cast(a as string), cast(b as string), cast(sum(c) as bigint), cast(sum(cast(nullif(value, '') as bigint)) as bigint), count(*)
        from (${piped(mode, from)}) group by what, a, b`,
      );
      const sum = (some: readonly SparkRow[], of: (row: SparkRow) => number) =>
        some.reduce((all, row) => all + of(row), 0);
      const [answers, receipts] = [found.filter(([what]) => what !== '='), found.filter(([what]) => what === '=')];
      const [taken, written] = [1, 2].map((i) => sum(receipts, (row) => Number(row[i]) * Number(row[5]))) as [
        number,
        number,
      ];
      checkReceipts(mode, { expected, taken, written, arrived: sum(answers, (row) => Number(row[5])) });
      return answers.map((row) => row.slice(0, 5));
    },
  };
  return { engine, settings: settings as Settings };
}

/** What a kernel says it has read and written, beside what it was given and what arrived. */
function checkReceipts(
  mode: string,
  { expected, taken, written, arrived }: Readonly<Record<'expected' | 'taken' | 'written' | 'arrived', number>>,
): void {
  if (taken !== expected || written !== arrived)
    throw new Error(
      `The kernel lost rows (${mode}): it read ${taken} of ${expected} rows, and ${arrived} of its ${written} answers arrived.`,
    );
}

/** `columns`: names and types, as in `item int, measure string`. */
function valuesSql(columns: string, rows: readonly SparkRow[]): string {
  const named = columns.split(', ').map((column) => column.split(' ') as [string, string]);
  if (rows.length === 0)
    return `select ${named.map(([name, type]) => `cast(null as ${type}) as ${name}`).join(', ')} where false`;
  const literal = (value: Value) => (typeof value === 'string' ? sparkText(value) : String(value));
  const lines = rows.map((row) => `(${row.map(literal).join(', ')})`);
  const names = named.map(([name]) => name).join(', ');
  const typed = named.map(([name, type]) => `cast(${name} as ${type}) as ${name}`).join(', ');
  return `select ${typed} from values ${lines.join(', ')} as given (${names})`;
}

/** Returns an SQL string literal of Spark. */
export function sparkText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Makes a statement of items-sql.ts one of Spark: the table is made by the engine, and texts are called strings. */
export function forSpark(sql: string): string {
  return sql.replace(/^\s*create table \w+ as\s/, '').replaceAll(/\bas varchar\)/g, 'as string)');
}
