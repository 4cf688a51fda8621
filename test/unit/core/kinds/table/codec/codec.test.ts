import { describe, expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, subColumnsOf, type TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';
import { gridOf } from '#core/kinds/table/codec/fit-numbers.ts';
import { column, decodeAll, draws, MICROS_A_DAY, roundTrip } from './coded-table.ts';

/** A table of every coding, another one for each seed. */
function randomTable(seed: number, rows: number): TrainingColumn[] {
  const u = (name: string) => [...uniforms(seed, name, rows)];
  const zero = u('zero');
  const money = [...normals(seed, 'money', rows)].map((z, i) =>
    (zero[i] as number) < 0.4 ? 0 : Math.round(Math.exp(6 + z) * 100) / 100,
  );
  return [
    column(
      'age',
      'integer',
      u('age').map((x) => 17 + Math.floor(x * 74)),
    ),
    column('money', 'number', money),
    column(
      'real',
      'number',
      [...normals(seed, 'real', rows)].map((z) => z / 3),
    ),
    column(
      'weight',
      'integer',
      u('weight').map((x) => (x < 0.1 ? null : Math.floor(x * 1e6) * 5)),
    ),
    column(
      'job',
      'category',
      u('job').map((x) => (x < 0.05 ? null : `job ${Math.floor(x * x * 12)}`)),
    ),
    column(
      'city',
      'category',
      u('city').map((x) => `city ${Math.floor(x * x * 600)}`),
    ),
    column(
      'isNew',
      'boolean',
      u('isNew').map((x) => x < 0.3),
    ),
    column(
      'day',
      'date',
      u('day').map((x) => 15_000 + Math.floor(x * 900)),
    ),
    column(
      'at',
      'datetime',
      u('at').map((x) => Math.floor(x * 900) * MICROS_A_DAY + Math.floor((x * 1e6) % 86_400) * 1e6),
    ),
    column(
      'empty',
      'text',
      u('empty').map(() => null),
    ),
    column(
      'same',
      'category',
      u('same').map(() => 'x'),
    ),
  ];
}

describe.each([1, 2, 3, 4])('a table of every coding, seed %i', (seed) => {
  const columns = randomTable(seed, 2000);
  const { codec, coder, codes, decoded } = roundTrip(columns, seed);

  test('codes of decoded rows are the same codes', () => {
    expect(Buffer.from(coder.encode(decoded)).equals(Buffer.from(codes))).toBe(true);
  });
  test('a value with a code of its own comes back exactly', () => {
    for (const [place, { name, cells }] of columns.entries()) {
      const { source } = codec.columns[place] as TableCodec['columns'][number];
      const isExact = source.from === 'coded' && source.fields.every(({ coding }) => coding !== 'bins');
      if (isExact) expect(decoded[place], name).toEqual(cells);
    }
  });
  test('spikes and nulls come back exactly, other numbers lie on their grid and within the training range', () => {
    for (const [place, { name, type, cells }] of columns.entries()) {
      // The time of the last day is drawn by itself.
      const slack = type === 'datetime' ? MICROS_A_DAY : 0;
      const given = cells.filter((cell) => typeof cell === 'number');
      if (given.length === 0) continue;
      const made = decoded[place] as Cell[];
      expect(
        made.map((cell) => cell === null),
        name,
      ).toEqual(cells.map((cell) => cell === null));
      const numbers = made.filter((cell) => typeof cell === 'number');
      expect(Math.min(...numbers), name).toBeGreaterThanOrEqual(Math.min(...given) - slack);
      expect(Math.max(...numbers), name).toBeLessThanOrEqual(Math.max(...given) + slack);
      const grid = gridOf(given);
      if (grid) for (const number of numbers) expect(gridOf([number, grid.unit / grid.scale]), name).toEqual(grid);
    }
    const [money, made] = [columns[1]?.cells as number[], decoded[1] as number[]];
    expect(made.map((value) => value === 0)).toEqual(money.map((value) => value === 0));
  });
  test('a code is a byte, sub-columns lie side by side, columns with the fewest codes come first', () => {
    const subColumns = subColumnsOf(codec);
    let offset = 0;
    for (const { codes: count, offset: at } of subColumns) {
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(255);
      expect(at).toBe(offset);
      offset += count;
    }
    const widths = codec.order.map((place) =>
      Math.max(...subColumns.filter((one) => one.column === place).map((one) => one.codes)),
    );
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  });
});

test('a row does not depend on how many are decoded with it', () => {
  const columns = randomTable(5, 700);
  const { codec, coder, codes, decoded } = roundTrip(columns);
  const fewer = decodeAll(codec, codes.subarray(0, 300 * coder.width), 300);
  expect(fewer).toEqual(decoded.map((cells) => cells.slice(0, 300)));
});

describe('unusual tables', () => {
  test.each([
    ['one row', [column('a', 'integer', [1]), column('b', 'category', ['x'])]],
    ['three rows', [column('a', 'number', [1.5, null, 2]), column('b', 'category', ['x', 'y', 'x'])]],
    ['only nulls', [column('a', 'text', [null, null, null])]],
    ['a constant', [column('a', 'integer', Array(50).fill(4))]],
    [
      '10,000 categories',
      [
        column(
          'a',
          'category',
          Array.from({ length: 30_000 }, (_, i) => `c${i % 10_000}`),
        ),
      ],
    ],
    ['quotes in names', [column('"a"; drop', 'category', ['"', "'", 'x'])]],
  ])('%s come back as they were', (_name, columns) => {
    expect(roundTrip(columns).decoded).toEqual(columns.map(({ cells }) => cells));
  });
  test('500 columns make 500 sub-columns', () => {
    const columns = Array.from({ length: 500 }, (_, c) =>
      column(
        `c${c}`,
        'integer',
        draws(`c${c}`, 30).map((x) => Math.floor(x * 3)),
      ),
    );
    expect(roundTrip(columns).coder.width).toBe(500);
  });
  test('no row and no column are refused', () => {
    expect(() => fitCodec([])).toThrow(RangeError);
    expect(() => fitCodec([column('a', 'integer', [])])).toThrow(RangeError);
  });
  test('a text that training rows did not have gets the unknown code, a number that of its neighbour', () => {
    const codec = fitCodec([column('a', 'category', ['x', 'y', 'x', 'y']), column('b', 'integer', [1, 5, 9, 9])]);
    const codes = rowCoder(codec).encode([['z'], [6]]);
    const [b, a] = subColumnsOf(codec);
    expect([a?.column, b?.column].sort()).toEqual([0, 1]);
    expect([...codes].sort()).toEqual([1, 2]);
  });
});
