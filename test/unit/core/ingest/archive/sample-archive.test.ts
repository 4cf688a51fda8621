import { expect, test } from 'vitest';
import { sampleArchive } from '#core/ingest/archive/sample-archive.ts';
import { zipOf } from '../../../../fixtures/pictures.ts';
import { tarOf } from '../../../../fixtures/tars.ts';

const FILES = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`${i}.csv`, new TextEncoder().encode('x'.repeat(i === 4 ? 500 : i))]),
);
const WHOLE = { firstEntry: 3, entryCount: 1 };

async function sampled(bytes: Uint8Array, slice: Parameters<typeof sampleArchive>[0], files: number) {
  const readRange = async (first: number, last: number) => bytes.subarray(first, last + 1);
  const found: [string, number][] = [];
  for await (const one of sampleArchive(slice, bytes.length, readRange, { files, bytes: 100 }))
    found.push([one.path, one.bytes.length]);
  return found;
}

test.each([3, 20])(
  '%i files of an archive are spread over it, with the largest; empty and too large ones are left out',
  async (files) => {
    const all = [1, 2, 3, 5, 6, 7, 8, 9].map((i) => [`${i}.csv`, i]);
    const wanted = files > all.length ? all : [all[0], all[6], all[7]];
    expect(await sampled(await zipOf(FILES), { type: 'zip', ...WHOLE }, files)).toEqual(wanted);
    expect(await sampled(await tarOf(FILES), { type: 'tar', gzip: false, ...WHOLE }, files)).toEqual(wanted);
  },
);

test('an object that is no archive, and one that is broken, has no sample', async () => {
  const bytes = new TextEncoder().encode('n,colour\n1,red\n');
  expect(await sampled(bytes, { type: 'object' }, 3)).toEqual([]);
  expect(await sampled(bytes, { type: 'zip', ...WHOLE }, 3)).toEqual([]);
});
