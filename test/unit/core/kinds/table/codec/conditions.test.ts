import { describe, expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { type Cell, codeCounts } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { parseConditions } from '#core/kinds/table/codec/parse-conditions.ts';
import { cellFrom } from '#core/kinds/table/codec/read-cells.ts';
import { restrict } from '#core/kinds/table/codec/restrict.ts';
import { cellText, csvOf, jsonLinesOf } from '#core/kinds/table/codec/write-rows.ts';
import type { ColumnType } from '#core/kinds/table/schema/schema.ts';

const ROWS = 1200;
const u = (name: string) => [...uniforms(3, name, ROWS)];
const columns: [string, ColumnType, Cell[]][] = [
  ['age', 'integer', u('age').map((x) => 17 + Math.floor(x * 74))],
  ['pay', 'number', u('pay').map((x) => (x < 0.3 ? 0 : Math.round(x * 1e5) / 100))],
  ['job', 'category', u('job').map((x) => (x < 0.1 ? null : `job ${Math.floor(x * 8)}`))],
  ['since', 'date', u('since').map((x) => 15_000 + Math.floor(x * 2000))],
  ['key', 'id', u('key').map((_, i) => `K-${1000 + i}`)],
];
const codec = fitCodec(columns.map(([name, type, cells]) => ({ name, in: name, type, cells })));
const coder = rowCoder(codec);
const restricted = (text: string) => {
  const parsed = parseConditions(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return restrict(codec, parsed.conditions);
};

describe('parsing', () => {
  test.each([
    ["job='x'", [{ column: 'job', comparison: '=', values: ['x'] }]],
    [
      "income = '>50K' and age>=60",
      [
        { column: 'income', comparison: '=', values: ['>50K'] },
        { column: 'age', comparison: '>=', values: ['60'] },
      ],
    ],
    [`"my ""col""" in ('a', 'it''s', 3)`, [{ column: 'my "col"', comparison: 'in', values: ['a', "it's", '3'] }]],
    [
      'a BETWEEN 1 AND 5 AND b is not null',
      [
        { column: 'a', comparison: 'between', values: ['1', '5'] },
        { column: 'b', comparison: 'not null', values: [] },
      ],
    ],
    ['capital-gain <> -1', [{ column: 'capital-gain', comparison: '!=', values: ['-1'] }]],
  ])('%s', (text, conditions) => {
    expect(parseConditions(text)).toEqual({ ok: true, conditions });
  });
  test.each(['', 'age', 'age >', 'age > 5 or b = 2', "age = 'open", 'age in 5', 'age between 1', 'and', 'a = 1 and'])(
    '%s is refused with what is expected',
    (text) => {
      expect(parseConditions(text)).toMatchObject({ ok: false, reason: expect.any(String) });
    },
  );
});

describe('what conditions allow', () => {
  test.each([
    ['age >= 60', (row: Cell[]) => Number(row[0]) >= 60],
    ['pay between 700 and 720', (row: Cell[]) => Number(row[1]) >= 700 && Number(row[1]) <= 720],
    ["job in ('job 3', 'job 5')", (row: Cell[]) => row[2] === 'job 3' || row[2] === 'job 5'],
    ['job is null', (row: Cell[]) => row[2] === null],
    ["since < '2015-06-01'", (row: Cell[]) => Number(row[3]) < Date.parse('2015-06-01') / 86_400_000],
  ])('%s: the codes of every such training row, and after mending only such rows', (text, holds) => {
    const result = restricted(text);
    if (!result.ok) throw new Error(result.reason);
    const { allowed, clamp } = result.value;
    const codes = coder.encode(columns.map(([, , cells]) => cells));
    const offsets = offsetsOf();
    let seen = 0;
    for (let row = 0; row < ROWS; row++) {
      const isAllowed = offsets.every(
        (offset, place) => allowed[offset + (codes[row * coder.width + place] as number)],
      );
      if (holds(columns.map(([, , cells]) => cells[row] as Cell))) {
        expect(isAllowed).toBe(true);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(0);
    const decoded = columns.map(([, , cells]) => cells.slice());
    const possible = Array.from({ length: ROWS }, (_, row) => row).filter((row) =>
      offsets.every((offset, place) => allowed[offset + (codes[row * coder.width + place] as number)]),
    );
    clamp(decoded);
    const held = possible.filter((row) => result.value.holds(decoded, row));
    expect(held.length).toBeGreaterThanOrEqual(seen);
    if (text.startsWith('pay')) expect(held).toEqual(possible);
  });
  test('a column that is not there, a wrong type, a key and an impossible value are refused by their kind', () => {
    expect(restricted('agee = 5')).toMatchObject({
      ok: false,
      problem: 'invalid',
      reason: expect.stringContaining('age, pay'),
    });
    expect(restricted("age = 'old'")).toMatchObject({ ok: false, problem: 'invalid' });
    expect(restricted("job < 'x'")).toMatchObject({ ok: false, problem: 'invalid' });
    expect(restricted("key = 'K-1000'")).toMatchObject({ ok: false, problem: 'unavailable' });
    expect(restricted("job = 'pilot'")).toMatchObject({ ok: false, problem: 'impossible' });
    expect(restricted('age > 200')).toMatchObject({ ok: false, problem: 'impossible' });
  });
});

function offsetsOf(): number[] {
  const result = restrict(codec, []);
  expect(result.ok).toBe(true);
  const widths = codec.order.flatMap((place) => {
    const { source } = codec.columns[place] as (typeof codec.columns)[number];
    return source.from === 'coded' ? source.fields : [];
  });
  const offsets: number[] = [];
  let offset = 0;
  for (const field of widths) {
    for (const count of codeCounts(field)) {
      offsets.push(offset);
      offset += count;
    }
  }
  return offsets;
}

describe('writing rows', () => {
  const column = (type: ColumnType, more = {}) => ({
    name: 'x',
    in: 'x',
    type,
    source: { from: 'sequence' as const, first: 1, step: 1 },
    ...more,
  });
  test.each([
    [column('date'), 0, '1970-01-01'],
    [column('date', { dateFormat: '%d.%m.%Y' }), 19_783, '01.03.2024'],
    [column('date', { dateFormat: '%b %d, %Y' }), 19_783, 'Mar 01, 2024'],
    [column('datetime'), 1.5e6, '1970-01-01 00:00:01.5'],
    [column('datetime'), -1e6, '1969-12-31 23:59:59'],
    [column('number', { decimal: ',' }), 1234.5, '1234,5'],
    [column('number', { unit: 'kg' }), 0.1, '0.1 kg'],
    [column('number'), 1e-7, '0.0000001'],
    [column('boolean'), false, 'false'],
    [column('text'), null, ''],
  ])('%o %s is written as %s', (one, cell, text) => {
    expect(cellText(one as never, cell)).toBe(text);
    expect(cellFrom(one as never, text)).toBe(cell);
  });
  test.each([
    [column('integer'), 'many'],
    [column('date'), '2024-02-30'],
    [column('date', { dateFormat: '%d.%m.%Y' }), '13/2024'],
    [column('boolean'), 'perhaps'],
    [column('datetime'), 'noon'],
  ])('%o has no value %s', (one, text) => expect(cellFrom(one as never, text)).toBeUndefined());
  test('CSV quotes what must be, JSON lines keep numbers', () => {
    const two = { columns: [column('text', { name: 'a,"b"' }), column('integer', { name: 'n' })] } as never;
    const cells = [
      ['x,y', 'say "hi"', null],
      [1, 2, null],
    ];
    expect(csvOf(two, cells, { delimiter: ',', header: true })).toBe('"a,""b""",n\n"x,y",1\n"say ""hi""",2\n,\n');
    expect(jsonLinesOf(two, cells).split('\n')[0]).toBe('{"a,\\"b\\"":"x,y","n":1}');
  });
});
