// The phases of an index as `status` shows them, from the documents that the real stages write.
import { expect, test } from 'vitest';
import { type Indexing, readIndexing } from '#client/datasets/indexing.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { printStatus } from '../../../cli/print/data/status.ts';
import { DATASET as RANDOM, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { STATUS } from '../cli/canary-outputs.ts';
import {
  configure,
  DATASET,
  dropCleaned,
  listedShards,
  openBuckets,
  pictures,
  request,
  runIndex,
} from '../stages/index/world.ts';
import { PLAIN } from './memory-deployment.ts';

const phaseOf = async (data: Store, dataset: string) => {
  const found = await readIndexing(data, dataset);
  return found && `${found.phase} ${found.done}/${found.total}, ${found.items} items`;
};

test('batches are gathered, then Spark decides', async () => {
  const { drop, data } = await randomDataset('image', { seed: 3, items: 60 });
  expect(await readIndexing(data, RANDOM)).toBeNull();
  const prepared = await prepare({ drop, data }, RANDOM);
  const { snapshotId } = prepared;
  const { batches } = await planBatches(data, prepared);
  expect(await phaseOf(data, RANDOM)).toBe(`gather 0/${batches}, 60 items`);
  for (let batch = 0; batch < batches; batch++) await gather({ data })({ dataset: RANDOM, snapshotId, batch });
  expect(await phaseOf(data, RANDOM)).toBe('decide 0/1, 60 items');
  const gathered = (await readIndexing(data, RANDOM))?.usd ?? 0;
  await data.put(keys.decided(RANDOM, snapshotId, 'decided.json'), '{}');
  expect(await phaseOf(data, RANDOM)).toBe('decide 1/1, 60 items');
  expect((await readIndexing(data, RANDOM))?.usd).toBeGreaterThan(gathered);
});

test('shards are written, and a sealed snapshot is no longer shown', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 40, 'a')]);
  const indexed = await runIndex(buckets);
  const shards = await listedShards(buckets, indexed);
  const { data } = buckets;
  expect(await phaseOf(data, DATASET)).toBe(`shards 0/${shards.length}, 40 items`);
  for (const [done, one] of shards.entries()) {
    expect(await phaseOf(data, DATASET)).toBe(`shards ${done}/${shards.length}, 40 items`);
    await shard({ data })(one);
  }
  await seal({ data })({ request: request(), snapshotId: indexed.snapshotId });
  expect(await readIndexing(data, DATASET)).toBeNull();
});

test('an index that was given up before the last snapshot was sealed is not shown', async () => {
  const { drop, data } = await randomDataset('image', { seed: 3, items: 60 });
  await planBatches(data, await prepare({ drop, data }, RANDOM));
  const manifest = keys.manifest(RANDOM, 'later');
  await data.put(keys.shardList(RANDOM, 'later'), '[]');
  await data.put(manifest, '{}');
  const sealedAt = (ms: number): Store => ({
    ...data,
    async head(key) {
      const facts = await data.head(key);
      return facts && { ...facts, modifiedAt: new Date(key === manifest ? ms : 1_000) };
    },
  });
  expect(await readIndexing(sealedAt(2_000), RANDOM)).toBeNull();
  expect(await phaseOf(sealedAt(500), RANDOM)).toMatch(/^gather 0/);
});

test('status says the phase, the last document and the cost, where AWS is billed', () => {
  const indexing = {
    ...{ snapshotId: 'c0ffee', phase: 'gather', done: 412, total: 1_250, items: 100_000_000 },
    ...{ changedAt: '2026-11-30T14:03:09.000Z', usd: 1.3184 },
  } satisfies Indexing;
  const shown = (differs: object) => printStatus({ ...STATUS, indexing: { ...indexing, ...differs } }, PLAIN);
  expect(shown({})).toMatch(
    /indexing +c0ffee +gather: 412 of 1,250 batches, 100,000,000 items, last written 2026-11-30 14:03 UTC, about \$1\.32 so far/,
  );
  expect(shown({ phase: 'decide', usd: null })).toMatch(/decide: Spark, 100,000,000 items, last written .* UTC$/m);
  expect(shown({ phase: 'shards', usd: 0.001 })).toContain('412 of 1,250 shards');
  expect(shown({ usd: 0.001 })).toContain('less than $0.01 so far');
});
