// SQL expressions for cells: from the text of a cell (t) to a value of the column's type (v), null if the text is not a valid value.

import { name, text } from '../../../base/confined-database.ts';
import { FALSE_WORDS, TRUE_WORDS } from '../schema/column-types.ts';
import type { Column } from '../schema/schema.ts';
import { spellingOf, spellingSql } from '../schema/spelling.ts';
import { momentSql } from '../sql/moment-sql.ts';
import { commaNumberSql, groupedNumberSql, numberSql, wholeSql, withUnitSql } from '../sql/number-sql.ts';

export type TypedColumn = {
  readonly column: Column;
  /** Names of the text, of the value. */
  readonly t: string;
  readonly v: string;
  readonly value: string;
  /** Whether a text without a value is a null word; otherwise it is invalid. */
  readonly isToken: string;
  /** Number of null words. */
  readonly nulls: number;
  /** Categories only: the column that holds the text as an enum value, null if it is not in the enum. */
  readonly known: string;
  readonly enum: string;
};

/** `place`: of the column in the schema. `fixSpelling`: categories written otherwise become those of the schema. */
export function typedColumn(
  column: Column,
  place: number,
  nulls: readonly string[],
  fixSpelling: boolean,
): TypedColumn {
  const t = `t${place}`;
  const v = `v${place}`;
  const isToken = tokenSql(t, nulls);
  return {
    column,
    t,
    v,
    value: valueSql(column, t, { known: `k${place}`, isToken, fixSpelling }),
    isToken,
    nulls: nulls.length,
    known: `k${place}`,
    enum: `category_${place}`,
  };
}

/** The type whose values are the categories of a column, which makes looking one up cheap. */
export function enumSql({ column, enum: categories }: TypedColumn): string | undefined {
  return column.categories && `create type ${name(categories)} as enum (${column.categories.map(text).join(', ')})`;
}

/**
 * Compares with a list, because DuckDB turns a longer `in` into a join over all rows, even behind another condition.
 */
export function isOneOf(value: string, texts: readonly string[]): string {
  return `list_contains([${texts.map(text).join(', ')}], ${value})`;
}

/** A category's text as one of them, to be looked up once. */
export function knownSql({ column, t, known, enum: categories }: TypedColumn): string[] {
  return column.categories ? [`try_cast(${t} as ${name(categories)}) as ${known}`] : [];
}

/** Long texts cannot be null words and are not compared. */
function tokenSql(t: string, nulls: readonly string[]): string {
  if (nulls.length === 0) return 'false';
  const longest = Math.max(...nulls.map((token) => Buffer.byteLength(token)));
  return `case when strlen(${t}) > ${longest} then false else ${isOneOf(t, nulls)} end`;
}

type Context = { readonly known: string; readonly isToken: string; readonly fixSpelling: boolean };

function valueSql(
  { type, unit, dateFormat, timeFormat, decimal, categories = [] }: Column,
  t: string,
  context: Context,
): string {
  const { isToken, fixSpelling } = context;
  switch (type) {
    case 'integer':
      return withUnitSql(t, unit, wholeSql);
    case 'number':
      return withUnitSql(t, unit, decimal ? { ',': commaNumberSql, '.': groupedNumberSql }[decimal] : numberSql);
    case 'boolean':
      return `case ${t} when 'true' then true when 'false' then false
        else case when ${isOneOf(`lower(${t})`, TRUE_WORDS)} then true when ${isOneOf(`lower(${t})`, FALSE_WORDS)} then false end end`;
    case 'date':
      return `case when try_cast(${t} as date)::varchar = ${t} then try_cast(${t} as date)
        else try_strptime(${t}, [${[...(dateFormat ? [dateFormat] : []), '%Y-%m-%d'].map(text).join(', ')}])::date end`;
    case 'datetime': {
      const formats = [dateFormat, timeFormat].filter((format) => format !== undefined);
      const moment = momentSql(t);
      return formats.length === 0
        ? moment
        : `coalesce(${moment}, try_strptime(${t}, [${formats.map(text).join(', ')}]))`;
    }
    case 'category': {
      const spellings = categories.map(spellingOf);
      const spelling = spellingSql(t);
      const fixed = `coalesce(list_extract([${categories.map(text).join(', ')}], list_position([${spellings.map(text).join(', ')}], ${spelling})), ${t})`;
      return `case when ${context.known} is not null then ${t} when ${isToken} then null else ${fixSpelling ? fixed : t} end`;
    }
    default:
      return `case when ${isToken} then null else ${t} end`;
  }
}
