// What is counted in the columns of a first upload, so that its schema can be told.
import * as z from 'zod';
import { type ColumnFacts, NULL_TOKENS } from '#core/table/infer.ts';
import { DATE_FORMATS } from '#core/table/schema.ts';
import { type Database, readStaged, text } from './database.ts';
import { cellNames, trimmed } from './cells.ts';
import type { Staged } from './staged.ts';

/** Rows looked at, spread over the file; categories are counted over all of them. */
const SAMPLED_ROWS = 100_000;
/** Distinct values of a column from which on it is no category. */
const MOST_TOP = 400;
const COLUMNS_A_QUERY = 20;

const count = z.bigint().transform(Number);
const number = z.number().nullable();
const Facts = z.object({
  rows: count, values: count, distinct: count, integers: count, numbers: count, booleans: count, days: count, times: count,
  formats: z.array(count), leadingZeros: count, longest: count.nullable(), withUnit: count, unit: z.string().nullable(),
  shapes: count, shape: z.string().nullable(), minNumber: number, maxNumber: number, minDay: z.string().nullable(), maxDay: z.string().nullable(),
});
const Top = z.object({ value: z.string(), count });

export async function gatherFacts(staged: Staged, database: Database): Promise<ColumnFacts[]> {
  const cells = cellNames(staged);
  const source = readStaged(staged.file, staged.delimiter, cells.all);
  const step = Math.max(1, Math.ceil(staged.rows / SAMPLED_ROWS));
  const facts: ColumnFacts[] = [];
  for (let first = 0; first < staged.columns.length; first += COLUMNS_A_QUERY) {
    const places = staged.columns.map((_, i) => i).slice(first, first + COLUMNS_A_QUERY);
    const values = places.map((i) => `${present(trimmed(cells.of(i), staged.spaced[i] === true))} as ${cells.of(i)}`);
    await database.run(`create or replace temp table looked as
      select ${values.join(', ')} from (select *, row_number() over () as n from ${source}) where n % ${step} = 0 or ${step} = 1`);
    for (const i of places) {
      const [found] = await database.rows(factsSql(cells.of(i)), Facts);
      if (!found) throw new Error('an aggregate without groups has one row');
      const few = found.distinct <= MOST_TOP;
      const value = present(trimmed(cells.of(i), staged.spaced[i] === true));
      const top = few ? await database.rows(topSql(value, source), Top) : [];
      const { formats, longest, ...others } = found;
      facts.push({
        ...others,
        name: staged.columns[i] as string,
        distinct: few ? top.length : found.distinct,
        formats,
        longest: longest ?? 0,
        top: top.length <= MOST_TOP ? top.map((one) => [one.value, one.count] as const) : [],
      });
    }
  }
  await database.run('drop table if exists looked');
  return facts;
}

/** Null for what stands for nothing. */
function present(value: string): string {
  return `case when ${value} in (${NULL_TOKENS.map(text).join(', ')}) then null else ${value} end`;
}

function topSql(value: string, source: string): string {
  return `select ${value} as value, count(*) as count from ${source} where ${value} is not null
    group by 1 order by count desc, value limit ${MOST_TOP + 1}`;
}

function factsSql(c: string): string {
  const where = (condition: string) => `count(*) filter (where ${condition})`;
  const asNumber = `case when not contains(${c}, '_') and isfinite(try_cast(${c} as double)) then try_cast(${c} as double) end`;
  const unit = `regexp_extract(${c}, '^[+-]?[0-9]+(?:\\.[0-9]+)? ?([^0-9\\s.,:/+-]{1,8})$', 1)`;
  const shape = `regexp_replace(regexp_replace(regexp_replace(${c}, '[0-9]', '9', 'g'), '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g')`;
  const formats = DATE_FORMATS.map((format) => where(`length(${c}) < 20 and try_strptime(${c}, ${text(format)}) is not null and year(try_strptime(${c}, ${text(format)})) between 1800 and 2200`));
  return `with shaped as (select *, ${shape} as shaped_, nullif(${unit}, '') as unit_, ${asNumber} as number_ from looked)
  select count(*) as rows, count(${c}) as values, count(distinct ${c}) as distinct,
    ${where(`regexp_full_match(${c}, '[+-]?[0-9]+')`)} as integers,
    count(number_) as numbers,
    ${where(`lower(${c}) in ('true', 'false', 'yes', 'no')`)} as booleans,
    ${where(`regexp_full_match(${c}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') and try_cast(${c} as date) is not null`)} as days,
    ${where(`regexp_full_match(${c}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+(Z|[+-][0-9:]+)?') and try_cast(${c} as timestamptz) is not null`)} as times,
    [${formats.join(', ')}] as formats,
    ${where(`regexp_full_match(${c}, '[+-]?0[0-9]+')`)} as "leadingZeros",
    max(length(${c})) as longest,
    ${where('unit_ = (select mode(unit_) from shaped)')} as "withUnit",
    (select mode(unit_) from shaped) as unit,
    count(distinct case when length(${c}) <= 40 then shaped_ else ${c} end) as shapes, min(shaped_) as shape,
    min(number_) as "minNumber", max(number_) as "maxNumber",
    min(try_cast(${c} as date))::varchar as "minDay", max(try_cast(${c} as date))::varchar as "maxDay"
  from shaped`;
}
