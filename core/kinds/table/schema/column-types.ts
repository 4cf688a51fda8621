// The types of columns and the formats of dates, without the code that reads a schema.

export const COLUMN_TYPES = ['integer', 'number', 'boolean', 'date', 'datetime', 'category', 'text', 'id'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** Date formats of DuckDB's strptime, in addition to ISO 8601. */
export const DATE_FORMATS = [
  '%Y/%m/%d',
  '%d.%m.%Y',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%d-%m-%Y',
  '%m-%d-%Y',
  '%d %b %Y',
  '%b %d, %Y',
  '%d %B %Y',
  '%B %d, %Y',
  '%Y%m%d',
  '%d-%b-%Y',
  '%b %d %Y',
  '%A, %B %d, %Y',
  '%Y.%m.%d',
] as const;

/** Formats of times of DuckDB's strptime, in addition to ISO 8601. */
export const TIME_FORMATS = [
  '%d.%m.%Y %H:%M',
  '%d.%m.%Y %H:%M:%S',
  '%d/%m/%Y %H:%M',
  '%d/%m/%Y %H:%M:%S',
  '%m/%d/%Y %H:%M',
  '%m/%d/%Y %H:%M:%S',
  '%d/%m/%Y %I:%M %p',
  '%d/%m/%Y %I:%M:%S %p',
  '%m/%d/%Y %I:%M %p',
  '%m/%d/%Y %I:%M:%S %p',
  '%d-%m-%Y %H:%M',
  '%d-%m-%Y %H:%M:%S',
  '%d-%b-%Y %H:%M:%S',
  '%Y/%m/%d %H:%M',
  '%Y/%m/%d %H:%M:%S',
  '%Y-%m-%d %I:%M %p',
  '%Y-%m-%d %I:%M:%S %p',
  '%a, %d %b %Y %H:%M:%S GMT',
  '%Y%m%dT%H%M%S',
  '%Y%m%dT%H%M%SZ',
] as const;

/** The words for true and false, in lower case. */
export const TRUE_WORDS: readonly string[] = ['true', 'yes', 't', 'y', '1'];
export const FALSE_WORDS: readonly string[] = ['false', 'no', 'f', 'n', '0'];

export function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'number';
}

export function isTemporal(type: ColumnType): boolean {
  return type === 'date' || type === 'datetime';
}
