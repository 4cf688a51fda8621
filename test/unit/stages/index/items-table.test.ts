import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import { splitOf } from '#core/kinds/split.ts';
import { openItemsDatabase } from '#stages/index/items/database.ts';
import {
  type FoundItem,
  fillFound,
  findCopies,
  findSharedBands,
  type NearItem,
  settleItems,
} from '#stages/index/items/items-table.ts';
import { CONFIG } from './world.ts';

type Setting = {
  readonly near?: readonly NearItem[];
  readonly shardItems?: number;
  readonly dropNear?: boolean;
  readonly dropCopies?: boolean;
  readonly threads?: number;
};

function item(number: number, more: Partial<FoundItem> = {}): FoundItem {
  const itemId = sha256(String(number));
  const plain = {
    line: null,
    label: null,
    license: null,
    origin: null,
    flags: '[]',
    fixes: '[]',
    better2: 0,
    better3: 0,
  };
  return {
    ...plain,
    item: number,
    part: Math.floor(number / 50),
    row: number % 50,
    itemId,
    identity: itemId,
    path: `${number}.png`,
    source: 'd/a.zip',
    unit: '0',
    split: splitOf(itemId, CONFIG.split),
    better1: 0,
    ...more,
  };
}

/** In a folder whose name SQL must quote. */
async function settle(items: readonly FoundItem[], setting: Setting = {}) {
  const { near = [], shardItems = 10, dropNear = false, dropCopies = true, threads = 2 } = setting;
  const folder = await mkdtemp(join(tmpdir(), "goldpan's-"));
  const output = join(folder, 'items.parquet');
  const database = await openItemsDatabase(folder, { memoryMiB: 800, threads });
  try {
    await fillFound(database, async (add) => items.forEach(add));
    const copies: [number, number][] = [];
    await findCopies(database, (copy, kept) => copies.push([copy, kept]));
    const settled = await settleItems(database, {
      near,
      outliers: [],
      subjects: null,
      outputs: { items: [], maxShare: 0 },
      shardItems,
      output,
      dropCopies,
      dropNear,
    });
    const bytes = await readFile(output);
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    return { ...settled, copies, rows: rows as Record<string, unknown>[], bytes: sha256(bytes) };
  } finally {
    database.close();
    await rm(folder, { recursive: true });
  }
}

const cluster = (best: number, ...members: number[]): NearItem[] =>
  members.map((member) => ({
    item: member,
    cluster: 0,
    best,
    likeness: 0.98,
    why: member === best ? 'sharper' : null,
  }));

test('shards are full but the last of each split, and follow one another in the table', async () => {
  const items = Array.from({ length: 450 }, (_, i) => item(i));
  const again = Array.from({ length: 100 }, (_, i) => ({ ...item(i), item: 450 + i }));
  const { shards, rows, copies, splits } = await settle([...items, ...again]);
  expect(copies).toEqual(Array.from({ length: 100 }, (_, i) => [450 + i, i]));
  expect(splits.train + splits.validation + splits.test).toBe(450);
  expect([...new Set(shards.map(({ split }) => split))]).toEqual(['train', 'validation', 'test']);
  for (const [place, { split, items: held }] of shards.entries())
    if (shards[place + 1]?.split === split) expect(held).toBe(10);
  expect(rows.slice(0, 450).map(({ shard, position }) => [shard, position])).toEqual(
    shards.flatMap(({ name, items: held }) => Array.from({ length: held }, (_, position) => [name, position])),
  );
  expect(new Set(rows.slice(450).map(({ excluded, shard }) => `${excluded} ${shard}`))).toEqual(
    new Set(['duplicate null']),
  );
  expect(shards.filter(({ split }) => split === 'train').map(({ name }) => name)).toEqual(
    Array.from({ length: Math.ceil(splits.train / 10) }, (_, i) => `train-${String(i).padStart(5, '0')}`),
  );
});

test('of copies the best stays, else the first, and the others name it', async () => {
  const same = { identity: 'same', itemId: 'same' };
  const { rows } = await settle([item(0, same), item(1, { ...same, better1: 5 }), item(2, same)]);
  expect(rows.map(({ path, excluded, duplicateOf, likeness }) => ({ path, excluded, duplicateOf, likeness }))).toEqual([
    { path: '1.png', excluded: null, duplicateOf: null, likeness: null },
    { path: '0.png', excluded: 'duplicate', duplicateOf: '1.png', likeness: 1 },
    { path: '2.png', excluded: 'duplicate', duplicateOf: '1.png', likeness: 1 },
  ]);
});

test('tables keep equal rows, in one split', async () => {
  const rows = [0, 1, 2].map((number) => item(number, { itemId: 'row', identity: 'row', split: 'test' }));
  const { splits, leaks } = await settle(rows, { dropCopies: false });
  expect(splits).toEqual({ train: 0, validation: 0, test: 3 });
  expect(leaks).toEqual({ train: 0, validation: 0 });
});

test('of near items all stay where they are flagged, and only the best where they are rejected', async () => {
  const items = [0, 1, 2].map((number) => item(number, { split: 'train' }));
  const near = cluster(1, 0, 1, 2);
  expect((await settle(items, { near })).splits.train).toBe(3);
  const { splits, rows } = await settle(items, { near, dropNear: true });
  expect(splits.train).toBe(1);
  expect(
    rows.map(({ path, excluded, keptBecause, duplicateOf, cluster: of }) => [
      path,
      excluded,
      keptBecause,
      duplicateOf,
      of,
    ]),
  ).toEqual([
    ['1.png', null, 'sharper', null, 0],
    ['0.png', 'near-duplicate', null, '1.png', 0],
    ['2.png', 'near-duplicate', null, '1.png', 0],
  ]);
});

test('a cluster that touches test loses its members of train and validation, one that touches validation those of train', async () => {
  const splits = ['train', 'validation', 'test'] as const;
  const items = splits.map((split, number) => item(number, { split }));
  const { leaks, rows } = await settle(items, { near: cluster(0, 0, 1, 2) });
  expect(leaks).toEqual({ train: 1, validation: 1 });
  expect(rows.filter(({ excluded }) => excluded === null).map(({ path }) => path)).toEqual(['2.png']);
  const two = await settle(items.slice(0, 2), { near: cluster(0, 0, 1) });
  expect(two.leaks).toEqual({ train: 1, validation: 0 });
  // A copy of a test item that has near items in train counts, too.
  const copy = await settle([...items, item(3, { identity: items[2]?.identity, split: 'test' })], {
    near: cluster(0, 0, 2),
  });
  expect(copy.leaks).toEqual({ train: 1, validation: 0 });
});

test('a near item that is rejected takes nothing with it', async () => {
  const items = [item(0, { split: 'train' }), item(1, { split: 'test' })];
  const { leaks, splits } = await settle(items, { near: cluster(0, 0, 1), dropNear: true });
  expect({ leaks, splits }).toEqual({
    leaks: { train: 0, validation: 0 },
    splits: { train: 1, validation: 0, test: 0 },
  });
});

test('an item that lies in groups of different splits is in none', async () => {
  const same = { identity: 'same', itemId: 'same' };
  const { leaks, splits } = await settle([item(0, { ...same, split: 'train' }), item(1, { ...same, split: 'test' })]);
  expect(leaks).toEqual({ train: 1, validation: 0 });
  expect(splits).toEqual({ train: 0, validation: 0, test: 0 });
});

test('over years of uploads, deletions and new clusters no item changes its split, and every leak is left out and counted', async () => {
  const before = new Map<unknown, unknown>();
  let present: number[] = [];
  for (let quarter = 0; quarter < 10; quarter++) {
    const dice = uniforms(quarter + 1, 'quarter', 400);
    // Uploads in any order, some of which bring items again; deletions; clusters that are not those of the quarter before.
    const added = [...dice.slice(0, 60)].map((value) => Math.floor(value * 900));
    const left = present.filter((_, i) => (dice[100 + (i % 300)] as number) > 0.07);
    present = [...left, ...added].sort((a, b) => ((a * 7919 + quarter) % 1009) - ((b * 7919 + quarter) % 1009));
    const items = present.map((number, place) => ({ ...item(number), item: place }));
    const distinct = [...new Map(items.map((one) => [one.itemId, one.item])).keys()];
    const first = (itemId: unknown) => items.findIndex((one) => one.itemId === itemId);
    const near = Array.from({ length: Math.floor(distinct.length / 9) }, (_, i) => {
      const [a, b] = [first(distinct[i * 2]), first(distinct[i * 2 + 1])].sort((x, y) => x - y) as [number, number];
      return cluster(a, a, b).map((member) => ({ ...member, cluster: a }));
    }).flat();
    const { rows, leaks, splits } = await settle(items, { near });
    const kept = rows.filter(({ excluded }) => excluded === null);
    for (const { itemId, split } of kept) {
      expect(split).toBe(before.get(itemId) ?? splitOf(String(itemId), CONFIG.split));
      before.set(itemId, split);
    }
    const clusters = Map.groupBy(
      kept.filter(({ cluster: of }) => of !== null),
      ({ cluster: of }) => of,
    );
    for (const members of clusters.values()) expect(new Set(members.map(({ split }) => split)).size).toBe(1);
    expect(rows.filter(({ excluded }) => excluded === 'leak')).toHaveLength(leaks.train + leaks.validation);
    expect(kept).toHaveLength(splits.train + splits.validation + splits.test);
    expect(kept.length + leaks.train + leaks.validation).toBe(distinct.length);
  }
  expect(before.size).toBeGreaterThan(300);
});

test('items of many parts are numbered through all of them, split by split', async () => {
  const items = Array.from({ length: 200 }, (_, i) => ({ ...item(i), part: Math.floor(i / 7), row: i % 7 }));
  const { rows } = await settle(items, { shardItems: 16 });
  for (const split of ['train', 'validation', 'test']) {
    const own = items.filter((one) => one.split === split).map(({ itemId }) => itemId);
    const placed = own.map((itemId) => rows.find((row) => row.itemId === itemId));
    expect(placed.map((row) => `${row?.shard} ${row?.position}`)).toEqual(
      own.map((_, i) => `${split}-${String(Math.floor(i / 16)).padStart(5, '0')} ${i % 16}`),
    );
  }
});

test('the digest of the decisions follows from the rows, and from nothing else', async () => {
  const items = [...Array.from({ length: 60 }, (_, i) => item(i)), { ...item(3), item: 60, path: 'again | 😀.png' }];
  const near = cluster(1, 1, 5);
  const { decisionsDigest, rows } = await settle(items, { near });
  const digest = (all: readonly Record<string, unknown>[]) =>
    String(all.reduce((sum, row) => sum + BigInt(`0x${sha256(decided(row)).slice(0, 12)}`), 0n));
  expect(decisionsDigest).toBe(digest(rows));
  expect((await settle(items.toReversed(), { near, threads: 1 })).decisionsDigest).toBe(decisionsDigest);
  expect((await settle(items, { near: cluster(5, 1, 5) })).decisionsDigest).not.toBe(decisionsDigest);
  expect((await settle([])).decisionsDigest).toBe('0');
});

/** The decisions about one row as the digest's SQL writes them. */
function decided(row: Record<string, unknown>): string {
  const text = (name: string) => String(row[name] ?? '');
  const likeness = row.likeness === null ? '' : String(Math.floor((row.likeness as number) * 10_000 + 0.5));
  return [
    ...['itemId', 'part', 'row', 'split', 'shard', 'position', 'excluded', 'keptBecause', 'cluster'].map(text),
    ...[likeness, sha256(text('duplicateOf')), text('outlierMeasure')],
  ].join('|');
}

test('items that come in another order, or are counted by more threads, give the same bytes', async () => {
  const items = Array.from({ length: 300 }, (_, i) => ({ ...item(i % 250), item: i, better1: i % 3 }));
  const near = cluster(7, 7, 19, 44);
  const one = await settle(items, { near, threads: 1 });
  for (const threads of [1, 2, 4]) expect((await settle(items.toReversed(), { near, threads })).bytes).toBe(one.bytes);
});

test('items that share a band are a pair once, and thousands that share one are few pairs each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'goldpan-bands-'));
  const database = await openItemsDatabase(folder);
  try {
    const pairs: string[] = [];
    const bands: [number, bigint[]][] = [
      [5, [1n, 2n]],
      [3, [1n, 9n]],
      [4, [7n, 2n]],
      [9, [1n, 2n]],
      [8, [2n, 1n]],
    ];
    await findSharedBands(database, bands, (a, b) => pairs.push(`${a} ${b}`));
    expect(pairs).toEqual(['3 5', '3 9', '4 5', '4 9', '5 9']);
    let many = 0;
    const crowd = Array.from({ length: 2000 }, (_, i) => [i, [1n]] as const);
    await findSharedBands(database, crowd, () => many++);
    expect(many).toBeGreaterThan(2000);
    expect(many).toBeLessThan(10_000);
  } finally {
    database.close();
    await rm(folder, { recursive: true });
  }
});
