// Lists the differences between two versions of a table's schema, one sentence for each.
import { canonicalJson } from '../../../base/hash.ts';
import type { Column, RowRule, TableSchema } from './schema.ts';

export type SchemaChange = {
  readonly change: 'added' | 'removed' | 'changed';
  /** `columns.age.max`, `rules.order`, `nulls`. */
  readonly key: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

/** Suggestions and the version are not compared. */
export function diffSchemas(before: TableSchema, after: TableSchema): SchemaChange[] {
  return [
    ...diffNamed('columns', before.columns, after.columns, (a, b) => diffColumn(a, b)),
    ...diffNamed('rules', before.rules, after.rules, (a, b) => differing(`rules.${a.name}`, bodyOf(a), bodyOf(b))),
    ...differing('nulls', before.nulls, after.nulls),
    ...order(before, after),
  ];
}

function diffColumn({ suggested: _a, ...before }: Column, { suggested: _b, ...after }: Column): SchemaChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof typeof before)[];
  return keys.flatMap((key) => differing(`columns.${before.name}.${key}`, before[key], after[key]));
}

function diffNamed<T extends { readonly name: string }>(
  where: string,
  before: readonly T[],
  after: readonly T[],
  inner: (before: T, after: T) => SchemaChange[],
): SchemaChange[] {
  const earlier = new Map(before.map((one) => [one.name, one]));
  const later = new Map(after.map((one) => [one.name, one]));
  return [
    ...before.filter(({ name }) => !later.has(name)).map((one) => change('removed', `${where}.${one.name}`, one)),
    ...after.flatMap((one) => {
      const there = earlier.get(one.name);
      return there ? inner(there, one) : [change('added', `${where}.${one.name}`, undefined, one)];
    }),
  ];
}

function order({ columns: before }: TableSchema, { columns: after }: TableSchema): SchemaChange[] {
  const namesOf = (columns: readonly Column[], others: readonly Column[]) =>
    columns.map(({ name }) => name).filter((name) => others.some((other) => other.name === name));
  return differing('columns (order)', namesOf(before, after), namesOf(after, before));
}

function differing(key: string, before: unknown, after: unknown): SchemaChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [change('added', key, undefined, after)];
  if (after === undefined) return [change('removed', key, before)];
  return canonicalJson(before) === canonicalJson(after) ? [] : [change('changed', key, before, after)];
}

function change(what: SchemaChange['change'], key: string, before?: unknown, after?: unknown): SchemaChange {
  return { change: what, key, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function bodyOf({ name: _name, ...body }: RowRule): object {
  return body;
}
