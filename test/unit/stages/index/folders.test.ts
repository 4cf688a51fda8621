// Labels and splits that folders tell, from the archive to the snapshot.
import { tmpdir } from 'node:os';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { index } from '#stages/index/stage.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { greyPng, zipOf } from '../../../fixtures/pictures.ts';

async function indexed(paths: readonly string[], config?: string) {
  const { dropObject, cleanAll, drop, data } = intake();
  if (config) await dropObject('digits/dataset.yaml', config);
  const files = await Promise.all(paths.map(async (path, i) => [path, await greyPng(28, 28, i + 1)] as const));
  await dropObject('digits/all.zip', await zipOf(Object.fromEntries(files)));
  await cleanAll();
  const request = { dataset: 'digits', train: null, force: false, requestedBy: 'tests' };
  const { snapshotId } = await index({ drop, data, scratch: tmpdir() })(request as never);
  const read = async (file: string) => (await data.get(keys.snapshot('digits', snapshotId, file)))?.body as Uint8Array;
  const rows = await parquetReadObjects({ file: (await read('items.parquet')).slice().buffer });
  const { labels } = SnapshotIndex.parse(JSON.parse(new TextDecoder().decode(await read('index.json'))));
  return { labels, rows: new Map(rows.map(({ path, label, split }) => [path as string, [label, split]])) };
}

test('classes that differ only by their spelling are one class of the snapshot', async () => {
  const { labels, rows } = await indexed(['Cat/1.png', 'cat/2.png', 'cat/3.png', 'dog/4.png', 'dog /5.png']);
  expect(labels).toEqual(['cat', 'dog']);
  expect(rows.get('Cat/1.png')?.[0]).toBe('cat');
});

test('folders named after splits are the split of the snapshot, and the class beside them is the label', async () => {
  const split = ['train', 'val', 'test'].flatMap((name) =>
    ['cat', 'dog'].map((label) => `${name}/${label}/${name}-${label}.png`),
  );
  const { labels, rows } = await indexed(split);
  expect(labels).toEqual(['cat', 'dog']);
  const expected = split.map((path) => {
    const [name, label] = path.split('/');
    return [path, [label, name === 'val' ? 'validation' : name]] as const;
  });
  expect([...rows].sort()).toEqual([...expected].sort());
});

test('a dataset.yaml that does not ask for it splits by content', async () => {
  const paths = Array.from({ length: 40 }, (_, i) => `${i < 20 ? 'train' : 'test'}/cat/${i}.png`);
  const { labels, rows } = await indexed(
    paths,
    'kind: image\nlabels: folder\nimage: { width: 28, height: 28, channels: 1 }\n',
  );
  expect(labels).toEqual(['cat']);
  const ofTest = [...rows].filter(([path]) => path.startsWith('test/')).map(([, [, split]]) => split);
  expect(new Set(ofTest).size).toBeGreaterThan(1);
});

test('without folders for validation, a share of the training folder is set aside', async () => {
  const paths = Array.from({ length: 60 }, (_, i) => `${i < 50 ? 'train' : 'test'}/${i % 2 ? 'cat' : 'dog'}/${i}.png`);
  const { rows } = await indexed(paths);
  const splits = new Set([...rows].filter(([path]) => path.startsWith('train/')).map(([, [, split]]) => split));
  expect([...splits].sort()).toEqual(['train', 'validation']);
});
