// Conditions of schemas on drawn rows: the same answers as the database gives that checks uploaded rows.
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import { rowCondition } from '#core/kinds/table/codec/rules/predicate-parser.ts';
import { momentOf } from '#core/kinds/table/codec/rules/predicate-values.ts';
import { rowChecks, schemaRules } from '#core/kinds/table/codec/rules/row-checks.ts';
import { parsePredicate, predicateSql } from '#core/kinds/table/schema/predicate.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { drawRows } from '#core/model/table/draw-rows.ts';
import type { TableSampler } from '#core/model/table/table-sampler.ts';

const NAMES = ['a', 'b', 't', 'd', 'f'];
const CONDITIONS = [
  'a <= b',
  'a + b * 2 - 1 < 10',
  '-a < b',
  'a <> 3 and not (b > 4 or a = 1)',
  'a between 1 and b',
  'a not between 1 and 3',
  "t in ('red', 'blue') or a is null",
  "t not in ('red')",
  "t like 'r%' and t not like '_lue'",
  'f is true or b is not distinct from a',
  'f is not false',
  'not f',
  'a is distinct from b',
  'coalesce(a, b, 0) >= 2',
  'least(a, b) = 1 or greatest(a, b, 5) > 5',
  'nullif(a, 3) is null',
  'abs(a - b) <= 2',
  'round(b / 3) = ceil(b / 4) or floor(b / 2) > 1',
  'mod(a, 2) = 1 or b % 3 = 0',
  'sqrt(a) < 2 and power(a, 2) > 3 and sign(b - 3) >= 0',
  'exp(a) > 10 and ln(a + 1) < 2',
  "length(t) = 3 or upper(t) = 'BLUE' or lower(t) = trim(t)",
  "contains(t, 'e') and (starts_with(t, 'r') or ends_with(t, 'n'))",
  "t || '!' = 'red!'",
  "d >= '2024-02-01'",
  "d between '2024-01-15' and '2024-12-31'",
  'year(d) = 2024 and month(d) > 2 or day(d) < 10',
  "date_diff('month', d, d) = 0 and date_diff('day', d, cast_free) < 0".replace('cast_free', 'd + 1'),
  "case when a > 3 then b > 1 when a is null then f else t = 'red' end",
  'case a when 1 then b when 2 then 7 else 0 end > 3',
  'a / (b - 3) > 1',
];

test('every condition has the answer that DuckDB gives, with empty cells and divisions by zero', async () => {
  const rows = 60;
  const draws = uniforms(1, 'cells', rows * 5);
  const cells: Cell[][] = NAMES.map((name, column) =>
    Array.from({ length: rows }, (_, row) => {
      const u = draws[row * 5 + column] as number;
      if (u < 0.12) return null;
      if (name === 't') return ['red', 'blue', 'green', 'Red'][Math.floor(u * 4)] as string;
      if (name === 'd') return 19_700 + Math.floor(u * 500);
      return name === 'f' ? u > 0.5 : Math.floor(u * 7);
    }),
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const literal = (cell: Cell, column: number) => {
    if (cell === null) return 'null';
    if (column === 3) return `date '1970-01-01' + ${cell}`;
    return typeof cell === 'string' ? `'${cell}'` : String(cell);
  };
  const values = Array.from(
    { length: rows },
    (_, row) => `(${row}, ${cells.map((column, at) => literal(column[row] as Cell, at)).join()})`,
  );
  await connection.run('create table t (i integer, c0 double, c1 double, c2 varchar, c3 date, c4 boolean)');
  await connection.run(`insert into t values ${values.join()}`);
  for (const check of CONDITIONS) {
    const predicate = parsePredicate(check, NAMES);
    if (!predicate.ok) throw new Error(`${check}: ${predicate.reason}`);
    const answer = await connection.runAndReadAll(
      `select try(${predicateSql(predicate, (column) => `c${column}`)}) from t order by i`,
    );
    const condition = rowCondition(check, NAMES);
    const own = Array.from({ length: rows }, (_, row) =>
      condition?.((column) => {
        const cell = cells[column]?.[row] ?? null;
        return column === 3 && typeof cell === 'number' ? { micros: cell * 86_400_000_000, isDay: true } : cell;
      }),
    );
    expect(own, check).toEqual(answer.getRows().map(([value]) => value));
  }
  connection.closeSync();
});

test('what is no condition is not guessed at', () => {
  for (const check of ['a >', 'a b', '(a > 1', 'case when a then b', 'a not', 'sum(a) > 1', 'a between 1'])
    expect(rowCondition(check, NAMES), check).toBeUndefined();
  expect(momentOf('no day')).toBeUndefined();
});

const schema = TableSchema.parse({
  version: 1,
  columns: [
    { name: 'low', type: 'integer' },
    { name: 'high', type: 'integer' },
    { name: 'ticket', type: 'integer', unique: true },
  ],
  rules: [{ name: 'ordered', check: 'low <= high' }],
});
const cells = [
  Array.from({ length: 400 }, (_, row) => row % 20),
  Array.from({ length: 400 }, (_, row) => (row % 20) + (row % 3)),
  Array.from({ length: 400 }, (_, row) => row * 7919),
];
const fitted = fitCodec(
  cells.map((column, at) => ({
    ...{ name: schema.columns[at]?.name as string, in: `c${at}`, type: 'integer' as const },
    cells: column,
  })),
);
const codec = { ...fitted, ...schemaRules(fitted, schema) };
/** Every code alike, whatever the others are. */
const careless: TableSampler = {
  draw: async ({ seed, block }) => {
    const { width } = rowCoder(codec);
    const draws = uniforms(seed, `${block}`, BLOCK_ROWS * width);
    return Uint8Array.from(draws, (draw, at) => Math.floor(draw * (subColumnsOf(codec)[at % width]?.codes ?? 1)));
  },
  complete: async () => new Uint8Array(0),
  chances: async () => new Float64Array(0),
  close: async () => undefined,
};

test('a row that breaks a rule of the schema is drawn again, a value that is unique is drawn once, and both are counted', async () => {
  expect(codec.rules).toEqual([{ name: 'ordered', check: 'low <= high' }]);
  const restriction = restrict(codec, []);
  if (!restriction.ok) throw new Error(restriction.reason);
  const drawing = { codec, sampler: careless, restriction: restriction.value };
  const drawn = await drawRows(drawing, { seed: 1, count: 300, first: 0 });
  const [low = [], high = [], ticket = []] = drawn.cells;
  expect(low).toHaveLength(300);
  expect(low.every((value, row) => Number(value) <= Number(high[row]))).toBe(true);
  expect(drawn.broken).toBeGreaterThan(100);
  expect(drawn.rejected).toBeGreaterThanOrEqual(drawn.broken);
  expect(new Set(ticket).size).toBe(300);
  const fewer = await drawRows(drawing, { seed: 1, count: 100, first: 0 });
  expect(fewer.cells[0]).toEqual(low.slice(0, 100));
});

test('a rule that cannot be checked is named', () => {
  expect(rowChecks({ ...codec, rules: [{ name: 'odd', check: 'low <' }] }).unchecked).toEqual(['odd']);
});
