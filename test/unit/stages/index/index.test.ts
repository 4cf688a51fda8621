import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { Verdict } from '#core/ingest/messages.ts';
import { splitOf } from '#core/kinds/split.ts';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys, unitName } from '#core/store/keys.ts';
import { index } from '#stages/index/stage.ts';
import {
  assemble,
  type Buckets,
  CONFIG,
  CONFIG_ID,
  configure,
  contents,
  DATASET,
  dropCleaned,
  dropObject,
  dropRefused,
  listedShards,
  openBuckets,
  pictures,
  request,
  runIndex,
} from './world.ts';

type Row = {
  itemId: string;
  path: string;
  label: string | null;
  split: string | null;
  shard: string | null;
  position: number | null;
  part: number;
  row: number;
  source: string;
  duplicateOf: string | null;
};

async function itemRows({ data }: Buckets, snapshotId: string): Promise<Row[]> {
  const bytes = (await data.get(keys.snapshot(DATASET, snapshotId, 'items.parquet')))?.body.slice();
  return (await parquetReadObjects({ file: (bytes as Uint8Array<ArrayBuffer>).buffer })) as Row[];
}

async function indexFile({ data }: Buckets, snapshotId: string): Promise<SnapshotIndex> {
  return (await readJson(data, keys.snapshot(DATASET, snapshotId, 'index.json'), SnapshotIndex))
    ?.value as SnapshotIndex;
}

test('index without a configuration says what to do', async () => {
  await expect(runIndex(openBuckets())).rejects.toMatchObject({
    name: 'NoConfigurationError',
    message: expect.stringContaining('goldpan put <folder> --dataset digits'),
  });
});

test('index of a dataset without any item is an empty snapshot, for the gate to refuse', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  const { snapshotId, shards, sealed } = await runIndex(buckets);
  expect({ shards, sealed }).toEqual({ shards: 0, sealed: false });
  expect((await indexFile(buckets, snapshotId)).counts.items).toEqual({ accepted: 0, rejected: 0, distinct: 0 });
});

test('index keeps the first of equal items and lists the others with what they duplicate', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'b.zip', [[{ number: 1, path: 'late.png', label: 'x' }, ...pictures(10, 20, 'x')]]);
  await dropCleaned(buckets, 'a.zip', [
    pictures(100, 105, 'y'),
    [
      { number: 1, path: 'first.png', label: 'x' },
      { number: 1, path: 'again.png', label: 'x' },
    ],
  ]);
  const { snapshotId } = await runIndex(buckets);
  const rows = await itemRows(buckets, snapshotId);
  const copies = rows.filter(({ path }) => ['late.png', 'first.png', 'again.png'].includes(path));
  expect(copies.map(({ path, duplicateOf, shard }) => ({ path, duplicateOf, placed: shard !== null }))).toEqual([
    { path: 'first.png', duplicateOf: null, placed: true },
    { path: 'again.png', duplicateOf: 'first.png', placed: false },
    { path: 'late.png', duplicateOf: 'first.png', placed: false },
  ]);
  const { counts, examples } = await indexFile(buckets, snapshotId);
  expect(counts).toMatchObject({
    items: { accepted: 18, rejected: 0, distinct: 16 },
    byIssue: { 'item.duplicate': 2 },
    byLabel: { x: 11, y: 5 },
    conflictingLabels: 0,
  });
  expect(examples.map(({ place }) => place.path)).toEqual(['again.png', 'late.png']);
});

test('equal items with different labels are counted as conflicting and the first label counts', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.png', [[{ number: 7, path: 'a.png', label: 'one' }]]);
  await dropCleaned(buckets, 'b.png', [[{ number: 7, path: 'b.png', label: 'seven' }]]);
  await dropCleaned(buckets, 'c.png', [[{ number: 7, path: 'c.png', label: null }]]);
  const { counts, labels } = await indexFile(buckets, (await runIndex(buckets)).snapshotId);
  expect(counts).toMatchObject({ conflictingLabels: 1, byLabel: { one: 1 } });
  expect(labels).toEqual(['one']);
});

test('items are split as core/split.ts says, and lie in the order of shards and places', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 150), pictures(150, 300, 'b')]);
  const answer = await runIndex(buckets);
  const { snapshotId } = answer;
  const rows = await itemRows(buckets, snapshotId);
  expect(rows).toHaveLength(300);
  for (const { itemId, split } of rows) expect(split).toBe(splitOf(itemId, CONFIG.split));
  const planned = (await indexFile(buckets, snapshotId)).shards;
  expect(planned.map(({ name }) => name)).toEqual(['train-00000', 'validation-00000', 'test-00000']);
  expect(answer.shards).toBe(3);
  expect((await listedShards(buckets, answer)).map(({ shard }) => shard)).toEqual(planned.map(({ name }) => name));
  expect(rows.map(({ shard, position }) => [shard, position])).toEqual(
    planned.flatMap(({ name, items }) => Array.from({ length: items }, (_, position) => [name, position])),
  );
});

test('uploads that are pending, refused, overwritten or deleted do not count', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'whole.zip', [pictures(0, 3)]);
  await dropCleaned(buckets, 'half.zip', [pictures(10, 13), pictures(13, 16)], { cleaned: 1 });
  await dropObject(buckets, 'untouched.png');
  await dropRefused(buckets, 'empty.png');
  await dropCleaned(buckets, 'gone.png', [pictures(20, 21)]);
  await buckets.drop.delete(`${DATASET}/gone.png`);
  await dropCleaned(buckets, 'changed.png', [pictures(30, 31)]);
  await dropCleaned(buckets, 'changed.png', [pictures(31, 32)]);
  await dropObject(buckets, 'dataset.yaml');
  const { snapshotId } = await runIndex(buckets);
  const numbers = (await itemRows(buckets, snapshotId)).map(({ path }) => path).sort();
  expect(numbers).toEqual(['a/0.png', 'a/1.png', 'a/2.png', 'a/31.png']);
  expect((await indexFile(buckets, snapshotId)).counts).toMatchObject({
    uploads: { accepted: 2, partly: 0, rejected: 1, pending: 2 },
    byIssue: { 'upload.empty': 1 },
  });
});

test('an object brought back with the same content brings back the same snapshot', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 50)]);
  const { indexed } = await assemble(buckets);
  await dropCleaned(buckets, 'b.png', [pictures(90, 91)]);
  expect((await runIndex(buckets)).snapshotId).not.toBe(indexed.snapshotId);
  await buckets.drop.delete(`${DATASET}/b.png`);
  await buckets.drop.delete(`${DATASET}/a.zip`);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 50)]);
  expect(await runIndex(buckets)).toEqual({
    request: request(),
    snapshotId: indexed.snapshotId,
    sealed: true,
    tooLarge: false,
    forSpark: false,
    toAlign: false,
    align: [],
    shards: 0,
  });
});

test('more items than a function takes are counted before anything is read, and left to a container', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 50)]);
  const scratch = join(tmpdir(), 'never made');
  const counted = await index({ ...buckets, scratch, mostItems: 49 })(request());
  expect(counted).toMatchObject({ sealed: false, tooLarge: true, forSpark: false, shards: 0 });
  const withSpark = index({ ...buckets, scratch, mostItems: 1, mostAnywhere: 49, hasSpark: true });
  expect(await withSpark(request())).toMatchObject({ tooLarge: true, forSpark: true });
  expect(Object.keys(await contents(buckets.data, 'snapshots/'))).toEqual([]);
  const indexed = await index({ ...buckets, scratch: tmpdir(), mostItems: 50 })(request());
  expect(indexed).toMatchObject({ snapshotId: counted.snapshotId, tooLarge: false });
});

test('more items than one process takes are refused before anything is read or aligned, with what to do', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 50)]);
  const scratch = join(tmpdir(), 'never made');
  const run = index({ ...buckets, scratch, mostItems: Number.POSITIVE_INFINITY, mostAnywhere: 49 });
  await expect(run(request())).rejects.toMatchObject({
    name: 'TooManyItemsError',
    message:
      'Dataset digits has 50 accepted items; a snapshot has at most 49. Split it into several datasets, or remove uploads with goldpan rm. The last snapshot is unchanged.',
  });
  expect(Object.keys(await contents(buckets.data, 'snapshots/'))).toEqual([]);
});

test('a part that is not what its verdict tells stops index, and the scratch folder is left empty', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  const uploadId = await dropCleaned(buckets, 'a.zip', [pictures(0, 50)]);
  const place = { dataset: DATASET, configId: CONFIG_ID, uploadId, unit: unitName(0, 1) };
  const key = (await readJson(buckets.data, keys.verdict(place), Verdict))?.value.part?.key ?? '';
  const part = await buckets.data.get(key);
  const scratch = await mkdtemp(join(tmpdir(), 'goldpan-test-'));
  const run = () => index({ ...buckets, scratch })(request());
  try {
    await buckets.data.put(key, part?.body.subarray(0, 100) ?? '');
    await expect(run()).rejects.toMatchObject({
      name: 'CorruptObjectError',
      message: expect.stringMatching(/verdict/),
    });
    await buckets.data.delete(key);
    await expect(run()).rejects.toMatchObject({
      name: 'CorruptObjectError',
      message: expect.stringMatching(/does not exist/),
    });
    await buckets.data.put(key, part?.body ?? '');
    await expect(run()).resolves.toMatchObject({ sealed: false });
    expect(await readdir(scratch)).toEqual([]);
  } finally {
    await rm(scratch, { recursive: true });
  }
});
