import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ClientFailure } from '#client/failure.ts';
import { collectFiles } from '#client/upload/collect.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lake(files: Readonly<Record<string, string>>): string {
  folder = mkdtempSync(join(tmpdir(), 'lake-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
const namesIn = (files: Readonly<Record<string, string>>) => {
  const { files: found, remarks } = collectFiles([lake(files)]);
  return { names: found.map(({ name }) => name), told: remarks.map(({ given, items }) => `${items} ${given}`) };
};
const commit = (...actions: unknown[]) => actions.map((action) => JSON.stringify(action)).join('\n');
const FIRST = 'sales/_delta_log/00000000000000000000.json';
const SECOND = 'sales/_delta_log/00000000000000000001.json';

test('of a Delta table, the files of its newest version are read, and the others are told', () => {
  const { names, told } = namesIn({
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
  ['a checkpoint', { [SECOND]: commit({ add: { path: 'a.parquet' } }) }],
  ['deletion vectors', { [FIRST]: commit({ add: { path: 'a.parquet', deletionVector: {} } }) }],
  ['is not there', { [FIRST]: commit({ add: { path: 'gone.parquet' } }) }],
  ['damaged', { [FIRST]: '{' }],
  ['no snapshot', { 'metadata/v1.metadata.json': '{}' }],
  ['metadata is damaged', { 'metadata/v1.metadata.json': '{' }],
])('a table that cannot be told from its files is refused by name: %s', (why, files) => {
  expect(() => namesIn({ ...files, 'sales/a.parquet': 'x' })).toThrow(why);
});

test('markers of Spark, checksums and empty parts are left out and listed', () => {
  const { names, told } = namesIn({
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
])('%s is no path: the command that gets it is named', (path, command) => {
  try {
    collectFiles([path]);
    expect.unreachable();
  } catch (error) {
    expect((error as ClientFailure).next).toContain(command);
  }
});
