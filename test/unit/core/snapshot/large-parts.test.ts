// A part may be larger than a function's memory: it is read in ranges, a row group at a time, and only those that are needed.
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { encodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import { SnapshotConfig } from '#core/kinds/config.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { writePlans } from '#stages/index/shards/write-plans.ts';
import { eachPartItem } from '#stages/shard/part-items.ts';
import { CONFIG } from '../../stages/index/world.ts';

const ROWS = 230_000;
/** Of the writer: the first row group has 1,000 rows, the others this many. */
const GROUP_ROWS = 100_000;
const KEY = 'parts/large.parquet';
const COLUMNS = { itemId: { type: 'STRING' }, number: { type: 'INT32' } } as const;
const idOf = (row: number) => row.toString(16).padStart(16, '0');
const BYTES = encodeColumns(
  COLUMNS,
  Array.from({ length: ROWS }, (_, row) => ({ itemId: idOf(row), number: row })),
);
const PART = { key: KEY, sha256: sha256(BYTES), items: ROWS };

type Reads = { whole: number; largestBytes: number; bytes: number };

async function watched(body = BYTES): Promise<{ data: Store; reads: Reads }> {
  const data = memoryStore();
  await data.put(KEY, body);
  const reads: Reads = { whole: 0, largestBytes: 0, bytes: 0 };
  const get: Store['get'] = async (key, options) => {
    const found = await data.get(key, options);
    if (!options?.range) reads.whole++;
    reads.largestBytes = Math.max(reads.largestBytes, found?.body.length ?? 0);
    reads.bytes += found?.body.length ?? 0;
    return found;
  };
  return { data: { ...data, get }, reads };
}

const read = (data: Store, visit: (position: number, rows: PartRow[], first: number) => void) =>
  readSourceParts<PartRow>(data, [{ position: 3, part: PART }], { columns: ['itemId', 'number'], atOnce: 8, visit });

test('all rows come in their order, a row group at a time, and the part is never held as a whole', async () => {
  const { data, reads } = await watched();
  const firsts: number[] = [];
  let next = 0;
  let mostRows = 0;
  await read(data, (position, rows, first) => {
    expect([position, first]).toEqual([3, next]);
    for (const [offset, { itemId, number }] of rows.entries())
      if (number !== first + offset || itemId !== idOf(first + offset))
        throw new Error(`row ${first + offset} is wrong`);
    firsts.push(first);
    mostRows = Math.max(mostRows, rows.length);
    next += rows.length;
  });
  expect(next).toBe(ROWS);
  expect(firsts).toEqual([0, 1_000, 1_000 + GROUP_ROWS, 1_000 + 2 * GROUP_ROWS]);
  expect(mostRows).toBe(GROUP_ROWS);
  expect(reads).toMatchObject({ whole: 0 });
});

test('a part that is not what its verdict says, or that changes while it is read, is named', async () => {
  const damaged = Uint8Array.from(BYTES);
  damaged[5_000] = (damaged[5_000] as number) ^ 1;
  const first = await watched(damaged);
  await expect(read(first.data, () => undefined)).rejects.toThrow(/large\.parquet does not match the SHA-256/);
  const { data } = await watched();
  await expect(read(data, () => void data.put(KEY, damaged))).rejects.toThrow(/does not match the SHA-256/);
  await data.delete(KEY);
  await expect(read(data, () => undefined)).rejects.toThrow(/large\.parquet does not exist/);
  const short = { ...PART, items: ROWS + 1 };
  const again = await watched();
  await expect(
    readSourceParts<PartRow>(again.data, [{ position: 0, part: short }], {
      columns: ['number'],
      atOnce: 1,
      visit: () => undefined,
    }),
  ).rejects.toThrow(/contains 230000 items; its verdict lists 230001/);
});

test('a shard reads only the row groups of its own rows', async () => {
  const { data, reads } = await watched();
  const wanted = [150_000, 101_005, 120_001].map((row) => ({
    itemId: idOf(row),
    label: null,
    shard: 'train-00001',
    part: 7,
    row,
  }));
  const found: [number, number][] = [];
  const parts = [{ position: 7, firstItem: 0, ...PART }];
  await eachPartItem(data, { parts }, wanted, ['number'], (position, { number }) =>
    found.push([position, number as number]),
  );
  expect(found.sort()).toEqual([
    [0, 150_000],
    [1, 101_005],
    [2, 120_001],
  ]);
  // All bytes for the hash, then those of one of four row groups and the footer.
  expect(reads.bytes).toBeLessThan(1.75 * BYTES.length);
  const hashed = reads.bytes;
  const etag = (await data.head(KEY))?.etag;
  const known = parts.map((part) => ({ ...part, etag }));
  await eachPartItem(data, { parts: known }, wanted, ['number'], () => undefined);
  // Without the bytes for the hash, which index has compared.
  expect(reads.bytes - hashed).toBe(hashed - BYTES.length);
  const other = parts.map((part) => ({ ...part, etag: '"other"' }));
  await expect(eachPartItem(data, { parts: other }, wanted, ['number'], () => undefined)).rejects.toThrow(
    /does not match the SHA-256/,
  );
  const beyond = [{ itemId: idOf(ROWS), label: null, shard: 'train-00001', part: 7, row: ROWS }];
  await expect(eachPartItem(data, { parts }, beyond, ['number'], () => undefined)).rejects.toThrow(
    /does not contain item/,
  );
});

test('the plan of a shard names the object of a large part that index has read, and of no other', async () => {
  const { data } = await watched();
  const index = {
    dataset: 'd',
    snapshotId: 's',
    config: SnapshotConfig.parse(CONFIG),
    schema: null,
    labels: [],
    parts: [PART, { ...PART, key: 'parts/small.parquet', items: 5 }],
    shards: [{ name: 'train-00000', split: 'train', items: 3 }],
  };
  const place = { rows: { file: 'items.parquet', first: 0 }, parts: [0, 1] };
  await writePlans(data, index as never, [place]);
  const plan = await data.get(keys.shardPlan('d', 's', 'train-00000'));
  const { parts } = JSON.parse(new TextDecoder().decode(plan?.body)) as { parts: { etag?: string }[] };
  expect(parts.map(({ etag }) => etag)).toEqual([(await data.head(KEY))?.etag, undefined]);
});
