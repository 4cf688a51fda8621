// What is gathered for Spark: the same bytes whenever, and faults by name.
import { expect, test } from 'vitest';
import { decodeColumns } from '#core/base/parquet-columns.ts';
import { GatherBatch, GatherPlan, GatherTally } from '#core/snapshot/distributed.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { indexBySpark } from '#stages/index/by-spark.ts';
import { planGather } from '#stages/index/gather/plan.ts';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { report } from '#stages/index/report/stage.ts';
import { DATASET, type RandomKind, randomDataset } from '../../../fixtures/spark/random-datasets.ts';
import { contents } from './world.ts';

const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });

async function planned(kind: RandomKind = 'image', items = 60) {
  const { drop, data } = await randomDataset(kind, { seed: 3, items });
  const prepared = await prepare({ drop, data }, DATASET);
  const { batches } = await planBatches(data, prepared);
  return { drop, data, prepared, batches, snapshotId: prepared.snapshotId };
}

async function gatherAll(data: Store, snapshotId: string, batches: number) {
  for (let batch = 0; batch < batches; batch++) await gather({ data })({ dataset: DATASET, snapshotId, batch });
}

test.each(['image', 'text', 'audio', 'table'] as const)(
  'every item of %s is gathered once, twice gives the same bytes',
  async (kind) => {
    const { data, snapshotId, batches, prepared } = await planned(kind);
    await gatherAll(data, snapshotId, batches);
    const first = await contents(data, 'work/');
    await gatherAll(data, snapshotId, batches);
    expect(await contents(data, 'work/')).toEqual(first);
    const items: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const bytes = (await data.get(keys.features(DATASET, snapshotId, batch)))?.body as Uint8Array;
      const rows = await decodeColumns<Record<string, unknown>, string>(bytes, ['item', 'better1', 'better2']);
      for (const { item, better1, better2 } of rows) {
        items.push(Number(item));
        expect([better1, better2].every(Number.isFinite)).toBe(true);
      }
      const tally = (await readJson(data, keys.tally(DATASET, snapshotId, batch), GatherTally))?.value;
      expect(tally?.features.rows).toBe(rows.length);
    }
    expect(items).toEqual(Array.from({ length: prepared.items }, (_, item) => item));
  },
);

test('uploads are numbered in the order of the parts, and single files share a batch', async () => {
  const { data, snapshotId, batches, prepared } = await planned();
  expect(batches).toBe(1);
  const listed = (await readJson(data, keys.gatherBatch(DATASET, snapshotId, 0), GatherBatch))?.value.parts ?? [];
  const names = [...new Set(prepared.parts.map(({ sourceKey }) => sourceKey))];
  expect(listed.map(({ upload }) => names[upload])).toEqual(prepared.parts.map(({ sourceKey }) => sourceKey));
  expect((await readJson(data, keys.gatherPlan(DATASET, snapshotId), GatherPlan))?.value).toMatchObject({
    batches: 1,
    items: 60,
  });
});

test.each([
  ['gone', /does not exist/],
  ['changed', /does not match the SHA-256/],
] as const)('a part that is %s ends the batch with its name', async (what, words) => {
  const { data, snapshotId, prepared } = await planned();
  const key = prepared.parts[1]?.key as string;
  if (what === 'gone') await data.delete(key);
  else await data.put(key, 'other');
  const gathering = gather({ data })({ dataset: DATASET, snapshotId, batch: 0 });
  await expect(gathering).rejects.toThrow(words);
  await expect(gathering).rejects.toThrow(key);
});

test('a part that is shorter than its verdict ends the batch with its name and both numbers', async () => {
  const { data, snapshotId } = await planned();
  const key = keys.gatherBatch(DATASET, snapshotId, 0);
  const listed = (await readJson(data, key, GatherBatch))?.value as GatherBatch;
  const parts = listed.parts.map((part, at) => ({ ...part, items: part.items + (at === 1 ? 1 : 0) }));
  await data.delete(key);
  await writeJson(data, key, { ...listed, parts });
  const { key: part, items } = listed.parts[1] as GatherBatch['parts'][number];
  await expect(gather({ data })({ dataset: DATASET, snapshotId, batch: 0 })).rejects.toThrow(
    new RegExp(`${part.slice(-20)}.* contains ${items} items; its verdict lists ${items + 1}`),
  );
});

test('nothing is reported of a snapshot that was not decided about; the last one stays', async () => {
  const { drop, data, snapshotId, batches } = await planned();
  await gatherAll(data, snapshotId, batches);
  await expect(report({ drop, data })({ request, snapshotId })).rejects.toThrow(/decided.json does not exist/);
  expect(await contents(data, 'snapshots/')).toEqual({});
  const failing = indexBySpark({ drop, data, decide: () => Promise.reject(new Error('no Java')) });
  await expect(failing(request)).rejects.toThrow('no Java');
  expect(await contents(data, 'snapshots/')).toEqual({});
});

test('uploads that arrive while Spark decides make another snapshot, which is not reported as decided', async () => {
  const { drop, data, snapshotId } = await planned();
  await drop.delete(`${DATASET}/b.zip`);
  expect(await report({ drop, data })({ request, snapshotId })).toMatchObject({
    tooLarge: true,
    sealed: false,
    shards: 0,
  });
});

test('the plan for many machines names the batches and the settings of Spark by their addresses, and is the same twice', async () => {
  const { drop, data, snapshotId } = await planned();
  const plan = planGather({ drop, data });
  const answer = await plan({ request, snapshotId: 'older' });
  expect(answer).toEqual({
    request,
    snapshotId,
    batches: 1,
    settings: `s3://${data.bucket}/work/${DATASET}/${snapshotId}/settings.json`,
  });
  const first = await contents(data, 'work/');
  const settings = JSON.parse(
    new TextDecoder().decode((await data.get(keys.decideSettings(DATASET, snapshotId)))?.body),
  );
  expect(settings).toMatchObject({
    work: `s3://${data.bucket}/work/${DATASET}/${snapshotId}`,
    output: `s3://${data.bucket}/work/${DATASET}/${snapshotId}/decided`,
    batches: 1,
  });
  expect(await plan({ request, snapshotId })).toEqual(answer);
  expect(await contents(data, 'work/')).toEqual(first);
});
