import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { faultText } from '#core/kinds/table/process/fault-text.ts';

test.each([
  ["select cast('canary-cell' as integer)", 'Conversion Error'],
  ['select "canary-column" from range(3)', 'Binder Error'],
  ['selec canary', 'Parser Error'],
  ['select * from "canary-table"', 'Catalog Error'],
])('of an error of DuckDB, the class and the lines of the program are kept: %s', async (statement, kind) => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const error = await connection.run(statement).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('canary');
  const text = faultText(error);
  expect(text).toMatch(new RegExp(`^DuckDB: ${kind}(\\n {4}at .*)*$`));
  expect(text).not.toMatch(/canary|selec/);
});

test('other errors are kept whole', () => {
  expect(faultText(new Error('no answer: 3'))).toMatch(/^Error: no answer: 3\n {4}at /);
  expect(faultText('text')).toBe('text');
  expect(faultText(z.string().safeParse(1).error)).toContain('expected string');
});
