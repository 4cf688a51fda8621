import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { buildItemsTable, type ItemsTableRequest } from '../../../../functions/index/items-table.ts';
import { CONFIG, itemOf, pictures } from './world.ts';

/** A table over parts of 50 items each, of which 10 are in the next part, too; in a folder whose name SQL must quote. */
async function build(partCount: number, shardItems: number, order = (places: number[]) => places) {
  const folder = await mkdtemp(join(tmpdir(), "goldpan's-"));
  const output = join(folder, 'items.parquet');
  try {
    const fill: ItemsTableRequest['fill'] = async (append) => {
      for (const place of order(Array.from({ length: partCount }, (_, i) => i))) {
        append(
          place,
          pictures(place * 40, place * 40 + 50).map((picture, row) => ({
            ...itemOf(picture, `digits/${place}.zip`),
            row,
            origin: null,
          })),
        );
      }
    };
    const table = await buildItemsTable({ fill, shares: CONFIG.split, shardItems, folder, output });
    return { ...table, file: new Uint8Array(await readFile(output)).buffer };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('shards are full but the last of each split, and follow one another in the table', async () => {
  const { shards, items, distinct, file } = await build(11, 10);
  expect({ items, distinct }).toEqual({ items: 550, distinct: 450 });
  expect(shards.reduce((sum, shard) => sum + shard.items, 0)).toBe(450);
  expect([...new Set(shards.map(({ split }) => split))]).toEqual(['train', 'validation', 'test']);
  for (const [place, { split, items: held }] of shards.entries()) {
    if (shards[place + 1]?.split === split) expect(held).toBe(10);
  }
  const rows = await parquetReadObjects({ file, columns: ['shard', 'position', 'duplicateOf'] });
  expect(rows.slice(0, 450).map(({ shard, position }) => [shard, position])).toEqual(
    shards.flatMap(({ name, items: held }) => Array.from({ length: held }, (_, position) => [name, position])),
  );
  expect(rows.slice(450).every(({ shard, duplicateOf }) => shard === null && duplicateOf !== null)).toBe(true);
  expect(rows.slice(450)).toHaveLength(100);
});

test('shards of one item each are numbered without a gap', async () => {
  const { shards } = await build(3, 1);
  const train = shards.filter(({ split }) => split === 'train');
  expect(train.map(({ name }) => name)).toEqual(train.map((_, number) => `train-${String(number).padStart(5, '0')}`));
});

test('parts that are read in another order give the same bytes', async () => {
  const [one, other] = [await build(4, 16), await build(4, 16, (places) => places.reverse())];
  expect(other).toEqual(one);
});
