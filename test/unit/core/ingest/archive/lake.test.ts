import { expect, test } from 'vitest';
import { listTar } from '#core/ingest/archive/tar.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { zipOf } from '../../../../fixtures/pictures.ts';
import { tarOf } from '../../../../fixtures/tars.ts';

const DELTA = ['t/part-0.parquet', 't/part-1.parquet', 't/_delta_log/00000000000000000001.json'];
const ICEBERG = ['t/data/0.parquet', 't/metadata/00001-2b1c6d0e-93a7-4d0e-8f4b-0a1b2c3d4e5f.metadata.json'];
const PICTURES = ['cat/1.png', 'metadata/cat.metadata.json'];

async function codesOf(names: readonly string[]): Promise<(string | undefined)[]> {
  const zip = await zipOf(Object.fromEntries(names.map((name) => [name, new TextEncoder().encode('{}')])));
  const tar = await tarOf(names.map((name) => ({ name, content: '{}' })));
  const rangeOf = (bytes: Uint8Array) => async (first: number, last: number) => bytes.slice(first, last + 1);
  const read = [
    await readArchive(zip.length, rangeOf(zip)),
    await listTar({ size: tar.length, gzip: false, readRange: rangeOf(tar) }),
  ];
  return read.map((archive) => (archive.ok ? undefined : archive.issue.code));
}

test('an archive of a table of a data lake is refused, since removed files would count', async () => {
  expect(await codesOf(DELTA)).toEqual(['archive.lake', 'archive.lake']);
  expect(await codesOf(ICEBERG)).toEqual(['archive.lake', 'archive.lake']);
});

test('other files of metadata are no data lake', async () => {
  expect(await codesOf(PICTURES)).toEqual([undefined, undefined]);
});
