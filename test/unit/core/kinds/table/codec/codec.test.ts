import { describe, expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { BLOCK_ROWS, rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, MOST_CODES, subColumnsOf, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { fitCodec, type TrainingColumn } from '#core/kinds/table/codec/fit-codec.ts';
import { gridOf } from '#core/kinds/table/codec/fit-numbers.ts';
import type { ColumnType } from '#core/kinds/table/schema/schema.ts';

const MICROS_A_DAY = 86_400_000_000;
const column = (name: string, type: ColumnType, cells: Cell[]): TrainingColumn => ({ name, in: name, type, cells });
const draws = (stream: string, count: number) => [...uniforms(7, stream, count)];
const decodeAll = (codec: TableCodec, codes: Uint8Array, rows: number, seed = 1): Cell[][] => {
  const coder = rowCoder(codec);
  const columns: Cell[][] = codec.columns.map(() => []);
  for (let block = 0; block * BLOCK_ROWS < rows; block++) {
    const part = codes.subarray(
      block * BLOCK_ROWS * coder.width,
      Math.min(rows, (block + 1) * BLOCK_ROWS) * coder.width,
    );
    coder.decode(part, { seed, block }).forEach((cells, at) => {
      columns[at]?.push(...cells);
    });
  }
  return columns;
};
const roundTrip = (columns: TrainingColumn[], seed = 1) => {
  const codec = TableCodec.parse(JSON.parse(JSON.stringify(fitCodec(columns))));
  const coder = rowCoder(codec);
  const codes = coder.encode(columns.map(({ cells }) => cells));
  const decoded = decodeAll(codec, codes, columns[0]?.cells.length ?? 0, seed);
  return { codec, coder, codes, decoded };
};

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
      expect(count).toBeLessThanOrEqual(MOST_CODES);
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

test('a column that another one decides is looked up, and holds in every row', () => {
  const grades = draws('grade', 500).map((x) => Math.floor(x * 8));
  const columns = [
    column('grade', 'integer', grades),
    column(
      'title',
      'category',
      grades.map((grade) => `title ${grade % 4}`),
    ),
    column(
      'free',
      'category',
      draws('free', 500).map((x) => `f${Math.floor(x * 3)}`),
    ),
  ];
  const { codec, decoded } = roundTrip(columns);
  expect(codec.columns.map(({ source }) => source.from)).toEqual(['coded', 'lookup', 'coded']);
  expect(decoded).toEqual(columns.map(({ cells }) => cells));
});

test.each(['+', '-', '*', '/'] as const)(
  'a column that is a %s b in every row is computed, and holds in every row',
  (sign) => {
    const [x, y] = [draws('x', 900), draws('y', 900)];
    const a = x.map((u, row) => (row % 50 ? Math.round(u * 9e4) / 100 : null));
    const b = y.map((u) => 1 + Math.round(u * 1e4) / 100);
    const of = {
      '+': (p: number, q: number) => p + q,
      '-': (p: number, q: number) => p - q,
      '*': (p: number, q: number) => p * q,
      '/': (p: number, q: number) => p / q,
    };
    const c = a.map((p, row) => (p === null ? null : Math.round(of[sign](p, b[row] as number) * 1e4) / 1e4));
    const { codec, decoded } = roundTrip([
      column('c', 'number', c),
      column('a', 'number', a),
      column('b', 'number', b),
    ]);
    expect(codec.columns.filter(({ source }) => source.from === 'formula')).toHaveLength(1);
    const [made, left, right] = decoded as [(number | null)[], (number | null)[], number[]];
    for (const [row, value] of made.entries()) {
      const p = left[row] as number | null;
      if (p === null || value === null) expect(p).toBe(value);
      else
        expect(Math.abs(value - of[sign](p, right[row] as number))).toBeLessThan(0.006 * Math.max(1, Math.abs(value)));
    }
  },
);

test('of few rows nothing is called a dependency', () => {
  const columns = [column('a', 'integer', [1, 2, 3, 4, 5]), column('b', 'category', ['x', 'x', 'y', 'x', 'y'])];
  expect(roundTrip(columns).codec.columns.map(({ source }) => source.from)).toEqual(['coded', 'coded']);
});

test('days in order stay in order, whatever codes are drawn', () => {
  const from = draws('from', 3000).map((x) => 18_000 + Math.floor(x * 700));
  const lengths = draws('length', 3000);
  const to = from.map((day, i) => day + Math.floor((lengths[i] as number) * 40));
  const { codec } = roundTrip([column('from', 'date', from), column('to', 'date', to)]);
  expect(codec.columns.filter(({ source }) => source.from === 'offset')).toHaveLength(1);
  const subColumns = subColumnsOf(codec);
  const codes = Uint8Array.from(draws('codes', 500 * subColumns.length), (x, i) =>
    Math.floor(x * (subColumns[i % subColumns.length]?.codes ?? 1)),
  );
  const [starts, ends] = decodeAll(codec, codes, 500) as [number[], number[]];
  expect(starts.every((day, row) => day <= (ends[row] as number))).toBe(true);
});

test('keys and personal texts are made anew in their form, and no training text is copied', () => {
  const names = draws('names', 400).map(
    (x) => `${'ABCDEFGH'[Math.floor(x * 8)]}-${String(Math.floor(x * 1e6)).padStart(6, '0')}`,
  );
  const unique = names.map((name, i) => `${name.slice(0, 5)}${String(i).padStart(3, '0')}`);
  const { codec, decoded } = roundTrip([
    column('code', 'id', unique),
    column(
      'email',
      'text',
      names.map((_, i) => `user${i % 7}@mail.example`),
    ),
    column(
      'row',
      'integer',
      names.map((_, i) => i + 1),
    ),
    column(
      'x',
      'integer',
      names.map((_, i) => i % 5),
    ),
  ]);
  expect(codec.columns.map(({ source }) => source.from)).toEqual(['patterns', 'patterns', 'sequence', 'coded']);
  const [codes, emails, rows] = decoded as [string[], string[], number[]];
  expect(codes.every((code) => /^[A-Z]-\d{6}$/.test(code))).toBe(true);
  expect(new Set(codes).size).toBe(400);
  expect(codes.filter((code) => unique.includes(code)).length).toBeLessThan(8);
  expect(emails.every((email) => /^user\d@mail\.example$/.test(email))).toBe(true);
  expect(rows).toEqual(names.map((_, i) => i + 1));
});

test('the largest value of a column is bounded by the range, and the values next to it are not stored', () => {
  const numbers = draws('tail', 4000).map((x) => Math.round((1 - x) ** -1.5 * 1000) / 10);
  const { codec } = roundTrip([column('x', 'number', numbers)]);
  const text = JSON.stringify(codec);
  const last = numbers.toSorted((a, b) => b - a).slice(1, 4);
  for (const value of last) expect(text).not.toContain(String(value));
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
