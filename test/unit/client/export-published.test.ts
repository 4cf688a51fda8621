// Exports in the layouts of published datasets, read back and put again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { exportDataset } from '#client/datasets/export/export-dataset.ts';
import { dropArrays } from '#client/upload/arrays/drop-arrays.ts';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectDrops, collectFiles } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeColumns } from '#core/base/parquet-columns.ts';
import { unpackTar } from '#core/ingest/archive/tar.ts';
import { Verdict } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { cleanAudio } from '#stages/clean/audio.ts';
import { intake } from '../../fixtures/ingest.ts';
import { archivedFiles } from './archived-files.ts';
import { folderOf } from './folder.ts';
import { audioSnapshot, contextOf, imageSnapshot, type World } from './snapshots.ts';

let images: Promise<World> | undefined;
const sharedImages = () => (images ??= imageSnapshot());

const openDecoder = () => ({
  decode: () => Promise.reject(new Error('no clip is compressed')),
  close: () => undefined,
});

async function idsIn(data: Store): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { key } of data.list('parts/')) {
    if (!key.endsWith('.parquet')) continue;
    const bytes = (await data.get(key))?.body ?? new Uint8Array();
    for (const { itemId } of await decodeColumns<{ itemId: string }, 'itemId'>(bytes, ['itemId'])) found.add(itemId);
  }
  return found;
}

async function exported(world: World, dataset: string, as: 'folder' | 'webdataset' | 'huggingface'): Promise<string> {
  const out = join(folderOf(), 'out');
  await exportDataset(contextOf(world), dataset, { snapshot: undefined, out, as });
  return out;
}

/** The SHA-256 of every file in the archives that `put` makes of an export, by path. */
async function putAgain(folder: string): Promise<Map<string, string>> {
  const data = (await collectFiles([folder])).files.filter(({ name }) => /\.(tar|parquet)$/.test(name));
  const { files, archives } = await unpackArrays(data, folderOf());
  expect(files).toEqual([]);
  const found = new Map<string, string>();
  for await (const { path, bytes } of archivedFiles(archives)) found.set(path, sha256(bytes));
  return found;
}

test('WebDataset: each item is a picture with its class and facts; the same snapshot gives the same tar; put again, all are there', async () => {
  const world = await sharedImages();
  const out = await exported(world, 'digits', 'webdataset');
  const again = await exported(world, 'digits', 'webdataset');
  const bytes = readFileSync(join(out, 'train.tar'));
  expect(sha256(readFileSync(join(again, 'train.tar')))).toBe(sha256(bytes));
  const source = {
    size: bytes.length,
    gzip: false,
    readRange: async (a: number, b: number) => bytes.subarray(a, b + 1),
  };
  const entries = new Map<string, Uint8Array>();
  for await (const { path, bytes: own } of unpackTar(source, { first: 0, count: 1e6 }))
    if (own) entries.set(path, own.slice());
  const facts = [...entries].filter(([path]) => path.endsWith('.json'));
  expect(facts.length).toBeGreaterThan(30);
  for (const [path, own] of facts) {
    const { id, label } = JSON.parse(new TextDecoder().decode(own)) as { id: string; label: string | null };
    expect(path).toBe(`${id}.json`);
    expect(entries.has(`${id}.png`)).toBe(true);
    const place = entries.get(`${id}.cls`);
    expect(place && new TextDecoder().decode(place)).toBe(
      label === null ? undefined : String(['A/b', 'a'].indexOf(label)),
    );
  }
  const found = await putAgain(out);
  const labels = [...found.keys()].map((path) => path.split('/').slice(1, -1).join('/'));
  expect(found.size).toBe(66);
  expect(new Set(labels)).toEqual(new Set(['', 'a', 'A-b']));
});

test('Hugging Face: files, paths and classes in Parquet, with the types that load_dataset reads; put again, byte for byte', async () => {
  const world = await sharedImages();
  const out = await exported(world, 'digits', 'huggingface');
  const bytes = readFileSync(join(out, 'data/train-00000-of-00001.parquet'));
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, utf8: false });
  expect(Object.keys(rows[0] ?? {})).toEqual(['image', 'label', 'id', 'flags', 'path', 'license']);
  const again = await putAgain(out);
  expect(again.size).toBe(66);
  const kept = new Set(again.values());
  for (const row of rows) expect(kept.has(sha256((row.image as { bytes: Uint8Array }).bytes))).toBe(true);
  const labels = new Set([...again.keys()].map((path) => path.split('/').slice(1, -1).join('/')));
  expect(labels).toEqual(new Set(['', 'a', 'A-b']));
});

test('sounds that were exported and are put again are the same items', async () => {
  const world = await audioSnapshot();
  const cleaned = await idsIn(world.data);
  const folder = await exported(world, 'd', 'folder');
  const listed = ['train', 'validation', 'test'].flatMap((split) =>
    readFileSync(join(folder, split, 'metadata.jsonl'), 'utf8')
      .trimEnd()
      .split('\n'),
  );
  // Two that resemble others too closely are not in the snapshot.
  const wanted = listed.map((line) => (JSON.parse(line) as { id: string }).id).sort();
  expect(wanted.length).toBe(38);
  for (const id of wanted) expect(cleaned.has(id)).toBe(true);
  for (const as of ['folder', 'webdataset', 'huggingface'] as const) {
    const into = intake();
    const yaml = 'kind: audio\naudio: { sampleRate: 8000, seconds: 0.5 }\nlabels: folder\n';
    await into.dropObject('d/dataset.yaml', yaml);
    const { drops, remarks } = await dropArrays(
      'd',
      await collectDrops('d', [await exported(world, 'd', as)]),
      folderOf(),
    );
    for (const drop of drops)
      await into.dropObject(
        drop.key,
        drop.type === 'file' ? readFileSync(drop.file.path) : await packFolder(drop.files),
      );
    let rejected = 0;
    for (const message of into.queue.splice(0)) await cleanAudio(message, { ...into, openDecoder });
    for await (const { key } of into.data.list('verdicts/'))
      rejected += (await readJson(into.data, key, Verdict))?.value.items.rejected ?? 0;
    expect({ as, rejected, ids: [...(await idsIn(into.data))].sort() }).toEqual({ as, rejected: 0, ids: wanted });
    expect(remarks.map(({ code }) => code)).toContain('layout.export');
  }
});
