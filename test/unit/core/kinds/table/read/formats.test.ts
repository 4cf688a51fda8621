import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { checkTable, schemaOf } from '../../../../../fixtures/tables.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const WORDS = schemaOf({ a: {}, b: {} });
const valuesOf = (rows: Record<string, unknown>[]) => rows.map(({ a, b }) => [a, b]);

async function parquetOf(sql: string, options = ''): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-parquet-'));
  const file = join(folder, 'x.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    await connection.run(`copy (${sql}) to '${file}' (format parquet ${options})`);
    return readFileSync(file);
  } finally {
    connection.closeSync();
    rmSync(folder, { recursive: true });
  }
}

test('names of Parquet that differ only by case, or are within others, stay as they are', async () => {
  const file = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'ID', data: [1, 2], type: 'INT32' },
        { name: 'tags', data: [['x', 'y'], ['z']] },
        { name: 'id', data: ['a', 'b'], type: 'STRING' },
        { name: 'say "Id"', data: ['c', 'd'], type: 'STRING' },
      ],
    }),
  );
  const { rows } = await checkTable(file, {
    schema: schemaOf({ ID: {}, tags: {}, id: {}, 'say "Id"': {} }),
    path: 'a.parquet',
  });
  expect(rows.map((row) => [row['ID'], row['id_3'], row['say "Id"']])).toEqual([
    ['1', 'a', 'c'],
    ['2', 'b', 'd'],
  ]);
});

describe('text is read in', () => {
  const text = 'a,b\nMüller,Köln\n„Ä“,€\n';
  const latin = Buffer.from('a,b\nM\xfcller,K\xf6ln\n', 'latin1');
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['gzip', gzipSync(text)],
  ])('%s', async (_, bytes) => {
    const { rows, byIssue } = await checkTable(bytes, { schema: WORDS });
    expect(valuesOf(rows)).toEqual([
      ['Müller', 'Köln'],
      ['„Ä“', '€'],
    ]);
    expect(byIssue).toEqual({});
  });

  test('the encoding that dataset.yaml names', async () => {
    const config = 'kind: table\ntable: { encoding: windows-1252 }\n';
    expect(valuesOf((await checkTable(latin, { schema: WORDS, config })).rows)).toEqual([['Müller', 'Köln']]);
  });

  test('no encoding that nobody is sure of', async () => {
    const bytes = Buffer.from(`a,b\n${'\x81\x8d,\x90\x9d\n'.repeat(9)}`, 'latin1');
    expect((await checkTable(bytes, { schema: WORDS })).byIssue).toHaveProperty(['table.encoding']);
  });

  test('an encoding that the letters show, which each row tells', async () => {
    const long = Buffer.from(
      `a,b\n${'Die M\xfcllerin tr\xe4gt gr\xfcne Str\xfcmpfe und h\xf6rt \xfcber die Br\xfccke,s\xfc\xdf\n'.repeat(20)}`,
      'latin1',
    );
    const { rows, byIssue } = await checkTable(long, { schema: WORDS });
    expect(rows[0]).toMatchObject({ b: 'süß', flags: ['table.encoding-detected'] });
    expect(byIssue['table.encoding-detected']).toBe(20);
  });

  test('no UTF-16 without a mark', async () => {
    const bytes = Buffer.from('a,b\nx,y\n', 'utf16le');
    expect((await checkTable(bytes, { schema: WORDS })).byIssue).toEqual({ 'table.encoding': 1 });
  });
});

describe('JSONL', () => {
  const jsonl = (text: string | Uint8Array, more = {}) => checkTable(text, { path: 'x.jsonl', config: QUIET, ...more });

  test('is read line by line; columns come as they come', async () => {
    const { rows } = await jsonl('{"a":"x"}\n\n{"b":[1,{"c":null}],"a":null}\r\n{"b":"é\\n"}', { schema: WORDS });
    expect(rows.map(({ a, b, line }) => [a, b, line])).toEqual([
      ['x', null, 1n],
      [null, '[1,{"c":null}]', 3n],
      [null, 'é', 4n],
    ]);
  });

  test('is one document where it is not lines', async () => {
    const { rows } = await jsonl('[\n {"a": "x",\n  "b": "1"},\n {"a": "y"}\n]\n', { path: 'x.json', schema: WORDS });
    expect(valuesOf(rows)).toEqual([
      ['x', '1'],
      ['y', null],
    ]);
  });

  test.each([
    ['broken', '{"a": 1', 'table.json-syntax'],
    ['with a comment', '{"a": 1} // x', 'table.json-syntax'],
    ['nested too deep', `{"a": ${'['.repeat(65)}${']'.repeat(65)}}`, 'table.depth'],
    ['nested 100,000 deep', '['.repeat(100_000), 'table.depth'],
    ['with an endless number', '{"a": 1e400}', 'table.non-finite'],
    ['with half a character', '{"a": "\\ud800"}', 'table.encoding'],
    ['with a zero character', '{"a": "\\u0000"}', 'table.encoding'],
    ['too long', `{"a": "${'x'.repeat(2 ** 20)}"}`, 'table.too-large'],
  ])('rejects a line that is %s', async (_, line, code) => {
    const { accepted, rejects, byIssue } = await jsonl(`{"a":"1"}\n${line}\n{"a":"2"}\n`, { schema: WORDS });
    expect(accepted).toBe(2);
    expect(byIssue).toEqual({ [code]: 1 });
    expect(rejects).toMatchObject([{ issues: [{ code, place: { line: 2 } }], row: expect.stringMatching(/^[{[]/) }]);
  });

  test('rejects rows by the schema, each with its line as it came', async () => {
    const schema = schemaOf({ a: { type: 'integer' } });
    const { rejects } = await jsonl('{"a":1}\n{"a": "one" }\n', { schema });
    expect(rejects).toMatchObject([{ row: '{"a": "one" }', issues: [{ code: 'table.type', given: 'one' }] }]);
  });

  test('has names that are only names', async () => {
    const { rows } = await jsonl(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}\n',
    );
    expect(rows).toMatchObject([{ toString: 'x' }]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('Parquet', () => {
  test('is read with its types, its nested values as JSON', async () => {
    const bytes = await parquetOf("select 7 as a, {'x': [1, 2]} as b union all select null, null");
    const schema = schemaOf({ a: { type: 'integer' }, b: {} });
    const { rows, byIssue } = await checkTable(bytes, { path: 'x.parquet', schema, config: QUIET });
    expect(byIssue).toEqual({});
    expect(rows.map(({ a, b, line }) => [a, b, line])).toEqual([
      [7n, '{"x":[1,2]}', 1n],
      [null, null, 2n],
    ]);
  });

  test('tells rejected rows by their number', async () => {
    const bytes = await parquetOf("select * from (values (1, 'x'), (-1, 'new\nline')) v(a, b)");
    const schema = schemaOf({ a: { type: 'integer', min: 0 }, b: {} });
    const { rejects } = await checkTable(bytes, { path: 'x.parquet', schema });
    expect(rejects).toMatchObject([
      { row: '{"a":"-1","b":"new\\nline"}', issues: [{ code: 'table.range', place: { line: 2 } }] },
    ]);
  });

  test('that is cut, empty, encrypted or larger than it looks is refused', async () => {
    const whole = await parquetOf('select range as a from range(100)');
    const bomb = await parquetOf(
      "select repeat('x', 1000000) as a from range(60)",
      ', compression zstd, dictionary_size_limit 1',
    );
    const codes = await Promise.all(
      [
        whole.subarray(0, whole.length - 40),
        Buffer.concat([whole.subarray(0, 4), Buffer.alloc(99), whole.subarray(-8)]),
        Buffer.from('PAR1PAR1PARE'),
        await parquetOf('select 1 as a where false'),
        bomb,
      ].map(async (bytes) => Object.keys((await checkTable(bytes, { path: 'x.parquet' })).byIssue)),
    );
    expect(codes).toEqual([
      ['table.corrupt'],
      ['table.corrupt'],
      ['table.encrypted'],
      ['table.empty'],
      ['table.too-large'],
    ]);
  });
});

test('a dictionary that says a long text once and means it a thousand times is refused before any of it is copied', async () => {
  const bomb = await parquetOf("select repeat('x', 1000000) as a from range(2000)", ', compression zstd');
  const refused = await checkTable(bomb, { path: 'x.parquet' });
  expect(JSON.stringify(refused)).toContain('2000000000 bytes, unpacked');
});

describe('a bomb is refused as it grows:', () => {
  test.each([
    ['gzip of one line over and over', gzipSync('a,b\n1,2\n'.repeat(2_000_000)), 'table.too-large'],
    ['gzip inside of gzip', gzipSync(gzipSync('a,b\n1,2\n')), 'table.corrupt'],
    ['gzip that is cut', gzipSync(Buffer.from('a,b\n1,2\n'.repeat(9_999))).subarray(0, 60), 'table.corrupt'],
  ])('%s', async (_, bytes, code) => {
    expect((await checkTable(bytes)).byIssue).toEqual({ [code]: 1 });
  });
});

test('a schema is inferred and later rows are held to it', async () => {
  const rows = Array.from(
    { length: 200 },
    (_, i) => `${i},${i % 2 ? 'red' : 'blue'},0${i},2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
  );
  const { schema, rejected } = await checkTable(`n,colour,code,day\n${rows.join('\n')}\n`, { config: QUIET });
  expect(rejected).toBe(0);
  expect(schema?.columns.map(({ name, type }) => [name, type])).toEqual([
    ['n', 'integer'],
    ['colour', 'category'],
    ['code', 'text'],
    ['day', 'date'],
  ]);
  const later = await checkTable('n,colour,code,day\n7,green,1,2024-01-01\nx,RED,1,?\n1,red,1,?\n', {
    schema: schema as never,
    config: QUIET,
  });
  expect(later.byIssue).toEqual({ 'table.category': 1, 'table.type': 1 });
});

test('lines that end as Windows ends them are told as they came, from a long table too', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => `${i},"row, ${i}"`);
  const bad = rows.with(3, 'x,"row, 3"').with(400, 'y,"row, 400"');
  const schema = schemaOf({ n: { type: 'integer' }, note: {} });
  for (const [end, first] of [
    ['\r\n', ''],
    ['\n', '\ufeff'],
  ]) {
    const checked = await checkTable(`${first}n,note${end}${bad.join(end)}`, { schema });
    expect(checked.accepted).toBe(498);
    expect(checked.rejects.map(({ row, issues }) => [issues[0]?.place.line, row, issues[0]?.given])).toEqual([
      [5, 'x,"row, 3"', 'x'],
      [402, 'y,"row, 400"', 'y'],
    ]);
    expect(checked.rows.at(-1)).toMatchObject({ line: 501n, n: 499n, note: 'row, 499' });
  }
});
