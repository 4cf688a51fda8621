import { expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { Manifest, Sealed, type ShardRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import {
  assemble,
  CONFIG,
  CONFIG_ID,
  configure,
  contents,
  DATASET,
  dropCleaned,
  listedShards,
  openBuckets,
  pictures,
  request,
  runIndex,
} from '../index/world.ts';

async function bucketsOf(items: number, rejected = 0) {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, items)], { rejected });
  return buckets;
}

test('seal ends with the job, its settings from dataset.yaml unless the request says otherwise', async () => {
  const buckets = await bucketsOf(300);
  const { sealed } = await assemble(buckets, request({ train: { latentDim: 4 }, attempt: 2 }));
  expect(Sealed.parse(sealed)).toEqual(sealed);
  expect(sealed.gate).toEqual({ outcome: 'passed', missing: [], forcedBy: null });
  expect(sealed.job).toMatchObject({
    dataset: DATASET,
    snapshotId: sealed.snapshotId,
    configId: CONFIG_ID,
    attempt: 2,
  });
  expect(sealed.job?.train).toEqual({ ...CONFIG.train, latentDim: 4 });
  expect(sealed.job?.runId).toMatch(/^vae-[0-9a-f]{12}$/);
  expect(sealed.executionName).toBe(`${sealed.job?.runId}-attempt-2`);
});

test('the manifest lists the shards with their hashes, and quality counts what was left out', async () => {
  const { data, ...buckets } = await bucketsOf(300, 2);
  const { sealed, shards } = await assemble({ data, ...buckets });
  const { value: manifest } = (await readJson(data, keys.manifest(DATASET, sealed.snapshotId), Manifest)) ?? {};
  // A receipt stands for itself and has a version; in the manifest it is a part of one.
  const listed = shards.map(({ name, split, items, files }) => ({ name, split, items, files }));
  expect(manifest).toMatchObject({ configId: CONFIG_ID, labels: ['a'], shards: listed });
  const total = Object.values(manifest?.splits ?? {}).reduce((sum, items) => sum + items, 0);
  expect(total).toBe(300);
  const { value: quality } = (await readJson(data, keys.quality(DATASET, sealed.snapshotId), Quality)) ?? {};
  expect(quality).toMatchObject({
    uploads: { accepted: 0, partly: 1, rejected: 0, pending: 0 },
    items: { accepted: 300, rejected: 2, distinct: 300 },
    byIssue: { 'image.corrupt': 2 },
    byLabel: { a: 300 },
    splits: manifest?.splits,
  });
});

test('a second fit on the same data and settings is the same run, on other settings another', async () => {
  const buckets = await bucketsOf(300);
  const { sealed } = await assemble(buckets);
  const before = await contents(buckets.data, keys.snapshots(DATASET));
  const again = await assemble(buckets);
  expect(again.indexed.sealed).toBe(true);
  expect(again.sealed).toEqual(sealed);
  expect(await contents(buckets.data, keys.snapshots(DATASET))).toEqual(before);
  const longer = (await assemble(buckets, request({ train: { epochs: 8 } }))).sealed;
  expect(longer.snapshotId).toBe(sealed.snapshotId);
  expect(longer.job?.runId).not.toBe(sealed.job?.runId);
});

test('training settings changed in dataset.yaml act at once, on a snapshot that is sealed already, too', async () => {
  const buckets = await bucketsOf(300);
  const { sealed } = await assemble(buckets);
  await configure(buckets, { ...CONFIG, train: TrainConfig.parse({ epochs: 99 }) });
  const later = (await assemble(buckets)).sealed;
  expect(later.snapshotId).toBe(sealed.snapshotId);
  expect(later.job?.train.epochs).toBe(99);
});

test('too little data: no job, and how much is missing', async () => {
  const buckets = await bucketsOf(20);
  const { sealed } = await assemble(buckets);
  expect(sealed).toMatchObject({ job: null, executionName: null, gate: { outcome: 'refused' } });
  expect(sealed.gate.missing[0]).toMatchObject({ what: 'items', have: 20, need: 32 });
  const empty = openBuckets();
  await configure(empty);
  expect((await assemble(empty)).sealed.gate.missing[0]).toMatchObject({ have: 0, need: 32 });
});

test('a shard that is not there keeps the snapshot unsealed, and seal says which', async () => {
  const buckets = await bucketsOf(300);
  const answer = await runIndex(buckets);
  const { snapshotId } = answer;
  const shards = await listedShards(buckets, answer);
  const run = () => seal({ data: buckets.data })({ request: request(), snapshotId });
  await expect(run()).rejects.toThrow(/has no train-00000/);
  for (const asked of shards.slice(0, 2)) await shard({ data: buckets.data })(asked);
  await expect(run()).rejects.toThrow(/has no test-00000/);
  await expect(run()).rejects.toMatchObject({ name: 'CorruptObjectError' });
  expect(await buckets.data.head(keys.manifest(DATASET, snapshotId))).toBeUndefined();
  for (const asked of shards) await shard({ data: buckets.data })(asked);
  await buckets.data.delete(keys.snapshot(DATASET, snapshotId, 'test-00000.npy'));
  await expect(run()).rejects.toThrow(/has no test-00000/);
  await expect(seal({ data: buckets.data })({ request: request(), snapshotId: 'none' })).rejects.toThrow(/index.json/);
});

test('a shard that could not be written is named with the reason that it gave', async () => {
  const buckets = await bucketsOf(300);
  const answer = await runIndex(buckets);
  const [first, ...others] = await listedShards(buckets, answer);
  const run = shard({ data: buckets.data });
  for (const other of others) await run(other);
  for await (const { key } of buckets.data.list('parts/')) await buckets.data.delete(key);
  await expect(run(first as ShardRequest)).rejects.toThrow(/does not exist/);
  await expect(seal({ data: buckets.data })({ request: request(), snapshotId: answer.snapshotId })).rejects.toThrow(
    /has no train-00000: parts\/digits\/.* does not exist/,
  );
});

test('the receipts of many shards are read at most 64 at a time, and their files are listed', async () => {
  const buckets = await bucketsOf(300);
  const answer = await runIndex(buckets);
  const receipts = await Promise.all((await listedShards(buckets, answer)).map(shard({ data: buckets.data })));
  const at = (file: string) => keys.snapshot(DATASET, answer.snapshotId, file);
  const index = (await readJson(buckets.data, at('index.json'), SnapshotIndex))?.value as SnapshotIndex;
  const many = Array.from({ length: 300 }, (_, i) => `train-${String(i).padStart(5, '0')}`);
  for (const name of many) {
    await writeJson(buckets.data, at(`${name}.json`), { ...receipts[0], name, split: 'train', items: 1 });
    await buckets.data.put(at(`${name}.npy`), '');
    await buckets.data.put(at(`${name}-labels.npy`), '');
  }
  await writeJson(buckets.data, at('index.json'), {
    ...index,
    shards: many.map((name) => ({ name, split: 'train', items: 1 })),
  });
  let [reading, most, all, looks] = [0, 0, 0, 0];
  const watched: Store = {
    ...buckets.data,
    async get(key, ...rest) {
      const isReceipt = /\/train-\d+\.json$/.test(key);
      all += Number(isReceipt);
      reading += Number(isReceipt);
      most = Math.max(most, reading);
      // Others of the same turn start before this one ends.
      await new Promise(setImmediate);
      reading -= Number(isReceipt);
      return buckets.data.get(key, ...rest);
    },
    head(key, ...rest) {
      looks += Number(/\/train-/.test(key));
      return buckets.data.head(key, ...rest);
    },
  };
  await seal({ data: watched })({ request: request(), snapshotId: answer.snapshotId });
  expect({ all, most, looks }).toEqual({ all: 300, most: 64, looks: 0 });
});

test('a manifest of version 2, with one file of items and no digest, is read as one of version 3', async () => {
  const buckets = await bucketsOf(300);
  const { sealed } = await assemble(buckets);
  const key = keys.manifest(DATASET, sealed.snapshotId);
  const { value: manifest } = (await readJson(buckets.data, key, Manifest)) ?? {};
  expect(manifest).toMatchObject({ schemaVersion: 3, items: [{ file: 'items.parquet', rows: 300 }] });
  expect(manifest?.decisionsDigest).toMatch(/^[1-9][0-9]+$/);
  const { decisionsDigest: _, ...older } = manifest as Manifest;
  await writeJson(buckets.data, key, { ...older, schemaVersion: 2, items: manifest?.items[0], unknown: 1 });
  expect((await readJson(buckets.data, key, Manifest))?.value).toEqual({ ...manifest, decisionsDigest: null });
  await writeJson(buckets.data, key, { ...older, schemaVersion: 1 });
  await expect(readJson(buckets.data, key, Manifest)).rejects.toMatchObject({ name: 'CorruptObjectError' });
});

test('many seals at once write one manifest', async () => {
  const buckets = await bucketsOf(300);
  const answer = await runIndex(buckets);
  const { snapshotId } = answer;
  const shards = await listedShards(buckets, answer);
  await Promise.all(shards.map(shard({ data: buckets.data })));
  const run = () => seal({ data: buckets.data })({ request: request(), snapshotId });
  const all = await Promise.all(Array.from({ length: 20 }, run));
  for (const sealed of all) expect(sealed).toEqual(all[0]);
});

test.each([
  ['another split', { split: 'validation' }],
  ['another number of items', { items: 1 }],
])('a shard whose receipt says %s is not sealed', async (_, wrong) => {
  const buckets = await bucketsOf(300);
  const answer = await runIndex(buckets);
  const { snapshotId } = answer;
  const shards = await listedShards(buckets, answer);
  const receipts = await Promise.all(shards.map(shard({ data: buckets.data })));
  const train = receipts.find(({ split }) => split === 'train');
  await writeJson(buckets.data, keys.snapshot(DATASET, snapshotId, 'train-00000.json'), { ...train, ...wrong });
  await expect(seal({ data: buckets.data })({ request: request(), snapshotId })).rejects.toThrow(/has no train-00000/);
});
