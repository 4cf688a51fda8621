import { describe, expect, test } from 'vitest';
import { csvLayoutOf } from '#core/kinds/table/layout/layout.ts';
import { looksLikeTable } from '#core/kinds/table/looks-like-table.ts';
import { rowsOfDocument } from '#core/kinds/table/read/json/json-document.ts';
import { mayRepeatNames, repeatedName } from '#core/kinds/table/read/json/repeated-name.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const lines = (count: number, of: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => of(i + 1)).join('\n');
const column = async (of: (i: number) => string) => {
  const { rows, rejects, changes, schema } = await checkTable(`id,when\n${lines(30, (i) => `${i},"${of(i)}"`)}\n`, {
    config: QUIET,
  });
  const { type, suggested, timeFormat, dateFormat } = schema?.columns[1] ?? {};
  const notes = suggested?.notes?.join('; ') ?? '';
  return { type, format: timeFormat ?? dateFormat, notes, value: rows[0]?.when, rejects, changes };
};
const two = (i: number) => String((i % 28) + 1).padStart(2, '0');

describe('times', () => {
  test.each([
    ['%d.%m.%Y %H:%M', (i: number) => `${two(i)}.03.2024 13:05`, '2024-03-02T13:05:00.000Z'],
    ['%m/%d/%Y %I:%M:%S %p', (i: number) => `3/${two(i)}/2024 3:05:06 PM`, '2024-03-02T15:05:06.000Z'],
    ['%d-%b-%Y', (i: number) => `${two(i)}-Jan-2024`, '2024-01-02T00:00:00.000Z'],
  ])('as %s are read, and told as a fix', async (format, of, stored) => {
    const found = await column(of);
    expect(found).toMatchObject({ format, rejects: [], changes: [{ rule: 'table.date-format', items: 30 }] });
    expect(new Date(found.value as string | number).toISOString()).toBe(stored);
  });

  test('of ISO 8601 may lack seconds before a zone, or name it, and 24:00 is told as the next day', async () => {
    for (const of of [
      (i: number) => `2024-01-${two(i)}T10:00Z`,
      (i: number) => `2024-01-${two(i)} 12:00:00 +0200`,
      (i: number) => `2024-01-${two(i)}T10:00:00,000 UTC`,
    ])
      expect(new Date((await column(of)).value as string).toISOString()).toBe('2024-01-02T10:00:00.000Z');
    const midnight = await column((i) => `2024-01-${two(i)} 24:00:00`);
    expect(midnight.changes).toMatchObject([{ rule: 'table.date-format', items: 30 }]);
  });

  test('with and without a zone are told', async () => {
    const { notes } = await column((i) => `2024-01-${two(i)}T10:00:00${i % 2 ? 'Z' : ''}`);
    expect(notes).toMatch(/15 of 30 times have no time zone/);
  });

  test('that are no dates of one form are named, not the dates among them', async () => {
    const { notes } = await column((i) => (i % 7 === 0 ? String(45_000 + i) : `2024-03-${two(i)}`));
    expect(notes).toMatch(/most values are dates.*others: "450/);
  });
});

describe('what may be something else is told with what it is:', () => {
  test.each([
    ["1'234", /may be numbers/],
    ['USD 1.50', /may be numbers/],
    ['0x1f', /may be numbers/],
    ['3 janvier 2024', /may be days, months or quarters/],
    ['2024-Q1', /may be days, months or quarters/],
    ['01:02.5', /times of the day or durations/],
    ['1\u200b', /cannot be seen/],
  ])('%j', async (word, note) => expect((await column(() => word)).notes).toMatch(note));

  test('numbers of social security are no days', async () =>
    expect((await column((i) => `101-45-${6000 + i}`)).notes).not.toMatch(/days/));
});

describe('numbers', () => {
  test('too small for a double are refused, not stored as 0', async () => {
    const { rejects, type } = await column((i) => (i === 7 ? '1e-400' : `${i}.5`));
    expect(type).toBe('number');
    expect(rejects).toMatchObject([{ issues: [{ code: 'table.type', given: '1e-400' }] }]);
  });

  test('-0 among whole numbers is 0, and told', async () => {
    const { rejects, changes, type } = await column((i) => (i === 3 ? '-0' : String(i)));
    expect({ type, rejects }).toEqual({ type: 'integer', rejects: [] });
    expect(changes).toMatchObject([{ rule: 'table.number-format', items: 1 }]);
  });

  test('1.10 beside 1.1 stay two values', async () => {
    const { type, notes } = await column((i) => `1.${(i % 12) + 1}`);
    expect(type).toBe('text');
    expect(notes).toMatch(/would become one number/);
  });

  test.each([':', '#NV', '1.#QNAN', '—', 'not available', '[null]'])('beside %s have empty cells', async (word) => {
    const { type, changes } = await column((i) => (i % 5 ? `${i}.5` : word));
    expect(type).toBe('number');
    expect(changes).toMatchObject([{ rule: 'table.null-token', items: 6 }]);
  });
});

const layout = (text: string) => csvLayoutOf(text, { delimiter: 'auto', header: undefined });

describe('the first line', () => {
  test.each([
    ['a pair of texts', lines(9, (i) => `Hello world ${i}\tHallo Welt ${i}`)],
    ['a file and its transcript', lines(9, (i) => `wav00${i}|Good morning ${i}|good morning ${i}`)],
  ])('%s above others is no line of names', (_, text) =>
    expect(layout(text)).toMatchObject({ ok: false, code: 'table.no-header' }),
  );

  test.each([
    ['days above numbers', `region,2020-01-01,2020-02-01\n${lines(9, (i) => `R${i},${i},${i + 1}`)}`],
    ['numbered names above texts', `question 1,question 2\n${lines(9, (i) => `I like it ${i} times,no`)}`],
  ])('%s are names', (_, text) => expect(layout(text)).toMatchObject({ ok: true, layout: { isNamed: true } }));

  test('of a table is found below lines of one cell less', () =>
    expect(layout(`Station:,Oslo\nPeriod:,2024\n\na,b,c\n${lines(9, (i) => `${i},x,${i}`)}`)).toMatchObject({
      layout: { preamble: 2, hasRowNames: false },
    }));
});

test.each([
  ['a backslash before the comma', `a,b\n${lines(9, (i) => `${i},x\\, y`)}`, /backslash/],
  ['columns aligned by spaces', `a   b   c\n${lines(9, (i) => `${i}   x   ${i}`)}`, /aligned/],
])('%s is refused by name', (_, text, given) =>
  expect(layout(text)).toMatchObject({
    ok: false,
    code: 'table.layout',
    problem: { given: expect.stringMatching(given) },
  }),
);

test('the sign that ends files of DOS is no row', async () => {
  expect(await checkTable(`a,b\n1,2\n3,4\n\x1a`, { config: QUIET })).toMatchObject({ accepted: 2, rejected: 0 });
});

describe('JSON', () => {
  test('with a name twice in an object is refused, since one of the values would be lost', async () => {
    expect(repeatedName('{"a":{"b":1},"b":2,"c":"\\"b\\":"}')).toBeUndefined();
    expect(repeatedName('[{"a":1},{"a":1,"a":2}]')).toBe('a');
    expect(mayRepeatNames('{"a":1,"b":{"c":[{"d":2}]}}', { a: 1, b: { c: [{ d: 2 }] } })).toBe(false);
    const { accepted, rejects } = await checkTable('{"a":1}\n{"a":1,"a":2}\n', { path: 'x.jsonl', config: QUIET });
    expect(accepted).toBe(1);
    expect(rejects).toMatchObject([
      { issues: [{ code: 'table.json-syntax', given: expect.stringMatching(/"a" twice/) }] },
    ]);
  });

  test('holds rows at any depth, and none where its list is empty', () => {
    expect(rowsOfDocument('{"response":{"result":{"items":[{"a":1},{"a":2}],"total":2}}}')?.rows).toHaveLength(2);
    expect(rowsOfDocument('{"user":{"orders":[{"o":1},{"o":2}]},"a":1,"b":2,"c":3,"d":4}')?.rows).toHaveLength(1);
    expect(rowsOfDocument('[]')).toEqual({ rows: [] });
  });

  test('with two lists of rows is refused with their names', async () => {
    const pair = JSON.stringify({ users: [{ a: 1 }, { a: 2 }], orders: [{ b: 1 }, { b: 2 }] });
    const { rejects } = await checkTable(pair, { path: 'x.json', config: QUIET });
    expect(rejects).toMatchObject([
      { issues: [{ code: 'table.layout', given: 'several lists of rows: users, orders' }] },
    ]);
  });
});

test.each([
  ['JSON with a comment', '// of a tool\n[{"a": 1}]', 'a.json', true],
  ['a stream of events named as JSON lines', 'data: {"a": 1}\n\ndata: {"a": 2}\n', 'a.jsonl', true],
  ['JSON in single quotes', "[{'a': 1}]", 'a.json', true],
  ['references of HTML', lines(9, (i) => `Tom &amp; Jerry &lt;3 ${i}`), 'a.txt', false],
  ['colours of a terminal', lines(9, (i) => `\x1b[38;5;196mred\x1b[0m ${i}`), 'a.txt', false],
  ['clauses', lines(9, (i) => `Well, he said, it is late, number ${i}`), 'a.txt', false],
  ['names and towns', `name,town\n${lines(9, (i) => `Ann${i},Bonn`)}`, 'a.txt', true],
  ["Hive's cells", 'Ost\u00011\u00012.5\nWest\u00013\u0001\\N\nNord\u00014\u00011\n', '000000_0', true],
  ['measurements', '1.5 2 A\n1.6 3 B\n1.7 4 A\n1.8 5 B\n', 'german.data', true],
  ['words in lines', 'a few words\nof a poem\nin three lines\nfor a test\n', 'poem.dat', false],
  ['lines of other lengths', '1.5 2 A\n1.6 3\n1.7 4 A\n', 'x.dat', false],
])('%s: is it a table?', (_, text, path, expected) => expect(looksLikeTable(Buffer.from(text), path)).toBe(expected));
