// The rules of a table's schema on rows that are drawn: what a row must satisfy, and which columns hold each value once.
import { isTemporal } from '../../schema/column-types.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { Cell, TableCodec } from '../codec.ts';
import { rowCondition } from './predicate-parser.ts';
import type { Computed } from './predicate-values.ts';

const MICROS_A_DAY = 86_400_000_000;

export type RowChecks = {
  /** Whether a row satisfies all rules; one that is unknown, since a cell is empty, is not held against the row. */
  readonly hold: (cells: readonly (readonly Cell[])[], row: number) => boolean;
  /** Names of rules that cannot be checked on drawn rows. */
  readonly unchecked: readonly string[];
};

/** Returns the rules of a schema that modelled columns can break. The age of dates is not checked, because it changes every day. */
export function schemaRules(
  codec: Pick<TableCodec, 'columns'>,
  { columns, rules }: Pick<TableSchema, 'columns' | 'rules'>,
): Pick<TableCodec, 'rules' | 'unique'> {
  const found = rules.flatMap((rule) => ('check' in rule ? [{ name: rule.name, check: rule.check }] : []));
  const unique: number[] = [];
  for (const [place, { name, source }] of codec.columns.entries()) {
    const column = columns.find((one) => one.name === name);
    if (!column || source.from === 'patterns' || source.from === 'sequence') continue;
    if (column.unique) unique.push(place);
    // Values of coded columns are those of training rows, which were within these bounds.
    if (source.from !== 'offset' && source.from !== 'formula') continue;
    const own = `"${name.replaceAll('"', '""')}"`;
    const bound = (value: number | string) => (typeof value === 'number' ? String(value) : `'${value}'`);
    if (column.min !== undefined) found.push({ name: `${name}: min`, check: `${own} >= ${bound(column.min)}` });
    if (column.max !== undefined) found.push({ name: `${name}: max`, check: `${own} <= ${bound(column.max)}` });
    if (!column.nullable) found.push({ name: `${name}: nullable`, check: `${own} is not null` });
  }
  return { ...(found.length > 0 && { rules: found }), ...(unique.length > 0 && { unique }) };
}

export function rowChecks({ columns, rules = [] }: Pick<TableCodec, 'columns' | 'rules'>): RowChecks {
  const names = columns.map(({ name }) => name);
  const conditions = rules.map(({ name, check }) => ({ name, condition: rowCondition(check, names) }));
  const known = conditions.flatMap(({ condition }) => (condition ? [condition] : []));
  const types = columns.map(({ type }) => type);
  return {
    hold(cells, row) {
      const value = (column: number): Computed => {
        const cell = cells[column]?.[row] ?? null;
        const type = types[column];
        if (typeof cell !== 'number' || !type || !isTemporal(type)) return cell;
        return { micros: type === 'date' ? cell * MICROS_A_DAY : cell, isDay: type === 'date' };
      };
      return known.every((condition) => condition(value) !== false);
    },
    unchecked: conditions.flatMap(({ name, condition }) => (condition ? [] : [name])),
  };
}
