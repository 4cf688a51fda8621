import { describe, expect, test } from 'vitest';
import { checkTable, schemaOf } from '../../../../../fixtures/tables.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const AB = schemaOf({ a: {}, b: {} });
const csv = (content: string | Uint8Array) => checkTable(content, { schema: AB, config: QUIET });
const jsonl = (content: string) => checkTable(content, { path: 'x.jsonl', config: QUIET });
const line = 'id,name\n1,Ann\n';

describe('a hostile table has one plain verdict:', () => {
  test.each([
    ['UTF-16 without a mark, little end first', Buffer.from(line.repeat(50), 'utf16le'), 'table.encoding'],
    ['UTF-16 without a mark, big end first', Buffer.from(line.repeat(50), 'utf16le').swap16(), 'table.encoding'],
    ['nothing but zeros', Buffer.alloc(9_999), 'table.encoding'],
    ['10,000 columns', `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n1\n`, 'table.too-large'],
    ['one header twice', 'a,b,a\n1,2,3\n', 'table.duplicate-header'],
    ['nothing but empty lines', `a,b\n${'\n'.repeat(2 ** 20)}`, 'table.empty'],
    ['a name of 300 letters', `${'x'.repeat(300)},b\n1,2\n`, 'table.corrupt'],
    ['a first line without an end', ','.repeat(3 * 2 ** 20), 'table.too-large'],
  ])('%s', async (_, content, code) => {
    expect(await csv(content)).toMatchObject({ accepted: 0, rejected: 1, byIssue: { [code]: 1 } });
  });
});

describe('hostile rows harm no others:', () => {
  test.each([
    ['a cell of 4 MiB', `a,b\n1,${'x'.repeat(2 ** 22)}\n2,y\n`, 1, { 'table.too-large': 1 }],
    ['a zero byte', 'a,b\n1,x\n2,\0y\n3,z\n', 2, { 'table.encoding': 1 }],
    ['line ends of all kinds', 'a,b\r\n1,2\n3,4\r\n', 2, {}],
    ['quotes that are never closed', 'a,b\n1,"x\n2,y\n', 1, { 'table.quote': 1 }],
    ['only commas', `a,b\n${','.repeat(9_999)}\n2,y\n`, 1, { 'table.ragged-row': 1 }],
  ])('%s', async (_, content, accepted, byIssue) => {
    expect(await csv(content)).toMatchObject({ accepted, byIssue });
  });

  test('a key twice, of which one value would be lost, and 10,000 brackets are refused line by line', async () => {
    const { rows, byIssue } = await jsonl(`{"a":1,"a":2}\n{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n{"a":3}\n`);
    expect(rows.map(({ a }) => a)).toEqual(['3']);
    expect(byIssue).toEqual({ 'table.depth': 1, 'table.json-syntax': 1 });
  });
});

test('JSONL whose lines are pieces of one broken document is refused whole', async () => {
  expect(await jsonl('["a",\n4\n,1,')).toMatchObject({ accepted: 0, byIssue: { 'table.json-syntax': 1 } });
  expect(await jsonl('[1,\n1\n,1')).toMatchObject({ accepted: 0, byIssue: { 'table.json-syntax': 1 } });
  expect(await jsonl('{"a":1}\n{"a"\n{"b"\n')).toMatchObject({ accepted: 1, byIssue: { 'table.json-syntax': 2 } });
});

test('words for nothing, more than a few, and white space of all kinds are seen for what they are', async () => {
  const nulls = ['NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'null', 'None', '?', '-', '--'];
  const schema = schemaOf({ a: { type: 'integer' }, b: {} }, { nulls });
  const cells = [...nulls, ' 7 ', '\u00a07', '7\u3000', '""', '" "'];
  const { rows, rejected } = await checkTable(`a,b\n${cells.map((cell) => `${cell},x`).join('\n')}\n`, { schema });
  expect(rejected).toBe(0);
  expect(rows.map(({ a }) => a)).toEqual([...nulls.map(() => null), 7n, 7n, 7n, null, null]);
});
