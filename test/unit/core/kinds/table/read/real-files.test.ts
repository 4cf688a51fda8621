import { describe, expect, test } from 'vitest';
import { csvLayoutOf } from '#core/kinds/table/layout/layout.ts';
import { parseExactJson, textOfJson } from '#core/kinds/table/read/json/exact-json.ts';
import { rowsOfDocument } from '#core/kinds/table/read/json/json-document.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const lines = (count: number, of: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => of(i + 1)).join('\n');

const layout = (text: string, header?: boolean) => csvLayoutOf(text, { delimiter: 'auto', header });
const found = (text: string) => {
  const { ok, ...rest } = layout(text);
  if (!ok || !('layout' in rest)) throw new Error(JSON.stringify(rest));
  const { dialect, ...others } = rest.layout;
  return { delimiter: dialect.delimiter, ...others };
};

describe('the layout of a table is decided by the whole of it:', () => {
  test.each([
    [
      'a comment and a title',
      `# by lab 2\nA title\n\na\tb\n${lines(9, (i) => `${i}\t${2 * i}`)}`,
      { delimiter: '\t', preamble: 2 },
    ],
    ['a pipe among commas', `Last, First|City, State\n${lines(9, (i) => `A${i}, Bo|Ulm, BW`)}`, { delimiter: '|' }],
    [
      'titles that a spreadsheet fills up with empty cells',
      `Sales 2023,,,\nfrom,the shop,,\n,,,\nshop,units,price,day\n${lines(9, (i) => `A${i},${i},${i}.5,2023-01-0${i}`)}`,
      { preamble: 3 },
    ],
    [
      'a line that names the delimiter',
      `sep=;\nshop;units\n${lines(9, (i) => `A${i};${i}`)}`,
      { preamble: 0, delimiter: ';' },
    ],
    ['a name above a column without others', `id,,,\n${lines(9, (i) => `x${i},y,z${i % 2},w`)}`, { preamble: 0 }],
    ['sentences', `review\n${lines(9, (i) => (i % 2 ? 'Good, cheap and fast' : 'Broke'))}`, { delimiter: '\x1f' }],
    ['names of rows', `mpg\tcyl\n${lines(9, (i) => `car ${i}\t${i}.5\t4`)}`, { hasRowNames: true }],
    ['empty columns at the end', `a,b,,\n${lines(9, (i) => `${i},x,,`)}`, { emptyTail: 2 }],
    ['a row of units', `time,speed\ns,m/s\n${lines(9, (i) => `${i},${i}.5`)}`, { labelRows: 1 }],
    [
      'questions as names',
      `team,What do you like about this place?\n${lines(9, (i) => `team,All the things that I saw ${i}`)}`,
      { isNamed: true },
    ],
    ['years as names', `land,2018,2019,2020\n${lines(9, (i) => `L${i},${i},2,3`)}`, { isNamed: true }],
    [
      'returns between line feeds',
      `a,b,c\r1,2,x\n${lines(9, (i) => `${i},2,x\r${i},3,y`)}\n`,
      { hasLoneReturns: true },
    ],
    ['spaces between quotes', `"Area name" "Vote"\n${lines(9, (i) => `"Town_${i}" ${i}`)}`, { delimiter: ' ' }],
  ])('%s', (_, text, expected) => expect(found(text)).toMatchObject(expected));

  test.each([
    ['a row instead of names', lines(9, (i) => `${i}, State, ${i * 7}, BA`), 'table.no-header'],
    [
      'a class and a sentence',
      lines(9, (i) => `${i % 2 ? 'ham' : 'spam'}\tWords of message ${i} go on and on`),
      'table.no-header',
    ],
    ['two signs between cells', `user::item::rate\n${lines(9, (i) => `${i}::${2 * i}::5`)}`, 'table.layout'],
  ])('%s is refused', (_, text, code) => expect(layout(text)).toMatchObject({ ok: false, code }));

  test('numbers that grow are names of columns where the names of rows stand below an empty cell', () => {
    const matrix = `"","1","2","3"\n${lines(9, (i) => `"${i}",${i},${i * 2},${i + 4}`)}`;
    expect(layout(matrix)).toMatchObject({ ok: true, layout: { isNamed: true, hasRowNames: false } });
    expect(layout(matrix.replace('"1","2","3"', '4,2,3'))).toMatchObject({ ok: false, code: 'table.no-header' });
  });

  test('a row instead of names is taken where dataset.yaml says so', () => {
    expect(
      layout(
        lines(9, (i) => `${i}, State, ${i * 7}, BA`),
        false,
      ),
    ).toMatchObject({ layout: { isNamed: false } });
  });
});

test('a quote that is not closed loses its own line and no other', async () => {
  const rows = lines(20, (i) => (i === 5 ? '5;"Rocca;x' : i === 12 ? '12;Ort" 12;x' : `${i};Ort ${i};x`));
  const { accepted, rejects } = await checkTable(`nr;ort;art\n${rows}\n`, { config: QUIET });
  expect(accepted).toBe(19);
  expect(rejects).toMatchObject([{ issues: [{ code: 'table.quote', place: { line: 6 } }] }]);
});

test('quotes inside cells of a TSV are part of them', async () => {
  const { rows, rejected } = await checkTable(`id\ttitle\n1\t"Film" 2\n2\tThe "End"\n`, { config: QUIET });
  expect(rejected).toBe(0);
  expect(rows.map(({ title }) => title)).toEqual(['"Film" 2', 'The "End"']);
});

test('digits, zeros, signs and words come back as they were', async () => {
  const row = (i: number) =>
    `157713480001816000${i % 10},+4930${100 + i},00${i},5E${10 + i},${i % 2 ? 'NO' : 'SE'},${i % 3 ? 'None' : 'Some'},${i % 5 ? i : 'NA'}`;
  const { rows, rejected, changes, schema } = await checkTable(`big,phone,zero,part,land,kind,n\n${lines(60, row)}\n`, {
    config: QUIET,
  });
  expect(rejected).toBe(0);
  expect(rows[6]).toMatchObject({
    big: '1577134800018160007',
    phone: '+4930107',
    zero: '007',
    part: '5E17',
    land: 'NO',
    kind: 'None',
  });
  expect(schema?.columns.map(({ type }) => type).slice(3)).toEqual(['id', 'category', 'category', 'integer']);
  expect(changes).toMatchObject([
    { rule: 'table.null-token', column: 'n', items: 12, examples: [{ line: 6, before: 'NA', after: null }, {}, {}] },
  ]);
});

test('a preview shows stored values beside those that came', async () => {
  const { preview } = await checkTable(
    `n,big\n${lines(10, (i) => `${i}.0,90071992547409${90 + i}`)}\n,9007199254740999\n`,
    { config: QUIET, previewRows: 2 },
  );
  expect(preview).toMatchObject({
    columns: [
      { name: 'n', type: 'integer' },
      { name: 'big', type: 'id' },
    ],
    rows: [
      [1, '9007199254740991'],
      [2, '9007199254740992'],
    ],
    lines: [2, 3],
    came: [
      ['1.0', '9007199254740991'],
      ['2.0', '9007199254740992'],
    ],
  });
});

test('rows of a second file that would lose zeros or digits are rejected with the reason', async () => {
  const { schema } = await checkTable(`m\n${lines(20, (i) => `${100 + i}`)}\n`, { config: QUIET });
  const second = await checkTable('m\n001\n+2\n3.5\n4\n', { config: QUIET, ...(schema && { schema }) });
  expect(second.accepted).toBe(1);
  expect(second.rejects[0]?.issues[0]).toMatchObject({
    code: 'table.type',
    given: '001',
    allowed: expect.stringMatching(/leading zeros/),
  });
});

test.each(['1577134800018160007', '1.0', '1E5', '0.1234567890123456789', '-7', '2.5'])(
  'a number of JSON is read by its text: %s',
  (text) => {
    const value = parseExactJson(`{"a": ${text}, "b": [${text}, "1.0"]}`) as { a: unknown; b: unknown };
    expect(textOfJson(value.a)).toBe(text);
    expect(textOfJson(value.b)).toBe(`[${text},"1.0"]`);
  },
);

test.each([
  ['an array', '[{"a":1},{"a":2}]'],
  ['an array within an object', '{"count": 2, "data": [{"a":1},{"a":2}]}'],
  ['objects one after another', '{\n "a": 1\n}\n{\n "a": 2\n}'],
  ['arrays one after another', '[{"a":1}][{"a":2}]'],
  ['columns', '{"a": {"0": 1, "1": 2}}'],
  ['lists', '{"a": [1, 2]}'],
  ['names and rows', '{"columns": ["a"], "data": [[1], [2]]}'],
])('%s is rows', (_, text) => expect(rowsOfDocument(text)?.rows).toEqual([{ a: 1 }, { a: 2 }]));
