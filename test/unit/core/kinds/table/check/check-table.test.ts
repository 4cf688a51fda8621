import { describe, expect, test } from 'vitest';
import { checkTable, schemaOf } from '../../../../../fixtures/tables.ts';

const PEOPLE = schemaOf({
  name: {},
  age: { type: 'integer', min: 0, max: 120 },
  sex: { type: 'category', categories: ['Female', 'Male'] },
  born: { type: 'date', dateFormat: '%d.%m.%Y' },
  weight: { type: 'number', unit: 'kg' },
});
const HEAD = 'name,age,sex,born,weight\n';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const people = (rows: string, more = {}) => checkTable(`${HEAD}${rows}`, { schema: PEOPLE, config: QUIET, ...more });

describe('a cell is mended and the row says by which rule:', () => {
  test.each([
    ['white space', ' Ann ,39,Female,2000-01-31,70', 'table.space'],
    ['a word for nothing', 'Ann,?,Female,2000-01-31,70', 'table.null-token'],
    ['the spelling of a category', 'Ann,39,fEMALE,2000-01-31,70', 'table.spelling'],
    ['a date', 'Ann,39,Female,31.01.2000,70', 'table.date-format'],
    ['a unit', 'Ann,39,Female,2000-01-31,70 kg', 'table.unit'],
  ])('%s', async (_, line, rule) => {
    const { rows, byIssue } = await people(`${line}\n`);
    const mended = { name: 'Ann', sex: 'Female', weight: 70 };
    expect(rows).toMatchObject([mended]);
    const [row] = rows as [Record<string, unknown>];
    expect((row.born as Date).toISOString()).toMatch(/^2000-01-31/);
    const fixes = (row.fixes as string[]).map((fix) => JSON.parse(fix) as Record<string, string>);
    expect(fixes).toEqual([
      { rule, before: expect.stringMatching(/^[0-9a-f]{16}$/), after: (row.itemId as string).slice(0, 16) },
    ]);
    expect(byIssue).toEqual({});
  });
});

test('a row whose number of cells was mended says so, and is counted', async () => {
  const config = `${QUIET.replace('rules: { ', 'rules: { table.ragged-row: { action: fix }, ')}`;
  const schema = schemaOf({ id: { type: 'integer' }, word: {}, remark: {} });
  const text = 'id,word,remark\n1,a,fine\n2,b,No, never\n3,c\n4,d,fine\n';
  const { rows, changes, byIssue } = await checkTable(text, { schema, config });
  expect(rows).toMatchObject([{ remark: 'fine' }, { remark: 'No, never' }, { remark: null }, { remark: 'fine' }]);
  const rules = (rows as { fixes: string[] }[]).map(({ fixes }) => fixes.map((fix) => JSON.parse(fix).rule));
  expect(rules).toEqual([[], ['table.ragged-row'], ['table.ragged-row'], []]);
  expect(changes).toEqual([{ rule: 'table.ragged-row', items: 2, examples: [] }]);
  expect(byIssue).toEqual({});
});

describe('a row is rejected with its line, column, rule and itself:', () => {
  test.each([
    ['a word where a number should be', 'Ann,abc,Male,2000-01-31,70', 'table.type', 'age', 'abc'],
    ['a fraction where a whole number should be', 'Ann,1.5,Male,2000-01-31,70', 'table.type', 'age', '1.5'],
    ['a number with an underscore', 'Ann,1_0,Male,2000-01-31,70', 'table.type', 'age', '1_0'],
    ['an endless number', 'Ann,3,Male,2000-01-31,inf', 'table.type', 'weight', 'inf'],
    ['a day that does not exist', 'Ann,39,Male,2000-02-31,70', 'table.type', 'born', '2000-02-31'],
    ['a number out of range', 'Ann,130,Male,2000-01-31,70', 'table.range', 'age', '130'],
    ['an unknown category', 'Ann,39,Malle,2000-01-31,70', 'table.category', 'sex', 'Malle'],
    ['a cell too few', 'Ann,39,Male,2000-01-31', 'table.ragged-row', undefined, '4 cells'],
  ])('%s', async (_, row, code, column, given) => {
    const { accepted, rejects, byIssue } = await people(`Bea,1,Male,2000-01-31,70\n${row}\nCem,1,Male,2000-01-31,70\n`);
    expect(accepted).toBe(2);
    expect(byIssue).toEqual({ [code]: 1 });
    expect(rejects).toEqual([
      {
        path: 'table.csv',
        row,
        issues: [
          expect.objectContaining({ code, given, place: { path: 'table.csv', line: 3, ...(column && { column }) } }),
        ],
      },
    ]);
  });

  test('a value that was there before in the key', async () => {
    const config = 'kind: table\ntable: { key: name }\n';
    const { rejects, accepted } = await people('Ann,1,Male,,\nBea,1,Male,,\nAnn,2,Male,,\n', { config });
    expect(accepted).toBe(2);
    expect(rejects).toMatchObject([
      { issues: [{ code: 'table.unique', place: { line: 4, column: 'name' }, given: 'Ann' }] },
    ]);
  });

  test('an empty cell where none may be, a pattern, and a condition across columns', async () => {
    const schema = schemaOf(
      { a: { type: 'integer', nullable: false }, b: { type: 'integer' }, c: { pattern: '[A-Z]+' } },
      { rules: [{ name: 'order', check: 'a <= b' }] },
    );
    const { rejects, accepted } = await checkTable('a,b,c\n1,2,X\n,2,X\n3,2,X\n1,2,x\n1,,X\n', { schema });
    expect(accepted).toBe(2);
    expect(
      rejects.map(({ issues }) =>
        issues.map(({ code, place, given, allowed }) => [code, place.line, place.column, given, allowed]),
      ),
    ).toEqual([
      [['table.null', 3, 'a', '', 'a value']],
      [['table.row-rule', 4, 'a, b', '3, 2', 'order: a <= b']],
      [['table.pattern', 5, 'c', 'x', '[A-Z]+']],
    ]);
  });

  test('with all that is wrong with it', async () => {
    const { rejects } = await people('Ann,130,Malle,2000-02-31,70\n');
    expect(rejects[0]?.issues.map(({ code }) => code)).toEqual(['table.range', 'table.category', 'table.type']);
  });
});

describe('a row is kept and marked:', () => {
  test('old, equal to another, a formula, personal', async () => {
    const schema = schemaOf(
      { note: {}, at: { type: 'date' } },
      { rules: [{ name: 'fresh', column: 'at', maxAgeDays: 30 }] },
    );
    const rows = [
      'ok,2025-12-31',
      'ok,2025-12-31',
      "=cmd|' /C calc'!A0,2025-12-31",
      '" \n\u00a0@SUM(1)",2025-12-31',
      '-1,2025-12-31',
      '+49 170 1234567,2025-12-31',
      'write to ann@example.org,2025-12-31',
      'ok,2025-11-01',
    ];
    const found = await checkTable(`note,at\n${rows.join('\n')}\n`, { schema });
    expect(found.rejected).toBe(0);
    expect(found.rows.map(({ flags }) => flags)).toEqual([
      [],
      ['item.duplicate'],
      ['table.formula'],
      ['table.formula'],
      [],
      ['item.personal-data'],
      ['item.personal-data'],
      ['table.stale'],
    ]);
  });

  test('or what is personal is masked', async () => {
    const config = 'kind: table\nrules: { item.personal-data: { action: fix } }\n';
    const schema = schemaOf({ note: {}, email: {} });
    const { rows } = await checkTable('note,email\nask bob@example.org now,x\n', { schema, config });
    expect(rows).toMatchObject([{ note: 'ask [email] now', email: '[personal]' }]);
  });
});

describe('a row of the part', () => {
  test('has the same id wherever its columns stand and however its cells are written', async () => {
    const schema = schemaOf({ a: { type: 'number' }, b: {} });
    const one = await checkTable('a,b\n1.0,x\n', { schema });
    const other = await checkTable('b;a\n"x"; 1\n', { schema, path: 'other.txt' });
    expect(other.rows[0]?.itemId).toBe(one.rows[0]?.itemId);
    expect(one.rows[0]?.itemId).toMatch(/^[0-9a-f]{64}$/);
  });

  test('tells texts from each other that only look alike when joined', async () => {
    const schema = schemaOf({ a: {}, b: {} });
    const { rows } = await checkTable('a,b\nx\x1f,y\nx,\x1fy\n,xy\nxy,\n', { schema });
    expect(new Set(rows.map(({ itemId }) => itemId)).size).toBe(4);
  });

  test('has its label, licence, source, line and typed columns', async () => {
    const config =
      'kind: table\nlabels: column:sex\nlicense: CC0-1.0\nrules: { item.personal-data: { action: off } }\n';
    const { rows, byIssue } = await people('Ann,39,Female,,\nBob,40,,,\n', { config });
    expect(rows).toMatchObject([
      {
        label: 'Female',
        license: 'CC0-1.0',
        source: 'd/table.csv',
        path: 'table.csv',
        line: 2n,
        age: 39n,
        name: 'Ann',
        flags: [],
      },
      { label: null, line: 3n, flags: ['item.no-label'] },
    ]);
    expect(byIssue).toEqual({ 'item.no-label': 1 });
  });

  test('keeps columns whose names mean something elsewhere', async () => {
    const schema = schemaOf({
      path: {},
      Label: {},
      ['__proto__']: {},
      toString: {},
      'a"b': {},
      '; drop table checked': {},
    });
    const { rows } = await checkTable('path,Label,__proto__,toString,"a""b",; drop table checked\n1,2,3,4,5,6\n', {
      schema,
    });
    expect(Object.values(rows[0] ?? {}).slice(-6)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('the columns of a table', () => {
  const schema = schemaOf({ a: {}, b: {} });
  test.each([
    ['one is missing', 'a\nx\n', 'table.missing-column'],
    ['two have the same name', 'a,b,a\nx,y,z\n', 'table.duplicate-header'],
    ['there are only numbers', '1,2\n3,4\n', 'table.no-header'],
    ['a title stands above the names', 'Sales,,\nid,name,price\n1,a,2\n', 'table.no-header'],
    ['there are no rows', 'a,b\n', 'table.empty'],
  ])('refuse the file where %s', async (_, text, code) => {
    expect(await checkTable(text, { schema })).toMatchObject({ accepted: 0, rejected: 1, byIssue: { [code]: 1 } });
  });

  test('that the schema does not know are left out and told', async () => {
    const { rows, byIssue } = await checkTable('b,c,a\n1,2,3\n', { schema });
    expect(rows).toMatchObject([{ a: '3', b: '1', flags: ['table.unknown-column'] }]);
    expect(byIssue).toEqual({ 'table.unknown-column': 1 });
  });
});

test('rows of a release are looked at alone', async () => {
  const { accepted, rejected } = await people('Ann,130,Male,,\nBob,140,Male,,\nCem,1,Male,,\n', {
    lines: [3],
    config: 'kind: table\nrules: { table.range: { action: off } }\n',
  });
  expect({ accepted, rejected }).toEqual({ accepted: 1, rejected: 0 });
});

test('of 200 columns each row is judged by all of them, whatever group they are read in', async () => {
  const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
  const columns = Object.fromEntries(names.map((name) => [name, { type: 'integer' as const, min: 0, max: 9_999 }]));
  const schema = schemaOf(columns, { rules: [{ name: 'ends', check: 'c0 < c199' }] });
  const row = (changed: Record<number, string>) => names.map((_, i) => changed[i] ?? `${i}`).join(',');
  const lines = [row({}), row({ 150: 'x', 20: '-1' }), row({ 199: '0' }), row({ 120: 'NA' }), row({}), row({ 7: '8' })];
  const { rows, rejects, byIssue } = await checkTable(`${names}\n${lines.join('\n')}\n`, { schema, config: QUIET });
  expect(byIssue).toEqual({ 'table.type': 1, 'table.range': 1, 'table.row-rule': 1, 'item.duplicate': 1 });
  expect(rejects.map(({ issues }) => issues.map(({ code, place }) => [code, place.line, place.column]))).toEqual([
    [
      ['table.range', 3, 'c20'],
      ['table.type', 3, 'c150'],
    ],
    [['table.row-rule', 4, 'c0, c199']],
  ]);
  expect(rows.map(({ c7, c120, c199, line }) => [c7, c120, c199, line].map((cell) => cell && Number(cell)))).toEqual([
    [7, 120, 199, 2],
    [7, null, 199, 5],
    [7, 120, 199, 6],
    [8, 120, 199, 7],
  ]);
  expect(rows.map(({ fixes }) => (fixes as string[]).length)).toEqual([0, 1, 0, 0]);
});

test('the same table is the same part', async () => {
  const twice = await Promise.all([1, 2].map(() => people('Ann,39,Female,,\nBob, 40,male,,\nBob,x,,,\n')));
  expect(twice[0]).toEqual(twice[1]);
});

test('rows that are equal and empty where values must be unique are told of as equal', async () => {
  const schema = schemaOf({ a: { type: 'integer', unique: true }, b: { type: 'integer' } });
  const { byIssue, accepted } = await checkTable('a,b\n1,5\n,6\n,6\n2,6\n', { schema, config: QUIET });
  expect({ byIssue, accepted }).toEqual({ byIssue: { 'item.duplicate': 1 }, accepted: 4 });
});

test('a comma before the fraction is read as one where it can mean nothing else, and told', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i};${i % 2 ? '1.234' : '3'},${i % 10};1,${100 + (i % 9)}`);
  const { schema, rows: kept, rejects } = await checkTable(`n;price;mass\n${rows.join('\n')}\n41;1,2,3;2,500\n`);
  expect(schema?.columns[1]).toMatchObject({ type: 'number', decimal: ',', suggested: { min: 3, max: 1234.9 } });
  // A mass of 1,108 may be a thousand and more.
  expect(schema?.columns[2]).toMatchObject({ type: 'text' });
  expect(kept[1]).toMatchObject({ n: 1n, price: 1234.1, fixes: [expect.stringContaining('table.decimal-comma')] });
  expect(rejects.map(({ issues }) => issues[0])).toMatchObject([
    { code: 'table.type', given: '1,2,3', allowed: 'a number such as 1.234,56' },
  ]);
});

test('a comma between thousands is read as one where it can mean nothing else, and told', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},"${i % 2 ? '1,23' : ''}${i % 10}.5","${1 + i},100",-7`);
  const { schema, rows: kept, rejects } = await checkTable(`n,price,sold,low\n${rows.join('\n')}\n41,"1,2.5",3,-7\n`);
  expect(schema?.columns).toMatchObject([
    { type: 'integer' },
    { type: 'number', decimal: '.' },
    // The prices say how the table writes numbers.
    { type: 'number', decimal: '.' },
    { type: 'integer' },
  ]);
  expect(kept[1]).toMatchObject({ price: 1231.5, sold: 2100, fixes: [expect.stringContaining('number-format')] });
  expect(rejects.map(({ issues }) => issues[0])).toMatchObject([
    { code: 'table.type', given: '1,2.5', allowed: 'a number such as 1,234.56' },
  ]);
});
