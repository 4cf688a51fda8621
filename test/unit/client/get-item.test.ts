// One item of a snapshot as a file, beside the file as it was uploaded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { getItem } from '#client/datasets/files/get-item.ts';
import { ItemOutput } from '#client/datasets/files/output.ts';
import { keys } from '#core/store/keys.ts';
import { printItem } from '../../../cli/print/data/files.ts';
import { greyPng, zipOf } from '../../fixtures/pictures.ts';
import { folderOf } from './folder.ts';
import { contextOf, imageSnapshot, tableSnapshot, textSnapshot, type World } from './snapshots.ts';

async function itemsOf({ data, snapshotId }: World, dataset: string) {
  const object = await data.get(keys.snapshot(dataset, snapshotId, 'items.parquet'));
  const file = Uint8Array.from(object?.body ?? []).buffer;
  return (await parquetReadObjects({ file })) as { itemId: string; path: string; shard: string | null }[];
}

test('an image is written by its id or path, with the entry of its archive beside it', async () => {
  const world = await imageSnapshot();
  const kept = (await itemsOf(world, 'digits')).find(({ shard, path }) => shard !== null && path.startsWith('a/'));
  const uploaded = await greyPng(9, 7);
  await world.drop.put('digits/a.zip', await zipOf({ 'other.png': await greyPng(), [kept?.path ?? '']: uploaded }));
  const get = (name: string) => getItem(contextOf(world), 'digits', { name, snapshot: undefined, out: folderOf() });
  const item = ItemOutput.parse(await get(kept?.itemId.slice(0, 10) ?? ''));
  expect(item).toMatchObject({ itemId: kept?.itemId, path: kept?.path, label: 'a', source: 'digits/a.zip' });
  expect((await sharp(readFileSync(item.file)).metadata()).format).toBe('png');
  expect(readFileSync(item.original ?? '').equals(Buffer.from(uploaded))).toBe(true);
  expect(printItem(item)).toMatch(/label a\n.*as a model is trained on it: .*\n {2}as it was uploaded: /s);
  expect((await get(kept?.path ?? '')).itemId).toBe(kept?.itemId);
  // The name of the file alone, and its path on this machine.
  for (const name of [kept?.path.split('/').at(-1) ?? '', `photos/${kept?.path}`])
    expect((await get(name)).itemId).toBe(kept?.itemId);
  await world.drop.delete('digits/a.zip');
  expect(await get(kept?.path ?? '')).toMatchObject({ original: null });
  await expect(get('000000000000')).rejects.toMatchObject({ exitCode: 2 });
  await expect(get('no/such.png')).rejects.toThrow(/neither the id nor the path/);
});

test('a row of a table is an object by its columns, a line of a text is a file; the upload is named', async () => {
  const table = await tableSnapshot();
  const [row] = (await itemsOf(table, 'd')).filter(({ shard }) => shard !== null);
  const cells = await getItem(contextOf(table), 'd', { name: row?.itemId ?? '', snapshot: undefined, out: folderOf() });
  const read = JSON.parse(readFileSync(cells.file, 'utf8')) as Record<string, unknown>;
  expect(Object.keys(read)).toEqual(['Who is it', 'label', 'share', 'day', 'big']);
  expect(cells).toMatchObject({ original: null, source: 'd/a.csv' });
  expect(printItem(cells)).toContain('uploaded in: d/a.csv');
  const texts = await textSnapshot();
  const [line] = (await itemsOf(texts, 'd')).filter(({ shard }) => shard !== null);
  const text = await getItem(contextOf(texts), 'd', {
    name: line?.itemId ?? '',
    snapshot: undefined,
    out: join(folderOf(), 'new'),
  });
  expect(readFileSync(text.file, 'utf8')).toMatch(/^The "\d+" ships/);
});
