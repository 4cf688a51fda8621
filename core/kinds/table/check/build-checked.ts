// Makes the table `checked`: typed values, and which checks hit, of all rows at once.

import type { IssueCode } from '../../issues.ts';
import type { TableDataset } from '../definition.ts';
import { cellNames, trimmed } from '../read/cells.ts';
import type { Staged } from '../read/normalised-file.ts';
import type { Column, TableSchema } from '../schema/schema.ts';
import type { CheckedTable, TableCheck } from './checked-table.ts';
import { type Check, planChecks } from './checks.ts';
import { type Database, readStaged } from './database.ts';
import { type Masks, masksOf } from './masks.ts';
import { enumSql, knownSql, type TypedColumn, typedColumn } from './typed.ts';

/**
 * Maximum columns of one statement, because its cost grows with the square of its columns and it holds one vector for each step.
 */
const COLUMNS_A_STATEMENT = 100;
const NONE = '0::bigint';

/** `ofFile`: found of the whole file, hence of every row. */
export async function buildChecked(
  { staged, database, config, schema, now }: TableCheck,
  ofFile: readonly { code: IssueCode; columns: string[] }[],
): Promise<CheckedTable> {
  const { rules, labels, license, table } = config;
  const cells = cellNames(staged);
  const fixSpelling = rules['table.spelling']?.action !== 'off';
  const typed = schema.columns.map((column, i) =>
    typedColumn(column, i, nullsFor(column, schema, staged, rules), fixSpelling),
  );
  const trims = rules['table.space']?.action !== 'off';
  const found = schema.columns.map(({ name }) => staged.columns.indexOf(name));
  const isSpaced = (place: number) => trims && staged.spaced[place] === true;
  const texts = typed.map(({ t }, i) => {
    const place = found[i] as number;
    return `${place < 0 ? 'null::varchar' : trimmed(cells.of(place), isSpaced(place))} as ${t}`;
  });
  const spaced = typed.map(({ t }, i) => {
    const place = found[i] as number;
    return place >= 0 && isSpaced(place) ? `coalesce(strlen(${t}), 0) <> strlen(${cells.of(place)})` : undefined;
  });
  const checks = planChecks({
    schema,
    rules,
    typed,
    spaced,
    ofFile,
    mendedLines: staged.mendedLines,
    license,
    key: table.key,
    label: labels.startsWith('column:') ? labels.slice('column:'.length) : null,
    now: new Date(now),
  });
  const masks = masksOf(checks, typed);
  const withAction = (action: Check['action']) =>
    masks.any(checks.flatMap((one, i) => (one.action === action ? [i] : [])));
  for (const one of typed) {
    const statement = enumSql(one);
    if (statement) await database.run(statement);
  }
  const source = readStaged(staged, cells.all);
  const raw =
    staged.columns.length > 0 ? `concat_ws(chr(31), ${staged.columns.map((_, i) => cells.of(i)).join(', ')})` : "''";
  const before = `case when ${withAction('fix')} then left(sha256(${raw}), 16) end as before`;
  const places = staged.plain ? ['line'] : ['line', 'place'];
  const checked = { typed, texts, masks, source, before, places };
  await (typed.length <= COLUMNS_A_STATEMENT ? buildAtOnce(checked, database) : buildByGroups(checked, database));
  return { database, typed, checks, masks, rejected: withAction('reject') };
}

type Statement = {
  readonly typed: readonly TypedColumn[];
  /** SQL expressions that read the text of each column from the cells of `source`. */
  readonly texts: readonly string[];
  readonly masks: Masks;
  readonly source: string;
  readonly before: string;
  /** Columns of the source that tell where a row stands. */
  readonly places: readonly string[];
};

async function buildAtOnce(statement: Statement, database: Database): Promise<void> {
  const { typed, texts, masks, source, before, places } = statement;
  const words = masks.words(() => true);
  const named = masks.names.map((word) => `${words.get(word) ?? NONE} as ${word}`);
  await database.run(`create temp table checked as
    select ${[...places, ...typed.map(({ v }) => v), ...masks.names, before].join(', ')}
    from (select *, ${named.join(', ')} from ${valuesSql(typed, texts, source)})`);
}

/**
 * Builds the table in groups of columns. Each group reads the file again in the same row order, so the groups are joined by position.
 */
async function buildByGroups(statement: Statement, database: Database): Promise<void> {
  const { typed, texts, masks, source, before, places } = statement;
  const groups: string[] = [];
  const terms = new Map([...masks.words(({ of }) => of === undefined)].map(([word, sql]) => [word, [sql]]));
  for (let first = 0; first < typed.length; first += COLUMNS_A_STATEMENT) {
    const end = first + COLUMNS_A_STATEMENT;
    const group = `group_${groups.length}`;
    const own = masks.words(({ of }) => of !== undefined && of >= first && of < end);
    const some = typed.slice(first, end);
    const columns = [...some.map(({ v }) => v), ...[...own].map(([word, sql]) => `${sql} as ${word}`)];
    await database.run(`create temp table ${group} as
      select ${columns.join(', ')} from ${valuesSql(some, texts.slice(first, end), source)}`);
    groups.push(group);
    for (const word of own.keys()) terms.set(word, [...(terms.get(word) ?? []), `${group}.${word}`]);
  }
  const words = masks.names.map((word) => `${terms.get(word)?.join(' | ') ?? NONE} as ${word}`);
  await database.run(`create temp table checked as
    select ${[...places, ...typed.map(({ v }) => v), ...masks.names, before].join(', ')}
    from (select source.*, ${[...typed.map(({ v }) => v), ...words].join(', ')}
      from ${source} as source ${groups.map((group) => `positional join ${group}`).join(' ')})`);
  for (const group of groups) await database.run(`drop table ${group}`);
}

/** Returns the SELECT list for columns: their cells (c), texts (t), whether the text is known (k) and values (v). */
function valuesSql(typed: readonly TypedColumn[], texts: readonly string[], source: string): string {
  const known = typed.flatMap(knownSql).map((one) => `, ${one}`);
  return `(select *, ${typed.map(({ v, value }) => `${value} as ${v}`).join(', ')}
    from (select *${known.join('')} from (select *, ${texts.join(', ')} from ${source})))`;
}

/**
 * Returns the null words of a column. A file format with its own nulls needs no words; there only NaN stands for an empty cell.
 */
function nullsFor(
  { nulls, type }: Column,
  schema: TableSchema,
  { format, declared }: Staged,
  rules: TableDataset['rules'],
): readonly string[] {
  if (rules['table.null-token']?.action === 'off') return [];
  if (format !== 'parquet') return nulls ?? schema.nulls;
  return declared && type === 'number' ? ['nan', 'NaN'] : [];
}
