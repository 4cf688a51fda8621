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
  CONFIG,
  CONFIG_ID,
  configure,
  contents,
  DATASET,
  dropCleaned,
  dropObject,
  dropRefused,
  openWorld,
  pictures,
  request,
  runIndex,
  type World,
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

async function itemRows({ data }: World, snapshotId: string): Promise<Row[]> {
  const bytes = (await data.get(keys.snapshot(DATASET, snapshotId, 'items.parquet')))?.body.slice();
  return (await parquetReadObjects({ file: (bytes as Uint8Array<ArrayBuffer>).buffer })) as Row[];
}

async function indexFile({ data }: World, snapshotId: string): Promise<SnapshotIndex> {
  return (await readJson(data, keys.snapshot(DATASET, snapshotId, 'index.json'), SnapshotIndex))
    ?.value as SnapshotIndex;
}

test('index without a configuration says what to do', async () => {
  await expect(runIndex(openWorld())).rejects.toMatchObject({
    name: 'NoConfigurationError',
    message: expect.stringContaining('goldpan put <folder> --dataset digits'),
  });
});

test('index of a dataset without any item is an empty snapshot, for the gate to refuse', async () => {
  const world = openWorld();
  await configure(world);
  const { snapshotId, shards, sealed } = await runIndex(world);
  expect({ shards, sealed }).toEqual({ shards: [], sealed: false });
  expect((await indexFile(world, snapshotId)).counts.items).toEqual({ accepted: 0, rejected: 0, distinct: 0 });
});

test('index keeps the first of equal items and lists the others with what they duplicate', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'b.zip', [[{ number: 1, path: 'late.png', label: 'x' }, ...pictures(10, 20, 'x')]]);
  await dropCleaned(world, 'a.zip', [
    pictures(100, 105, 'y'),
    [
      { number: 1, path: 'first.png', label: 'x' },
      { number: 1, path: 'again.png', label: 'x' },
    ],
  ]);
  const { snapshotId } = await runIndex(world);
  const rows = await itemRows(world, snapshotId);
  const copies = rows.filter(({ path }) => ['late.png', 'first.png', 'again.png'].includes(path));
  expect(copies.map(({ path, duplicateOf, shard }) => ({ path, duplicateOf, placed: shard !== null }))).toEqual([
    { path: 'first.png', duplicateOf: null, placed: true },
    { path: 'again.png', duplicateOf: 'first.png', placed: false },
    { path: 'late.png', duplicateOf: 'first.png', placed: false },
  ]);
  const { counts, examples } = await indexFile(world, snapshotId);
  expect(counts).toMatchObject({
    items: { accepted: 18, rejected: 0, distinct: 16 },
    byIssue: { 'item.duplicate': 2 },
    byLabel: { x: 11, y: 5 },
    conflictingLabels: 0,
  });
  expect(examples.map(({ place }) => place.path)).toEqual(['again.png', 'late.png']);
});

test('equal items with different labels are counted as conflicting and the first label counts', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'a.png', [[{ number: 7, path: 'a.png', label: 'one' }]]);
  await dropCleaned(world, 'b.png', [[{ number: 7, path: 'b.png', label: 'seven' }]]);
  await dropCleaned(world, 'c.png', [[{ number: 7, path: 'c.png', label: null }]]);
  const { counts, labels } = await indexFile(world, (await runIndex(world)).snapshotId);
  expect(counts).toMatchObject({ conflictingLabels: 1, byLabel: { one: 1 } });
  expect(labels).toEqual(['one']);
});

test('items are split as core/split.ts says, and lie in the order of shards and places', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'a.zip', [pictures(0, 150), pictures(150, 300, 'b')]);
  const { snapshotId, shards } = await runIndex(world);
  const rows = await itemRows(world, snapshotId);
  expect(rows).toHaveLength(300);
  for (const { itemId, split } of rows) expect(split).toBe(splitOf(itemId, CONFIG.split));
  const planned = (await indexFile(world, snapshotId)).shards;
  expect(planned.map(({ name }) => name)).toEqual(['train-00000', 'validation-00000', 'test-00000']);
  expect(shards.map(({ shard }) => shard)).toEqual(planned.map(({ name }) => name));
  expect(rows.map(({ shard, position }) => [shard, position])).toEqual(
    planned.flatMap(({ name, items }) => Array.from({ length: items }, (_, position) => [name, position])),
  );
});

test('uploads that are pending, refused, overwritten or deleted do not count', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'whole.zip', [pictures(0, 3)]);
  await dropCleaned(world, 'half.zip', [pictures(10, 13), pictures(13, 16)], { cleaned: 1 });
  await dropObject(world, 'untouched.png');
  await dropRefused(world, 'empty.png');
  await dropCleaned(world, 'gone.png', [pictures(20, 21)]);
  await world.drop.delete(`${DATASET}/gone.png`);
  await dropCleaned(world, 'changed.png', [pictures(30, 31)]);
  await dropCleaned(world, 'changed.png', [pictures(31, 32)]);
  await dropObject(world, 'dataset.yaml');
  const { snapshotId } = await runIndex(world);
  const numbers = (await itemRows(world, snapshotId)).map(({ path }) => path).sort();
  expect(numbers).toEqual(['a/0.png', 'a/1.png', 'a/2.png', 'a/31.png']);
  expect((await indexFile(world, snapshotId)).counts).toMatchObject({
    uploads: { accepted: 2, partly: 0, rejected: 1, pending: 2 },
    byIssue: { 'upload.empty': 1 },
  });
});

test('an object brought back with the same content brings back the same snapshot', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'a.zip', [pictures(0, 50)]);
  const { indexed } = await assemble(world);
  await dropCleaned(world, 'b.png', [pictures(90, 91)]);
  expect((await runIndex(world)).snapshotId).not.toBe(indexed.snapshotId);
  await world.drop.delete(`${DATASET}/b.png`);
  await world.drop.delete(`${DATASET}/a.zip`);
  await dropCleaned(world, 'a.zip', [pictures(0, 50)]);
  expect(await runIndex(world)).toEqual({
    request: request(),
    snapshotId: indexed.snapshotId,
    sealed: true,
    tooLarge: false,
    toAlign: false,
    align: [],
    shards: [],
  });
});

test('more items than a function takes are counted before anything is read, and left to a container', async () => {
  const world = openWorld();
  await configure(world);
  await dropCleaned(world, 'a.zip', [pictures(0, 50)]);
  const scratch = join(tmpdir(), 'never made');
  const counted = await index({ ...world, scratch, mostItems: 49 })(request());
  expect(counted).toMatchObject({ sealed: false, tooLarge: true, shards: [] });
  expect(Object.keys(await contents(world.data, 'snapshots/'))).toEqual([]);
  const indexed = await index({ ...world, scratch: tmpdir(), mostItems: 50 })(request());
  expect(indexed).toMatchObject({ snapshotId: counted.snapshotId, tooLarge: false });
});

test('a part that is not what its verdict tells stops index, and the scratch folder is left empty', async () => {
  const world = openWorld();
  await configure(world);
  const uploadId = await dropCleaned(world, 'a.zip', [pictures(0, 50)]);
  const place = { dataset: DATASET, configId: CONFIG_ID, uploadId, unit: unitName(0, 1) };
  const key = (await readJson(world.data, keys.verdict(place), Verdict))?.value.part?.key ?? '';
  const part = await world.data.get(key);
  const scratch = await mkdtemp(join(tmpdir(), 'goldpan-test-'));
  const run = () => index({ ...world, scratch })(request());
  try {
    await world.data.put(key, part?.body.subarray(0, 100) ?? '');
    await expect(run()).rejects.toMatchObject({
      name: 'CorruptObjectError',
      message: expect.stringMatching(/verdict/),
    });
    await world.data.delete(key);
    await expect(run()).rejects.toMatchObject({
      name: 'CorruptObjectError',
      message: expect.stringMatching(/does not exist/),
    });
    await world.data.put(key, part?.body ?? '');
    await expect(run()).resolves.toMatchObject({ sealed: false });
    expect(await readdir(scratch)).toEqual([]);
  } finally {
    await rm(scratch, { recursive: true });
  }
});
