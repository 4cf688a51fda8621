import { expect, test } from 'vitest';
import { pathColumns } from '#core/kinds/table/read/path-columns.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';

test('folders name columns and values; what the file has itself is its own', () => {
  expect(pathColumns('a=1/b%20c=x%2Fy/d=__HIVE_DEFAULT_PARTITION__/e=f/no/g=h.csv', ['e'])).toEqual([
    { name: 'a', value: '1' },
    { name: 'b c', value: 'x/y' },
    { name: 'd', value: null },
  ]);
});

test.each([
  ['CSV', 'year=2024/x.csv', 'a,b\n1,x\n2,y\n'],
  ['CSV that has to be written anew', 'year=2024/x.csv', 'a;b\r\n1;"x"\r\n2;y\r\n'],
  ['JSONL', 'year=2024/x.jsonl', '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'],
])('rows of %s have the columns of their path', async (_, path, content) => {
  const { rows, schema } = await checkTable(content, { path });
  expect(schema?.columns.map(({ name }) => name)).toEqual(['a', 'b', 'year']);
  expect(rows.map(({ year }) => String(year))).toEqual(['2024', '2024']);
});
