import { expect, test } from 'vitest';
import { TABLE_LIMITS } from '#core/kinds/table/limits.ts';
import { majorityOf } from '#core/kinds/table/schema/majority.ts';
import { type Column, TableSchema } from '#core/kinds/table/schema/schema.ts';

const vote = (columns: readonly Partial<Column>[], rows = 60) => ({
  schema: TableSchema.parse({ version: 1, columns }),
  rows,
});
const columnsOf = (...votes: Parameters<typeof majorityOf>[0]) => majorityOf(votes)?.columns;

test('the columns are those of most tables; of as many tables those with more rows', () => {
  const odd = vote(
    [
      { name: 'title', type: 'text' },
      { name: 'year', type: 'integer' },
    ],
    900,
  );
  const good = vote([
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'text' },
  ]);
  const turned = vote([
    { name: 'b', type: 'text' },
    { name: 'a', type: 'integer' },
  ]);
  expect(columnsOf(odd, good, turned)?.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(columnsOf(odd, good)?.map(({ name }) => name)).toEqual(['title', 'year']);
  expect(majorityOf([])).toBeUndefined();
});

test('lines of one cell, as of any text, do not outvote a table, and count where there is nothing else', () => {
  const line = vote([{ name: 'not a table', type: 'text' }], 1);
  const good = vote([
    { name: 'a', type: 'integer' },
    { name: 'b', type: 'text' },
  ]);
  expect(columnsOf(line, line, line, good)?.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(columnsOf(line, line)?.map(({ name }) => name)).toEqual(['not a table']);
});

test('a fraction in any table makes whole numbers numbers; otherwise the type of most tables counts', () => {
  const of = (...types: Column['type'][]) => columnsOf(...types.map((type) => vote([{ name: 'x', type }])))?.[0]?.type;
  expect(of('integer', 'integer', 'number')).toBe('number');
  expect(of('integer', 'integer', 'text')).toBe('integer');
  expect(of('text', 'integer', 'text')).toBe('text');
});

test('categories of all tables count, each spelling once; too many are texts', () => {
  const of = (...categories: string[]) => vote([{ name: 'x', type: 'category', categories }]);
  expect(columnsOf(of('a', 'b'), of('B', 'c'))?.[0]?.categories).toEqual(['a', 'b', 'c']);
  const many = (from: number) => of(...Array.from({ length: TABLE_LIMITS.categories * 0.6 }, (_, i) => `c${from + i}`));
  expect(columnsOf(many(0), many(0), many(TABLE_LIMITS.categories))).toEqual([
    { name: 'x', type: 'text', nullable: true },
  ]);
});
