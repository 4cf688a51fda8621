import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { collectFiles } from '#client/upload/collect.ts';
import { avroFile, long, text } from '../../fixtures/avro.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LIST = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    { name: 'manifest_path', type: 'string' },
    { name: 'content', type: 'int' },
  ],
};
const MANIFEST = {
  type: 'record',
  name: 'manifest_entry',
  fields: [
    { name: 'status', type: 'int' },
    {
      name: 'data_file',
      type: {
        type: 'record',
        name: 'r2',
        fields: [
          { name: 'content', type: 'int' },
          { name: 'file_path', type: 'string' },
        ],
      },
    },
  ],
};
const HOME = 's3://lake/warehouse/sales';
const list = (...manifests: (readonly [string, number])[]) =>
  avroFile(
    LIST,
    manifests.map(([name, content]) => Buffer.concat([text(`${HOME}/metadata/${name}`), long(content)])),
  );
const manifest = (...entries: (readonly [number, number, string])[]) =>
  avroFile(
    MANIFEST,
    entries.map(([status, content, name]) =>
      Buffer.concat([long(status), long(content), text(`${HOME}/data/${name}`)]),
    ),
    'deflate',
  );
const metadata = (more: object = {}) =>
  JSON.stringify({
    location: HOME,
    snapshots: [{ 'snapshot-id': 1, 'timestamp-ms': 1704067200000, 'manifest-list': `${HOME}/metadata/snap.avro` }],
    ...more,
    'current-snapshot-id': 'ID',
  })
    .replaceAll('"snapshot-id":1', '"snapshot-id":7766554433221100998')
    .replaceAll('"ID"', '7766554433221100998');

async function table(files: Readonly<Record<string, string | Uint8Array>>) {
  folder = mkdtempSync(join(tmpdir(), 'iceberg-'));
  const all = {
    'sales/metadata/snap.avro': list(['m0.avro', 0]),
    'sales/metadata/00002-b.metadata.json': metadata(),
    'sales/metadata/00001-a.metadata.json': '{"older": true}',
    'sales/data/day_bucket=3/a.parquet': 'x',
    'sales/data/removed.parquet': 'x',
    'other.csv': 'x',
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const { files: found, remarks } = await collectFiles([folder]);
  return { names: found.map(({ name }) => name), told: remarks.map(({ given, items }) => `${items} ${given}`) };
}

test('the files of the current snapshot are read, wherever the table was copied to, and the others are told', async () => {
  const m0 = manifest([1, 0, 'day_bucket=3/a.parquet'], [2, 0, 'removed.parquet']);
  expect(await table({ 'sales/metadata/m0.avro': m0 })).toEqual({
    names: ['other.csv', 'sales/a.parquet'],
    told: [
      '1 an Iceberg table: snapshot 7766554433221100998 of 2024-01-01T00:00:00 is read',
      '1 files that are not part of this snapshot are left out',
    ],
  });
});

test.each([
  ['deletes of single rows', { 'sales/metadata/m0.avro': manifest([1, 1, 'removed.parquet']) }],
  ['gone.parquet is not there', { 'sales/metadata/m0.avro': manifest([1, 0, 'gone.parquet']) }],
  ['m0.avro is not there', {}],
  ['m0.avro is damaged', { 'sales/metadata/m0.avro': 'Obj' }],
  [
    'its column old was renamed to new',
    {
      'sales/metadata/00002-b.metadata.json': metadata({
        schemas: [{ fields: [{ id: 1, name: 'old' }] }, { fields: [{ id: 1, name: 'new' }] }],
      }),
    },
  ],
])('a table that cannot be read from its files is refused by name: %s', async (why, files) => {
  await expect(table(files)).rejects.toThrow(why);
});
