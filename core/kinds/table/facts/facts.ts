// Counts values in the columns of a first upload, from which the schema is inferred.
import * as z from 'zod';
import { text } from '../../../base/confined-database.ts';
import { type Database, readStaged } from '../check/database.ts';
import { isOneOf } from '../check/typed.ts';
import { cellNames, trimmed } from '../read/cells.ts';
import type { Staged } from '../read/normalised-file.ts';
import type { ColumnProfile } from '../schema/column-profile.ts';
import { NULL_WORDS } from '../schema/null-words.ts';
import { DATE_FORMATS, TIME_FORMATS } from '../schema/schema.ts';
import { hasZoneSql, timeSql } from '../sql/moment-sql.ts';
import { commaNumberSql, inexactSql } from '../sql/number-sql.ts';

/** Number of rows that are examined, spread over the file; categories are counted over all rows, and values against the type of a column by addLaterFacts. */
const SAMPLED_ROWS = 50_000;
/** Distinct values of a column from which on it is no category. */
const MOST_TOP = 400;
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALIKE = `0123456789${CAPITALS}${CAPITALS.toLowerCase()}`;
const SIGNS = `${'9'.repeat(10)}${'A'.repeat(26)}${'a'.repeat(26)}`;
/** Number of rows whose shapes are counted. */
const SHAPED_ROWS = 2_000;
const DAY = "'[0-9]{4}-[0-9]{2}-[0-9]{2}'";
/** A comma that no reader takes for one between thousands: in 0,5 and 1234,5 and 3,14 and 1.234,567. */
const SURELY_COMMA =
  "'[+-]?(0,[0-9]+|[0-9]{4,},[0-9]+|[0-9.]+,([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(\\.[0-9]{3})+,[0-9]+)'";
const COLUMNS_A_QUERY = 100;
/** Number of examples of non-numeric values. */
const SHOWN_WORDS = 3;
const LONGEST_NULL_WORD = Math.max(...NULL_WORDS.map((word) => Buffer.byteLength(word)));
const MONEY = "'-?[($€£¥]*[ ]?-?[0-9][0-9.,]*[ ]?[)%€$£¥]*'";
/** A quick test for text that may be a date; the exact test costs far more. */
const MAYBE_DAY =
  "'[0-9]{1,4}[-/. ][A-Za-z0-9]{1,9}[-/., ]{1,2}[0-9]{1,4}|[0-9]{8}|([A-Za-z]{6,9}, )?[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4}'";
const MAYBE_TIME =
  "'([A-Za-z]{3}, )?[0-9]{1,4}[-/. ][A-Za-z0-9]{1,3}[-/. ][0-9]{1,4} [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( (AM|PM|am|pm|GMT))?|[0-9]{8}T[0-9]{6}Z?'";

const count = z.bigint().transform(Number);
const number = z.number().nullable();
const Facts = z.object({
  rows: count,
  values: count,
  distinct: count,
  integers: count,
  longIntegers: count,
  numbers: count,
  inexact: count,
  wholeFractions: count,
  sameNumbers: count,
  bareExponents: count,
  leadingPlus: count,
  truthWords: z.string().nullable(),
  booleans: count,
  days: count,
  times: count,
  zoned: count,
  maybeDays: count,
  maybeTimes: count,
  undated: z.array(z.string()).nullable(),
  leadingZeros: count,
  longest: count.nullable(),
  withUnit: count,
  unit: z.string().nullable(),
  commaNumbers: count,
  surelyComma: count,
  pointThousands: count,
  surelyPointThousands: count,
  commaThousands: count,
  surelyCommaThousands: count,
  money: count,
  shapes: z.tuple([z.coerce.number(), z.string().nullable()]),
  minNumber: number,
  maxNumber: number,
  minCommaNumber: number,
  maxCommaNumber: number,
  minDay: z.string().nullable(),
  maxDay: z.string().nullable(),
  words: z.array(z.string()).nullable(),
  nullWords: z.array(z.object({ word: z.string(), count })).nullable(),
});
const Top = z.object({ value: z.string(), count });
type Top = readonly (readonly [string, number])[];

/** Returns the step between two examined rows. */
export function stepOf({ rows }: Pick<Staged, 'rows'>): number {
  return Math.max(1, Math.ceil(rows / SAMPLED_ROWS));
}

export async function gatherFacts(staged: Staged, database: Database): Promise<ColumnProfile[]> {
  const cells = cellNames(staged);
  const source = readStaged(staged, cells.all);
  const step = stepOf(staged);
  const presentCell = (i: number) => trimmed(cells.of(i), staged.spaced[i] === true);
  const facts: ColumnProfile[] = [];
  for (let first = 0; first < staged.columns.length; first += COLUMNS_A_QUERY) {
    const places = staged.columns.map((_, i) => i).slice(first, first + COLUMNS_A_QUERY);
    await database.run(`create or replace temp table looked as
      select ${places.map((i) => `${presentCell(i)} as ${cells.of(i)}`).join(', ')}
      from (select *, row_number() over () as n from ${source}) where n % ${step} = 0`);
    const found = new Map<number, Counted>();
    for (const i of places) {
      const one = await countedIn(cells.of(i), database);
      if (one) found.set(i, one);
    }
    const maybeCategories = [...found]
      .filter(
        ([i, one]) =>
          one.distinct <= MOST_TOP &&
          (one.numbers < one.values || one.nullWords !== null || staged.declared?.[i] === 'text'),
      )
      .map(([i]) => i);
    const tops =
      step === 1
        ? await topsOfSample(maybeCategories.map(cells.of), database)
        : await topsOfAll(maybeCategories.map(presentCell), source, database);
    for (const [i, counted] of found) {
      const top = tops[maybeCategories.indexOf(i)] ?? [];
      const distinct = Math.max(counted.distinct, top.length);
      facts.push({
        ...profileOf(counted),
        name: staged.columns[i] as string,
        declared: staged.declared?.[i],
        distinct,
        top: distinct <= MOST_TOP ? top : [],
      });
    }
  }
  await database.run('drop table if exists looked');
  return facts;
}

type Counted = z.infer<typeof Facts> & { readonly formats: readonly number[]; readonly timeFormats: readonly number[] };

/** Counts the values of one column of the table `looked`. */
export async function countedIn(c: string, database: Database): Promise<Counted | undefined> {
  const [one] = await database.rows(factsSql(c), Facts);
  return (
    one && {
      ...one,
      formats: one.maybeDays > 0 ? await formatsOf(c, DATE_FORMATS, MAYBE_DAY, database) : [],
      timeFormats: one.maybeTimes > 0 ? await formatsOf(c, TIME_FORMATS, MAYBE_TIME, database) : [],
    }
  );
}

export function profileOf({ longest, shapes, words, undated, nullWords, maybeDays, maybeTimes, ...others }: Counted) {
  return {
    ...others,
    words: words ?? [],
    undated: maybeDays + maybeTimes > 0 ? (undated ?? []) : [],
    nullWords: (nullWords ?? []).map(({ word, count: often }) => [word, often] as const),
    longest: longest ?? 0,
    shapes: shapes[0],
    shape: shapes[1],
  };
}

/** Counts the values that each format can read, of those that look like it. */
async function formatsOf(c: string, known: readonly string[], maybe: string, database: Database): Promise<number[]> {
  const formats = known.map(
    (format) => `count(case when year(try_strptime(${c}, ${text(format)})) between 1800 and 2200 then 1 end)`,
  );
  const [row] = await database.rows(
    `select [${formats.join(', ')}] as formats from looked where regexp_full_match(${c}, ${maybe})`,
    z.object({ formats: z.array(count) }),
  );
  return row?.formats ?? [];
}

async function topsOfSample(columns: readonly string[], database: Database): Promise<Top[]> {
  const tops: Top[] = [];
  for (const column of columns) tops.push(await topOf(`select ${column} as value from looked`, database));
  return tops;
}

/** Counts the most frequent values of all columns in one pass over the file. */
async function topsOfAll(values: readonly string[], source: string, database: Database): Promise<Top[]> {
  if (values.length === 0) return [];
  await database.run(`create or replace temp table counted as
    select ${values.map((value, i) => `histogram(${value}) as h${i}`).join(', ')} from ${source}`);
  const tops: Top[] = [];
  for (const i of values.keys()) {
    const rows = await database.rows(
      `select entry.key as value, entry.value::bigint as count from (select unnest(map_entries(h${i})) as entry from counted)
       where entry.key is not null order by count desc, value limit ${MOST_TOP + 1}`,
      Top,
    );
    tops.push(rows.map((row) => [row.value, row.count] as const));
  }
  await database.run('drop table counted');
  return tops;
}

async function topOf(from: string, database: Database): Promise<Top> {
  const rows = await database.rows(
    `select value, count(*) as count from (${from}) where value is not null group by 1 order by count desc, value limit ${MOST_TOP + 1}`,
    Top,
  );
  return rows.map((row) => [row.value, row.count] as const);
}

function factsSql(c: string): string {
  const where = (condition: string) => `count(*) filter (where ${condition})`;
  const asNumber = `case when not contains(${c}, '_') and isfinite(try_cast(${c} as double)) then try_cast(${c} as double) end`;
  const unit = `regexp_extract(${c}, '^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?( ?[^0-9\\s.,:+()-][^\\s.,:+()]{0,7})$', 1)`;
  const shape = `case when length(${c}) <= 40 then translate(${c}, '${ALIKE}', '${SIGNS}') else ${c} end`;
  // A cast that fails costs a hundred times one that is not tried.
  const day = `case when regexp_full_match(${c}, ${DAY}) then try_cast(${c} as date) end`;
  const isNullWord = `case when strlen(${c}) > ${LONGEST_NULL_WORD} then false else ${isOneOf(c, NULL_WORDS)} end`;
  const words = "'true', 'false', 'yes', 'no'";
  return `with present as (select case when ${isNullWord} then null else ${c} end as ${c}, ${c} as cell from looked),
  numbered as (select ${c}, cell, ${asNumber} as number_, ${commaNumberSql(c)} as comma_ from present),
  shaped as (select *, case when number_ is null and ascii(${c}) < 58 then nullif(${unit}, '') end as unit_ from numbered)
  select count(*) as rows, count(${c}) as values, count(distinct ${c}) as distinct,
    ${where(`regexp_full_match(${c}, '[+-]?[0-9]+')`)} as integers,
    ${where(`strlen(${c}) > 15 and regexp_full_match(${c}, '-?[0-9]{16,}')`)} as "longIntegers",
    count(number_) as numbers,
    ${where(`number_ is not null and ${inexactSql(c)}`)} as inexact,
    ${where(`regexp_full_match(${c}, '-?(0|[1-9][0-9]*)\\.0+')`)} as "wholeFractions",
    (select count(*) from (select distinct ${c} as word from present where regexp_full_match(${c}, '-?[0-9]+\\.[0-9]+0'))
      where rtrim(word, '0') in (select ${c} from present)) as "sameNumbers",
    ${where(`regexp_full_match(${c}, '[0-9]+[eE][0-9]+')`)} as "bareExponents",
    ${where(`lower(${c}) in (${words})`)} as booleans,
    (select string_agg(word, ',' order by word) from
      (select distinct lower(${c}) as word from present where strlen(${c}) <= 5 and lower(${c}) in (${words}))) as "truthWords",
    count(${day}) as days,
    count(${timeSql(c)}) as times,
    ${where(hasZoneSql(c))} as zoned,
    ${where(`regexp_full_match(${c}, ${MAYBE_DAY})`)} as "maybeDays",
    ${where(`regexp_full_match(${c}, ${MAYBE_TIME})`)} as "maybeTimes",
    (select list(word) from (select distinct ${c} as word from present
      where ${c} is not null and not regexp_full_match(${c}, ${MAYBE_DAY}) and not regexp_full_match(${c}, ${MAYBE_TIME})
      limit ${SHOWN_WORDS})) as undated,
    ${where(`number_ is not null and regexp_matches(${c}, '^[+-]?0[0-9]')`)} as "leadingZeros",
    ${where(`number_ is not null and starts_with(${c}, '+')`)} as "leadingPlus",
    max(length(${c})) as longest,
    ${where('unit_ = (select mode(unit_) from shaped)')} as "withUnit",
    (select mode(unit_) from shaped) as unit,
    count(comma_) as "commaNumbers",
    count(case when comma_ is not null and regexp_full_match(${c}, ${SURELY_COMMA}) then 1 end) as "surelyComma",
    ${where(`regexp_full_match(${c}, '-?[1-9][0-9]{0,2}(\\.[0-9]{3})+')`)} as "pointThousands",
    ${where(`regexp_full_match(${c}, '-?[1-9][0-9]{0,2}(\\.[0-9]{3}){2,}')`)} as "surelyPointThousands",
    ${where(`regexp_full_match(${c}, '-?[1-9][0-9]{0,2}(,[0-9]{3})+(\\.[0-9]+)?')`)} as "commaThousands",
    ${where(`regexp_full_match(${c}, '-?[1-9][0-9]{0,2}((,[0-9]{3})+\\.[0-9]+|(,[0-9]{3}){2,})')`)} as "surelyCommaThousands",
    ${where(`number_ is null and regexp_matches(${c}, '[$€£¥()%]') and regexp_full_match(${c}, ${MONEY})`)} as money,
    min(comma_) as "minCommaNumber", max(comma_) as "maxCommaNumber",
    (select [count(distinct shape)::varchar, min(shape)] from
      (select ${shape} as shape from (select ${c} from present limit ${SHAPED_ROWS}))) as shapes,
    min(number_) as "minNumber", max(number_) as "maxNumber",
    min(${day})::varchar as "minDay", max(${day})::varchar as "maxDay",
    (select list(word) from (select distinct ${c} as word from numbered where number_ is null and ${c} is not null limit ${SHOWN_WORDS})) as words,
    (select list({'word': word, 'count': often} order by word) from
      (select cell as word, count(*) as often from present where ${c} is null and cell is not null group by cell)) as "nullWords"
  from shaped`;
}
