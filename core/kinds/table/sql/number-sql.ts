// SQL for reading texts as numbers: only texts that a number reproduces exactly.

const COMMA_NUMBER = "'-?([0-9]|[1-9][0-9]+|[1-9][0-9]{0,2}(\\.[0-9]{3})+)(,[0-9]+)?'";
const GROUPED_NUMBER = "'-?([0-9]|[1-9][0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\\.[0-9]+)?'";
/** Digits that every double gives back. */
const EXACT_DIGITS = 15;
/** Digits with which programs write a double of a fraction. */
const MOST_DIGITS = 17;
/** The least number that a double holds with all its digits (IEEE 754). */
const LEAST_NORMAL = '2.2250738585072014e-308';
/** A plus sign, or a zero before other digits: a number would lose them. */
const LOSES_SIGNS = "'^(\\+|-?0[0-9]).*'";
/** Code points of + - 0, the possible first characters of such a text. */
const LOSING_STARTS = '[43, 45, 48]';

/** DuckDB rounds 1.5 to 2 and reads 1_000; neither is a whole number here. 7.0 is one, and a fix, as is -0. */
export function wholeSql(t: string): string {
  return `case when try_cast(${t} as bigint)::varchar = ${t} then try_cast(${t} as bigint)
    when ${t} = '-0' or regexp_full_match(${t}, '-?(0|[1-9][0-9]*)\\.0+') then try_cast(${t} as bigint) end`;
}

export function numberSql(t: string): string {
  return `case when isfinite(try_cast(${t} as double)) and not contains(${t}, '_') and not (${losesSignsSql(t)})
    and not (${inexactSql(t)}) and not (${vanishesSql(t)}) then try_cast(${t} as double) end`;
}

/** Returns the number written as 1.234,56 or 3,14; null for other forms. */
export function commaNumberSql(t: string): string {
  return `case when regexp_full_match(${t}, ${COMMA_NUMBER}) then try_cast(replace(replace(${t}, '.', ''), ',', '.') as double) end`;
}

/** Reads 1,234.56 and 3.14 as numbers; null for texts that are no numbers. */
export function groupedNumberSql(t: string): string {
  return `case when regexp_full_match(${t}, ${GROUPED_NUMBER}) then try_cast(replace(${t}, ',', '') as double) else ${numberSql(t)} end`;
}

/** Returns whether a number would lose a plus sign or leading zeros of the text. */
export function losesSignsSql(t: string): string {
  return `case when list_contains(${LOSING_STARTS}, ascii(${t})) then regexp_matches(${t}, ${LOSES_SIGNS}) else false end`;
}

/** Returns whether a number is so near to zero that a double becomes zero, or loses digits: 1e-400. */
function vanishesSql(t: string): string {
  return `case when abs(try_cast(${t} as double)) < ${LEAST_NORMAL} then regexp_matches(${t}, '^[^eE]*[1-9]') else false end`;
}

/** Returns whether a double cannot hold all digits of a number. Short texts are not checked. */
export function inexactSql(t: string): string {
  const mantissa = `regexp_replace(${t}, '[eE].*$', '')`;
  const digits = `ltrim(replace(rtrim(${mantissa}, '0'), '.', ''), '-+0')`;
  return `case when strlen(${t}) <= ${EXACT_DIGITS} then false
    when contains(${t}, '.') then length(${digits}) > ${MOST_DIGITS}
    else length(ltrim(${mantissa}, '-+0')) > ${EXACT_DIGITS}
      and coalesce(try_cast(try_cast(${t} as double) as hugeint)::varchar <> ${t}, true) end`;
}

/** `sql`: of the number before the unit. */
export function withUnitSql(t: string, unit: string | undefined, sql: (t: string) => string): string {
  if (unit === undefined) return sql(t);
  return `case when ends_with(${t}, '${unit.replaceAll("'", "''")}') then ${sql(`trim(left(${t}, length(${t}) - ${[...unit].length}))`)} else ${sql(t)} end`;
}
