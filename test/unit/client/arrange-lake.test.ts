import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, expect, test } from 'vitest';
import type { ClientFailure } from '#client/failure.ts';
import { collectFiles } from '#client/upload/collect.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | Uint8Array>>;

function lake(files: Files): string {
  folder = mkdtempSync(join(tmpdir(), 'lake-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
const namesIn = async (files: Files) => {
  const { files: found, remarks } = await collectFiles([lake(files)]);
  return { names: found.map(({ name }) => name), told: remarks.map(({ given, items }) => `${items} ${given}`) };
};
const commit = (...actions: unknown[]) => actions.map((action) => JSON.stringify(action)).join('\n');
const FIRST = 'sales/_delta_log/00000000000000000000.json';
const SECOND = 'sales/_delta_log/00000000000000000001.json';

test('of a Delta table, the files of its newest version are read, and the others are told', async () => {
  const { names, told } = await namesIn({
    [FIRST]: commit({ protocol: {} }, { add: { path: 'a%20b.parquet' } }, { add: { path: 'day=1/c.parquet' } }),
    [SECOND]: commit(
      { remove: { path: 'a%20b.parquet' } },
      { add: { path: 'd.parquet' } },
      { commitInfo: { timestamp: 1704067200000 } },
    ),
    'sales/a b.parquet': 'x',
    'sales/day=1/c.parquet': 'x',
    'sales/d.parquet': 'x',
    'other.csv': 'x',
  });
  expect(names).toEqual(['other.csv', 'sales/d.parquet', 'sales/day=1/c.parquet']);
  expect(told).toEqual([
    '2 a Delta table: version 1 of 2024-01-01T00:00:00 is read',
    '1 files that are not part of this version are left out',
  ]);
});

test.each([
  ['no whole checkpoint', { [SECOND]: commit({ add: { path: 'a.parquet' } }) }],
  ['deletion vectors', { [FIRST]: commit({ add: { path: 'a.parquet', deletionVector: {} } }) }],
  [
    'column mapping',
    {
      [FIRST]: commit(
        { metaData: { configuration: { 'delta.columnMapping.mode': 'name' } } },
        { add: { path: 'a.parquet' } },
      ),
    },
  ],
  [
    'the feature catalogManaged',
    { [FIRST]: commit({ protocol: { readerFeatures: ['timestampNtz', 'catalogManaged'] } }) },
  ],
  ['the column day', { [FIRST]: commit({ add: { path: 'a.parquet', partitionValues: { day: '1' } } }) }],
  [
    'checkpoint of version 2',
    { [`sales/_delta_log/${'0'.repeat(19)}1.checkpoint.${'a'.repeat(36)}.json`]: '', [SECOND]: '{}' },
  ],
  ['is not there', { [FIRST]: commit({ add: { path: 'gone.parquet' } }) }],
  ['damaged', { [FIRST]: '{' }],
  ['no snapshot', { 'metadata/v1.metadata.json': '{}' }],
  ['metadata is damaged', { 'metadata/v1.metadata.json': '{' }],
])('a table that cannot be told from its files is refused by name: %s', async (why, files) => {
  await expect(namesIn({ ...files, 'sales/a.parquet': 'x' })).rejects.toThrow(why);
});

test('a table whose log begins with a checkpoint, of one or several parts, is read from it and what was committed later', async () => {
  const columns = { add: {}, remove: {}, metaData: {} };
  const part = (...rows: Record<string, unknown>[]) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: Object.keys(columns).map((name) => ({
          name,
          type: 'JSON',
          data: rows.map((row) => row[name] ?? null),
        })),
      }),
    );
  const add = (path: string) => ({ add: { path, partitionValues: {} } });
  const log = 'sales/_delta_log/';
  const whole = { [`${log}${'0'.repeat(19)}5.checkpoint.parquet`]: part(add('old.parquet')) };
  const [first, second, third] = [1, 2, 3].map(
    (i) => `${log}${'0'.repeat(19)}7.checkpoint.${'0'.repeat(9)}${i}.0000000003.parquet`,
  );
  const parts = {
    [first as string]: part(add('a.parquet')),
    [second as string]: part(add('b.parquet'), { remove: { path: 'a.parquet' } }),
    [third as string]: part({ metaData: { configuration: {} } }),
  };
  const later = {
    [`${log}${'0'.repeat(19)}8.json`]: commit({ add: { path: 'c.parquet' } }, { remove: { path: 'b.parquet' } }),
  };
  const content = { 'sales/a.parquet': 'x', 'sales/b.parquet': 'x', 'sales/c.parquet': 'x', 'sales/old.parquet': 'x' };
  const read = await namesIn({ ...whole, ...parts, ...later, ...content });
  expect(read.names).toEqual(['sales/a.parquet', 'sales/c.parquet']);
  expect(read.told[0]).toBe('2 a Delta table: version 8 is read');
  const { [third as string]: _, ...lacking } = parts;
  await expect(namesIn({ ...whole, ...lacking, ...later, ...content })).rejects.toThrow('no whole checkpoint');
  const damaged = { ...parts, [second as string]: 'PAR1' };
  await expect(namesIn({ ...whole, ...damaged, ...later, ...content })).rejects.toThrow('is damaged');
});

test('markers of Spark, checksums and empty parts are left out and listed', async () => {
  const { names, told } = await namesIn({
    _SUCCESS: '',
    _committed_12: '{}',
    _started_12: '',
    '.part-0.csv.crc': 'x',
    'part-0.csv': 'a\n1\n',
    'part-1.csv': '',
    'empty.csv': '',
  });
  expect(names).toEqual(['empty.csv', 'part-0.csv']);
  expect(told.length).toBe(4);
});

test.each([
  ['https://example.org/a.csv', 'curl -fLO https://example.org/a.csv'],
  ['s3://bucket/prefix', 'aws s3 cp --recursive s3://bucket/prefix FOLDER'],
])('%s is no path: the command that gets it is named', async (path, command) => {
  try {
    await collectFiles([path]);
    expect.unreachable();
  } catch (error) {
    expect((error as ClientFailure).next).toContain(command);
  }
});

test('a Hudi table is refused with what to do, since its files hold rows of several versions', async () => {
  const files = { 't/.hoodie/hoodie.properties': 'hoodie.table.name=t', 't/a.parquet': 'x', 't/b.parquet': 'x' };
  await expect(namesIn(files)).rejects.toMatchObject({
    message: expect.stringMatching(/^The folder t\/ is a Hudi table/),
    next: expect.stringContaining('spark.read.format'),
  });
});
