// SQL for reading texts as moments, in the forms of ISO 8601 that programs write.

/** A day, a time behind T or a blank, and a zone. Seconds may be missing, and a comma may stand before their fraction. */
const MOMENT =
  "'[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?( ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?'";
/** A moment that is stored as it is written: in UTC, no finer than a microsecond. 24:00 is stored as the next day. */
const PLAIN_MOMENT =
  "'[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?(Z|[+-]00(:?00)?)?'";
const HAS_TIME = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]'";
const HAS_ZONE = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.,]+ ?(Z|UTC|GMT|[+-][0-9:]+)$'";

/** The moment in UTC; null for other texts. */
export function momentSql(t: string): string {
  return `case when regexp_full_match(${t}, ${MOMENT})
    then coalesce(try_cast(${t} as timestamptz), try_cast(${plainSql(t)} as timestamptz))::timestamp end`;
}

/** The same for texts with a time only, which tells days and times apart. */
export function timeSql(t: string): string {
  return `case when regexp_matches(${t}, ${HAS_TIME}) then ${momentSql(t)} end`;
}

/** Returns whether the moment is stored otherwise than it is written. */
export function isRewrittenSql(t: string): string {
  return `not regexp_full_match(${t}, ${PLAIN_MOMENT})`;
}

export function hasZoneSql(t: string): string {
  return `regexp_matches(${t}, ${HAS_ZONE})`;
}

/** DuckDB reads neither a comma before a fraction, nor the name of a zone, nor a zone behind minutes. */
function plainSql(t: string): string {
  const named = `regexp_replace(replace(${t}, ',', '.'), ' ?(Z|UTC|GMT)$', '+00')`;
  const attached = `regexp_replace(${named}, ' ([+-][0-9:]+)$', '\\1')`;
  return `regexp_replace(${attached}, '([ T][0-9]{2}:[0-9]{2})([+-][0-9:]+)?$', '\\1:00\\2')`;
}
