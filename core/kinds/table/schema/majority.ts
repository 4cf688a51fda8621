// One schema of the schemas that several tables have each by itself: so that one odd table does not decide for the others, and
// no table's rows are refused for what the others happen not to hold.
import { canonicalJson } from '../../../base/hash.ts';
import { TABLE_LIMITS } from '../limits.ts';
import type { Column, TableSchema } from './schema.ts';
import { spellingOf } from './spelling.ts';

/** The schema of one table, and how many rows speak for it. */
export type Vote = { readonly schema: TableSchema; readonly rows: number };

/** The columns are those that most tables have; lines of one cell, as of any text, count where there is nothing else. Undefined without a vote; equal votes in the same order give the same schema. */
export function majorityOf(votes: readonly Vote[]): TableSchema | undefined {
  const wide = votes.filter(({ schema }) => schema.columns.length > 1);
  const alike = largest(wide.length > 0 ? wide : votes, ({ schema }) =>
    canonicalJson(schema.columns.map(({ name }) => name).sort()),
  );
  const first = alike[0]?.schema;
  return first && { ...first, columns: first.columns.map(({ name }) => mergedColumn(name, alike)) };
}

type ColumnVote = { readonly column: Column; readonly rows: number };

function mergedColumn(name: string, votes: readonly Vote[]): Column {
  const ofColumn = votes.map(({ schema, rows }) => ({
    column: schema.columns.find((column) => column.name === name) as Column,
    rows,
  }));
  const [{ column: chosen }] = largest(ofColumn, ({ column }) => readingOf(column)) as [ColumnVote];
  const { type } = chosen;
  // Whole numbers are numbers, too: a fraction in any of the tables makes the column one of numbers.
  const wider =
    type === 'integer'
      ? ofColumn.find(({ column }) => column.type === 'number' && !column.unit && !column.decimal)
      : undefined;
  if (wider) return wider.column;
  return type === 'category' ? withAllCategories(chosen, ofColumn) : chosen;
}

/** Categories of any table count; of spellings of one word, that of the first table. More than a category column holds are texts. */
function withAllCategories(chosen: Column, votes: readonly ColumnVote[]): Column {
  const bySpelling = new Map<string, string>();
  for (const { column } of [{ column: chosen }, ...votes])
    for (const category of column.categories ?? [])
      if (!bySpelling.has(spellingOf(category))) bySpelling.set(spellingOf(category), category);
  if (bySpelling.size <= TABLE_LIMITS.categories) return { ...chosen, categories: [...bySpelling.values()].sort() };
  const { categories: _, ...others } = chosen;
  return { ...others, type: 'text' };
}

function readingOf({ type, unit, decimal, dateFormat, timeFormat }: Column): string {
  return canonicalJson({ type, unit, decimal, dateFormat, timeFormat });
}

/** The group with the most tables; of equal ones that with the most rows, then the first. */
function largest<One extends { readonly rows: number }>(
  votes: readonly One[],
  keyOf: (vote: One) => string,
): readonly One[] {
  const rowsOf = (group: readonly One[]) => group.reduce((sum, { rows }) => sum + rows, 0);
  const groups = [...Map.groupBy(votes, keyOf).values()];
  return groups.sort((a, b) => b.length - a.length || rowsOf(b) - rowsOf(a))[0] ?? [];
}
