// The columns of a table's part: those common to all kinds, then the row's own, each under a name that is free.
import type { PartColumn } from '../../base/parquet-columns.ts';
import { COMMON_COLUMNS } from '../define/part-columns.ts';
import type { ColumnType } from './schema/schema.ts';

/** Common columns of a row, in order. `flags` and `fixes` are JSON lists; `line` is where the row starts in its file. */
export const ROW_COLUMNS = [...COMMON_COLUMNS, 'line'] as const;

/** Parquet types of the column types. */
export const PARQUET_TYPES: Readonly<Record<ColumnType, PartColumn['type']>> = {
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'MICROS',
  category: 'STRING',
  text: 'STRING',
  id: 'STRING',
};

/** No SQL and hardly a file format can name a column by these. */
const CONTROL = /\p{Cc}/gu;

/** A row read as an object must not lose a column, nor gain a prototype. */
const RESERVED = [...ROW_COLUMNS.map((name) => name.toLowerCase()), '__proto__'];

/** Returns the column names for Parquet, whose readers ignore case: a repeated name gets its position appended. */
export function partColumns(columns: readonly string[]): string[] {
  const names = columns.map((name) => name.replaceAll(CONTROL, '_'));
  const taken = new Set<string>(RESERVED);
  for (const name of names) if (!taken.has(name.toLowerCase())) taken.add(name.toLowerCase());
  const used = new Set<string>(RESERVED);
  return names.map((name, i) => {
    let free = name;
    for (let suffix = i + 1; used.has(free.toLowerCase()); suffix++) {
      free = `${name}_${suffix}`;
      if (taken.has(free.toLowerCase())) free = name;
    }
    used.add(free.toLowerCase());
    return free;
  });
}
