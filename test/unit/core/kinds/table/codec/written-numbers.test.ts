import { expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { fieldCoder } from '#core/kinds/table/codec/code-field.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';
import { fitNumbers } from '#core/kinds/table/codec/fit-numbers.ts';
import { cellFrom } from '#core/kinds/table/codec/read-cells.ts';
import { csvOf } from '#core/kinds/table/codec/write-rows.ts';
import { DATE_FORMATS, TIME_FORMATS } from '#core/kinds/table/schema/column-types.ts';

test('whole numbers that came as 7.0 are written so, and read back', () => {
  const cells: Cell[] = [7, null, -3, 0.5];
  const column = { name: 'a', in: 'a', type: 'number' as const, cells };
  const written = (more: object) =>
    csvOf(fitCodec([{ ...column, ...more }]), [cells], { delimiter: ';', header: false })
      .trimEnd()
      .split('\n');
  expect(written({})).toEqual(['7', '""', '-3', '0.5']);
  expect(written({ alwaysFraction: true })).toEqual(['7.0', '""', '-3.0', '0.5']);
  expect(written({ alwaysFraction: true, decimal: ',' })).toEqual(['7,0', '""', '-3,0', '0,5']);
  expect(cellFrom({ type: 'integer' }, '7.0')).toBe(7);
});

test('truth values are written in the words of the table, and read back in any', () => {
  const cells: Cell[] = [true, null, false];
  const column = { name: 'smoker', in: 'smoker', type: 'boolean' as const, trueWord: 'Yes', falseWord: 'No', cells };
  expect(csvOf(fitCodec([column]), [cells], { delimiter: ',', header: false })).toBe('Yes\n""\nNo\n');
  expect(['Yes', 'true', 'no', 'maybe'].map((word) => cellFrom({ type: 'boolean' }, word))).toEqual([
    true,
    true,
    false,
    undefined,
  ]);
});

test.each([
  ...DATE_FORMATS.map((format) => ['date', format] as const),
  ...TIME_FORMATS.map((format) => ['datetime', format] as const),
])('a %s of the format %s is written so, and read back', (type, format) => {
  const isDate = type === 'date';
  const cells: Cell[] = [-200, 18_388, 18_261.5].map((day) => (isDate ? Math.floor(day) : day * 86_400_000_000));
  const formats = isDate ? { dateFormat: format } : { timeFormat: format };
  const column = { name: 'at', in: 'at', type, ...formats, cells } as TrainingColumn;
  const written = csvOf(fitCodec([column]), [cells], { delimiter: ';', header: false })
    .trimEnd()
    .split('\n');
  expect(written.join()).not.toContain('%');
  expect(written.map((text) => cellFrom(column, text))).toEqual(cells);
});

test('a month and a weekday are written as the table writes them', () => {
  const column = { name: 'at', in: 'at', type: 'date' as const, dateFormat: '%A, %B %d, %Y' as const, cells: [18_388] };
  expect(csvOf(fitCodec([column]), [[18_388]], { delimiter: ';', header: false })).toBe('Wednesday, May 06, 2020\n');
});

test('numbers of a small table that hardly repeat share codes, and a value that often occurs keeps its own', () => {
  const cells = Array.from({ length: 200 }, (_, row): Cell => (row % 5 === 0 ? 0 : row * 1.5));
  const often = Array.from({ length: 200 }, (_, row): Cell => (row % 40) + 0.5);
  const codec = fitCodec([
    { name: 'seldom', in: 'a', type: 'number', cells },
    { name: 'often', in: 'b', type: 'number', cells: often },
  ]);
  const [seldom, other] = codec.columns.map(({ source }) => (source.from === 'coded' ? source.fields[0] : undefined));
  if (seldom?.coding !== 'bins') throw new Error('161 values of 200 rows are cut into bins');
  expect(seldom.spikes).toEqual([0]);
  expect(seldom.groups.length).toBeLessThanOrEqual(160 / 8);
  expect(other?.coding).toBe('values');
});

test('the ends of a column are drawn, so that drawn rows have its range, and nothing beyond them', () => {
  const rows = 2_000;
  const numbers = Float64Array.from(normals(1, 'skewed', rows), (value) => Math.exp(2 * value));
  const field = fitNumbers(numbers, false);
  const coder = fieldCoder(field);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  let [lows, highs] = [0, 0];
  const tables = 20;
  for (let seed = 1; seed <= tables; seed++) {
    const shares = uniforms(seed, 'shares', rows);
    const drawn = Array.from(numbers, (number, row) => {
      const codes = new Uint8Array(2);
      coder.encode(number, codes, 0);
      return coder.decode(codes, 0, shares[row] as number) as number;
    });
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(high);
    lows += Number(drawn.includes(low));
    highs += Number(drawn.includes(high));
  }
  // A share of exp(-2) of the tables lacks an end that is expected twice.
  expect(Math.min(lows, highs)).toBeGreaterThan(tables / 2);
});
