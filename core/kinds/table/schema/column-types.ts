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
] as const;

export function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'number';
}

export function isTemporal(type: ColumnType): boolean {
  return type === 'date' || type === 'datetime';
}
