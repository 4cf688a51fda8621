import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { splitOf } from '#core/kinds/split.ts';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { ShardFailure, ShardPlan } from '#core/snapshot/shard-plan.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { shard } from '#stages/shard/stage.ts';
import {
  CONFIG,
  configure,
  contents,
  DATASET,
  dropCleaned,
  itemOf,
  listedShards,
  openBuckets,
  pictures,
  runIndex,
  SIDE,
} from '../index/world.ts';

const PICTURES = [...pictures(0, 90, 'b'), ...pictures(90, 120, 'a'), ...pictures(120, 150, null)];

async function indexed() {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [PICTURES.slice(0, 70), PICTURES.slice(70)]);
  const answer = await runIndex(buckets);
  return { ...buckets, ...answer, shards: await listedShards(buckets, answer) };
}

async function itemRows(data: Store, snapshotId: string): Promise<{ shard: string; part: number }[]> {
  const bytes = (await data.get(keys.snapshot(DATASET, snapshotId, 'items.parquet')))?.body.slice();
  return (await parquetReadObjects({ file: (bytes as Uint8Array<ArrayBuffer>).buffer })) as never;
}

const read = async (data: Store, snapshotId: string, file: string) =>
  decodeNpy((await data.get(keys.snapshot(DATASET, snapshotId, file)))?.body ?? new Uint8Array());

test('a shard holds the pixels and class indices of its split, in the order of the parts', async () => {
  const { data, snapshotId, shards } = await indexed();
  for (const request of shards) {
    const { name, split, items, files } = await shard({ data })(request);
    const wanted = PICTURES.filter((picture) => splitOf(itemOf(picture, '').itemId, CONFIG.split) === split);
    const pixels = await read(data, snapshotId, `${name}.npy`);
    const labels = await read(data, snapshotId, `${name}-labels.npy`);
    expect(pixels.shape).toEqual([wanted.length, SIDE, SIDE, 1]);
    expect(pixels.values).toEqual(Uint8Array.from(wanted.flatMap((picture) => [...itemOf(picture, '').bytes])));
    expect(labels.values).toEqual(
      Int32Array.from(wanted, ({ label }) => (label === null ? -1 : ['a', 'b'].indexOf(label))),
    );
    expect(items).toBe(wanted.length);
    expect(files[0]?.sha256).toBe(
      sha256((await data.get(keys.snapshot(DATASET, snapshotId, `${name}.npy`)))?.body ?? ''),
    );
  }
  expect(shards).toHaveLength(3);
});

test('each item of each of many shards lands in its own place', async () => {
  const { data, snapshotId, shards } = await indexed();
  const at = keys.snapshot(DATASET, snapshotId, 'index.json');
  const index = (await readJson(data, at, SnapshotIndex))?.value as SnapshotIndex;
  const pixels = await Promise.all(
    shards.map(async (request) => read(data, snapshotId, `${(await shard({ data })(request)).name}.npy`)),
  );
  expect(index.shards.map(({ items }) => items)).toEqual(pixels.map(({ shape }) => shape[0]));
  const found = pixels.flatMap(({ values }) =>
    Array.from({ length: values.length / SIDE ** 2 }, (_, i) =>
      sha256(values.slice(i * SIDE ** 2, (i + 1) * SIDE ** 2) as Uint8Array),
    ),
  );
  expect(found.sort()).toEqual(PICTURES.map((picture) => sha256(itemOf(picture, '').bytes)).sort());
});

test('a shard reads its own plan, not the index of all parts', async () => {
  const { data, shards } = await indexed();
  const read: string[] = [];
  const watched: Store = {
    ...data,
    get(key, ...rest) {
      read.push(key);
      return data.get(key, ...rest);
    },
  };
  for (const request of shards) await shard({ data: watched })(request);
  expect(read.filter((key) => key.endsWith('/index.json'))).toEqual([]);
  expect(read.filter((key) => /\/shards\/train-00000\.json$/.test(key))).toHaveLength(1);
});

test('a plan names the parts that have items in its shard, and no others', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  for (let i = 0; i < 12; i++) await dropCleaned(buckets, `${i}.zip`, [pictures(10 * i, 10 * i + 1 + (i % 3))]);
  const answer = await runIndex(buckets);
  for (const { shard: name } of await listedShards(buckets, answer)) {
    const plan = (await readJson(buckets.data, keys.shardPlan(DATASET, answer.snapshotId, name), ShardPlan))?.value;
    const index = await readJson(buckets.data, keys.snapshot(DATASET, answer.snapshotId, 'index.json'), SnapshotIndex);
    const rows = (await itemRows(buckets.data, answer.snapshotId)).filter((row) => row.shard === name);
    const wanted = [...new Set(rows.map(({ part }) => part))].sort((a, b) => a - b);
    expect(plan?.parts.map(({ position }) => position)).toEqual(wanted);
    for (const { position, firstItem, key } of plan?.parts ?? []) {
      expect(key).toBe(index?.value.parts[position]?.key);
      expect(firstItem).toBe(index?.value.parts.slice(0, position).reduce((sum, { items }) => sum + items, 0));
    }
  }
});

test('a repeated request writes nothing new, and a lost receipt is written again as it was', async () => {
  const { data, shards, snapshotId } = await indexed();
  const request = shards[0] as (typeof shards)[number];
  const first = await shard({ data })(request);
  const before = await contents(data, keys.snapshots(DATASET));
  const refusing = { ...data, put: () => Promise.reject(new Error('nothing is to be written')) };
  expect(await shard({ data: refusing })(request)).toEqual(first);
  await data.delete(keys.snapshot(DATASET, snapshotId, `${first.name}.json`));
  expect(await shard({ data })(request)).toEqual(first);
  expect(await contents(data, keys.snapshots(DATASET))).toEqual(before);
});

test('the receipt comes last: a shard that dies before leaves none', async () => {
  const { data, shards } = await indexed();
  const request = shards[0] as (typeof shards)[number];
  const dying: Store = {
    ...data,
    put: (key, ...rest) => (key.endsWith('-labels.npy') ? Promise.reject(new Error('died')) : data.put(key, ...rest)),
  };
  await expect(shard({ data: dying })(request)).rejects.toThrow('died');
  expect(await data.head(keys.snapshot(DATASET, request.snapshotId, `${request.shard}.json`))).toBeUndefined();
});

test('an unknown shard, a damaged table and a damaged part are named', async () => {
  const { data, shards, snapshotId } = await indexed();
  const request = shards[0] as (typeof shards)[number];
  const run = shard({ data });
  await expect(run({ ...request, shard: 'train-00099' })).rejects.toThrow(/no shard train-00099/);
  await expect(shard({ data: memoryStore() })(request)).rejects.toMatchObject({ name: 'CorruptObjectError' });

  const at = keys.shardPlan(DATASET, snapshotId, request.shard);
  const plan = (await readJson(data, at, ShardPlan))?.value as ShardPlan;
  await writeJson(data, at, { ...plan, rows: { ...plan.rows, first: 1 } });
  await expect(run(request)).rejects.toThrow(/does not match work\/digits\/.*\/train-00000\.json/);
  await writeJson(data, at, { ...plan, parts: plan.parts.slice(1) });
  await expect(run(request)).rejects.toThrow(/plan of the shard has no part 0/);
  await writeJson(data, at, plan);

  await data.put(plan.parts[0]?.key ?? '', 'no parquet');
  await expect(run(request)).rejects.toThrow(/does not match the SHA-256 in its verdict/);
  const failure = await readJson(data, keys.shardFailure(DATASET, snapshotId, request.shard), ShardFailure);
  expect(failure?.value.message).toMatch(/does not match the SHA-256 in its verdict/);
});
