import { expect, test } from 'vitest';
import { subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { column, decodeAll, draws, roundTrip } from './coded-table.ts';

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
