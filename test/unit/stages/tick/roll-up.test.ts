import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { readRollup } from '#core/ingest/rollup.ts';
import { Rollup } from '#core/ingest/rollup-messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { KEEP_RETIRED_MS } from '#stages/tick/pointer.ts';
import { rollUp } from '#stages/tick/roll-up.ts';
import {
  assemble,
  type Buckets,
  CONFIG,
  CONFIG_ID,
  configure,
  contents,
  DATASET,
  dropCleaned,
  dropRefused,
  openBuckets,
  pictures,
} from '../index/world.ts';

/** As the real ones in all but the numbers. */
const SIZES = { leastEntries: 4, fanIn: 4 };
const always = () => true;

async function singles(buckets: Buckets, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await dropCleaned(buckets, `a/${i}.png`, [pictures(i, i + 1)]);
}

async function compact({ drop, data }: Buckets, hasTime: () => boolean = always, nowMs = 0): Promise<number> {
  const inventory = await takeInventory(drop, data, DATASET, CONFIG_ID);
  return rollUp(
    { data, hasTime, now: () => nowMs, sizes: SIZES },
    inventory,
    await readRollup(data, DATASET, CONFIG_ID),
    CONFIG,
  );
}

/** The buckets with a data bucket that counts what is read from it, by prefix. */
function counting({ drop, data }: Buckets): { buckets: Buckets; reads: Record<string, number> } {
  const reads: Record<string, number> = {};
  const counted: Store = {
    ...data,
    get(key, options) {
      const prefix = key.split('/')[0] as string;
      reads[prefix] = (reads[prefix] ?? 0) + 1;
      return data.get(key, options);
    },
  };
  return { buckets: { drop, data: counted }, reads };
}

async function details({ drop, data }: Buckets) {
  const inventory = await takeInventory(drop, data, DATASET, CONFIG_ID);
  const found = await readDetails(data, inventory);
  return { ...found, counts: countInventory(inventory, found) };
}

const pointerOf = async ({ data }: Buckets) => (await readJson(data, keys.rollup(DATASET, CONFIG_ID), Rollup))?.value;

test('what was rolled up is not read one by one again', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 7);
  await dropRefused(buckets, 'bad.png');
  const before = await details(buckets);
  expect(await compact(buckets)).toBe(8);
  const { buckets: counted, reads } = counting(buckets);
  const after = await details(counted);
  expect(after.verdicts).toEqual(before.verdicts);
  expect(after.refusals).toEqual(before.refusals);
  expect(after.counts).toEqual(before.counts);
  expect(reads).toEqual({ rollups: 2 });
});

test('what is newer is read one by one beside it', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 4);
  await compact(buckets);
  await singles(buckets, 4, 7);
  const { buckets: counted, reads } = counting(buckets);
  expect((await details(counted)).counts.items.accepted).toBe(7);
  expect(reads.verdicts).toBe(3);
});

test('a few new verdicts are left alone until they are worth a file', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, SIZES.leastEntries - 1);
  expect(await compact(buckets)).toBe(0);
  expect(await pointerOf(buckets)).toBeUndefined();
});

test('a snapshot is the same, byte for byte, whether or not its parts were rolled up', async () => {
  const buckets = openBuckets();
  await configure(buckets);
  await singles(buckets, 0, 12);
  await dropCleaned(buckets, 'many.zip', [pictures(100, 400), pictures(400, 420)]);
  const plain = await assemble(buckets);
  const wanted = await contents(buckets.data, keys.snapshot(DATASET, plain.indexed.snapshotId, ''));

  for await (const { key } of buckets.data.list(keys.snapshots(DATASET))) await buckets.data.delete(key);
  await compact(buckets);
  const { buckets: counted, reads } = counting(buckets);
  const rolled = await assemble(counted);
  expect(rolled.indexed.snapshotId).toBe(plain.indexed.snapshotId);
  const found = await contents(buckets.data, keys.snapshot(DATASET, plain.indexed.snapshotId, ''));
  const { [keys.snapshot(DATASET, plain.indexed.snapshotId, 'index.json')]: _, ...files } = wanted;
  expect(found).toMatchObject(files);
  // The large part only; the 13 small ones lie in one file.
  expect(reads.parts).toBeLessThanOrEqual(1 + rolled.indexed.shards);
});

test('files of one size become one, so their number grows with the logarithm of the drops', async () => {
  const buckets = openBuckets();
  for (let round = 0; round < 5; round++) {
    await singles(buckets, round * 4, (round + 1) * 4);
    await compact(buckets);
  }
  const pointer = await pointerOf(buckets);
  expect(pointer?.files.map(({ entries }) => entries).sort((a, b) => b - a)).toEqual([16, 4]);
  expect(pointer?.generation).toBe(6);
  const { buckets: counted, reads } = counting(buckets);
  expect((await details(counted)).verdicts).toHaveLength(20);
  expect(reads).toEqual({ rollups: 3 });
});

test('whoever holds an older pointer still reads all that it tells of', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 4);
  await compact(buckets);
  const old = await readRollup(buckets.data, DATASET, CONFIG_ID);
  for (let round = 1; round < 5; round++) {
    await singles(buckets, round * 4, (round + 1) * 4);
    await compact(buckets);
  }
  const older: Store = {
    ...buckets.data,
    get: (key, options) =>
      key === keys.rollup(DATASET, CONFIG_ID)
        ? Promise.resolve({
            body: new TextEncoder().encode(JSON.stringify(old.pointer?.value)),
            size: 0,
            etag: '"old"',
            versionId: undefined,
          })
        : buckets.data.get(key, options),
  };
  const again = await readRollup(older, DATASET, CONFIG_ID);
  expect([...again.verdicts.keys()]).toEqual([...old.verdicts.keys()]);
  expect(again.verdicts.size).toBe(4);
});

test('files that were merged stay for a week, for readers of an older pointer, and go then', async () => {
  const buckets = openBuckets();
  for (let round = 0; round < 4; round++) {
    await singles(buckets, round * 4, (round + 1) * 4);
    await compact(buckets);
  }
  const there = async () => Object.keys(await contents(buckets.data, `rollups/${DATASET}/`)).sort();
  const retired = (await pointerOf(buckets))?.retired.map(({ key }) => key) ?? [];
  // Four files of entries, each with one of rows.
  expect(retired).toHaveLength(8);
  const before = await there();
  expect(before).toEqual(expect.arrayContaining(retired));
  await compact(buckets, always, KEEP_RETIRED_MS - 1);
  expect(await there()).toEqual(before);
  await compact(buckets, always, KEEP_RETIRED_MS);
  expect(await there()).toEqual(before.filter((key) => !retired.includes(key)));
  expect((await pointerOf(buckets))?.retired).toEqual([]);
  expect((await details(buckets)).counts.items.accepted).toBe(16);
});

test('a file that came back is not deleted for having been retired', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 4);
  await compact(buckets);
  const pointer = await readJson(buckets.data, keys.rollup(DATASET, CONFIG_ID), Rollup);
  const files = (await readRollup(buckets.data, DATASET, CONFIG_ID)).files;
  const all = [...(pointer?.value.files ?? []), ...files.flatMap(({ parts }) => parts)].map(({ key }) => key);
  expect(all).toHaveLength(2);
  const at = new Date(0).toISOString();
  await writeJson(buckets.data, keys.rollup(DATASET, CONFIG_ID), {
    ...pointer?.value,
    retired: all.map((key) => ({ key, at })),
  });
  await compact(buckets, always, KEEP_RETIRED_MS);
  expect((await pointerOf(buckets))?.retired).toEqual([]);
  expect((await details(buckets)).counts.items.accepted).toBe(4);
  expect((await readRollup(buckets.data, DATASET, CONFIG_ID)).verdicts.size).toBe(4);
  for (const key of all) expect(await buckets.data.head(key), key).toBeDefined();
});

test('what no longer counts is left out when files are merged', async () => {
  const buckets = openBuckets();
  for (let round = 0; round < 4; round++) {
    await singles(buckets, round * 4, (round + 1) * 4);
    if (round === 3) for (let i = 0; i < 6; i++) await buckets.drop.delete(`${DATASET}/a/${i}.png`);
    await compact(buckets);
  }
  expect((await pointerOf(buckets))?.files.map(({ entries }) => entries)).toEqual([10]);
  expect((await details(buckets)).counts.items.accepted).toBe(10);
});

test('of two passes at once one moves the pointer, and nothing is told twice', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 8);
  await Promise.all([compact(buckets), compact(buckets), compact(buckets)]);
  const pointer = await pointerOf(buckets);
  expect(pointer?.files.map(({ entries }) => entries)).toEqual([8]);
});

test('wherever a pass dies, readers read what they read before and the next pass goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(8), async (dies) => {
      const buckets = openBuckets();
      for (let round = 0; round < 3; round++) {
        await singles(buckets, round * 4, (round + 1) * 4);
        await compact(buckets);
      }
      await singles(buckets, 12, 16);
      const before = await details(buckets);
      let writes = 0;
      const mortal: Store = {
        ...buckets.data,
        async put(key, body, options) {
          if (writes++ === dies) throw new Error('killed');
          return buckets.data.put(key, body, options);
        },
      };
      await compact({ drop: buckets.drop, data: mortal }).catch(() => undefined);
      expect((await details(buckets)).verdicts).toEqual(before.verdicts);
      await compact(buckets);
      expect((await details(buckets)).verdicts).toEqual(before.verdicts);
      expect((await pointerOf(buckets))?.files.map(({ entries }) => entries)).toEqual([16]);
    }),
    { numRuns: 8, examples: [[0], [1], [2], [3], [4], [5]] },
  );
});

test('a pass without time left ends between two files, and the next goes on there', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 7);
  expect(await compact(buckets, () => false)).toBe(0);
  expect(await compact(buckets)).toBe(7);
});

test('a file that is not what its pointer tells stops the reading instead of being believed', async () => {
  const buckets = openBuckets();
  await singles(buckets, 0, 4);
  await compact(buckets);
  const key = (await pointerOf(buckets))?.files[0]?.key as string;
  await buckets.data.put(key, 'other bytes');
  await expect(details(buckets)).rejects.toThrow('is not what its pointer tells');
});
