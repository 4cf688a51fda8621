import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { encodePart } from '#core/part.ts';
import { buildItemsTable, partFile } from '../../../../functions/index/items-table.ts';
import { CONFIG, itemOf, pictures } from './world.ts';

/** Parts of 50 items each in a folder of their own, whose name is one that SQL must quote. */
async function withParts<T>(partCount: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "goldpan's-"));
  try {
    for (let place = 0; place < partCount; place++) {
      const items = pictures(place * 40, place * 40 + 50).map((picture) => itemOf(picture, `digits/${place}.zip`));
      await writeFile(partFile(folder, place), encodePart(items));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const build = (folder: string, partCount: number, shardItems: number) =>
  buildItemsTable({ folder, partCount, shares: CONFIG.split, shardItems, output: join(folder, 'items.parquet') });

test('shards are full but the last of each split, and follow one another in the table', async () => {
  await withParts(11, async (folder) => {
    const { shards, items, distinct } = await build(folder, 11, 10);
    expect({ items, distinct }).toEqual({ items: 550, distinct: 450 });
    expect(shards.reduce((sum, shard) => sum + shard.items, 0)).toBe(450);
    expect([...new Set(shards.map(({ split }) => split))]).toEqual(['train', 'validation', 'test']);
    for (const [place, { split, items: held }] of shards.entries()) {
      if (shards[place + 1]?.split === split) expect(held).toBe(10);
    }
    const file = new Uint8Array(await readFile(join(folder, 'items.parquet'))).buffer;
    const rows = await parquetReadObjects({ file, columns: ['shard', 'position', 'part', 'row', 'duplicateOf'] });
    expect(rows.slice(0, 450).map(({ shard, position }) => [shard, position])).toEqual(
      shards.flatMap(({ name, items: held }) => Array.from({ length: held }, (_, position) => [name, position])),
    );
    expect(rows.slice(450).every(({ shard, duplicateOf }) => shard === null && duplicateOf !== null)).toBe(true);
    expect(rows.slice(450)).toHaveLength(100);
  });
});

test('shards of one item each are numbered without a gap', async () => {
  await withParts(3, async (folder) => {
    const { shards } = await build(folder, 3, 1);
    const train = shards.filter(({ split }) => split === 'train');
    expect(train.map(({ name }) => name)).toEqual(train.map((_, number) => `train-${String(number).padStart(5, '0')}`));
  });
});

test('a folder of parts gives the same bytes each time', async () => {
  const bytes = () =>
    withParts(4, async (folder) => {
      await build(folder, 4, 16);
      return readFile(join(folder, 'items.parquet'));
    });
  expect((await bytes()).equals(await bytes())).toBe(true);
});

test('a file that is no part stops the table with its name', async () => {
  await withParts(2, async (folder) => {
    await writeFile(partFile(folder, 1), 'not parquet');
    await expect(build(folder, 2, 16)).rejects.toThrow(/00000001\.parquet/);
  });
});
