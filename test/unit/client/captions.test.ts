// Captions go from texts beside pictures or sounds to the items, and out again with an export.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { exportDataset } from '#client/datasets/export/export-dataset.ts';
import type { ExportFormat } from '#client/datasets/export/output.ts';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectDrops, collectFiles } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { Verdict } from '#core/ingest/messages.ts';
import { readSidecar } from '#core/kinds/sidecar.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { folderOf } from './folder.ts';
import { audioSnapshot, contextOf, type World } from './snapshots.ts';

const SAID = { 'high/1.wav': 'one, "two"', 'low/2.wav': 'trois\nquatre' };
let captioned: Promise<World> | undefined;
const world = () => (captioned ??= audioSnapshot(SAID));

async function exported(as: ExportFormat): Promise<string> {
  const out = join(folderOf(), 'out');
  await exportDataset(contextOf(await world()), 'd', { snapshot: undefined, out, as });
  return out;
}

async function captionsIn(archive: Uint8Array): Promise<(string | null | undefined)[]> {
  const readRange = async (first: number, last: number) => archive.subarray(first, last + 1);
  const listed = await readArchive(archive.length, readRange);
  if (!listed.ok) throw new Error('the archive cannot be read');
  for await (const one of unpackFiles(listed.files, readRange)) {
    if (!one.ok || one.file.path !== 'captions.goldpan.jsonl') continue;
    const read = readSidecar(one.file.path, one.bytes);
    return read.ok ? read.entries.map(({ caption }) => caption).sort() : [];
  }
  return [];
}

test('the archive that put makes of a folder has the captions of its items', async () => {
  const folder = folderOf({ 'a.jpg': 'x', 'a.txt': 'a wren', 'b.jpg': 'y', 'b.txt': 'a finch' });
  const { drops, remarks } = await collectDrops('birds', [folder]);
  expect(remarks.map(({ code, given }) => [code, given])).toEqual([['layout.facts-beside', '2 captions']]);
  const [drop] = drops;
  if (drop?.type !== 'archive') throw new Error('no archive');
  expect(drop.files.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  expect(await captionsIn(await packFolder(drop.files))).toEqual(['a finch', 'a wren']);
});

test('captions are no items, are rejected nowhere, and belong to the snapshot', async () => {
  const { data, snapshotId } = await world();
  for await (const { key } of data.list('verdicts/')) {
    const verdict = (await readJson(data, key, Verdict))?.value;
    expect(verdict?.items).toEqual({ accepted: 40, rejected: 0 });
  }
  const manifest = (await readJson(data, keys.manifest('d', snapshotId), Manifest))?.value;
  expect(manifest?.captions).toHaveLength(1);
  const without = await audioSnapshot();
  expect(without.snapshotId).not.toBe(snapshotId);
  const other = (await readJson(without.data, keys.manifest('d', without.snapshotId), Manifest))?.value;
  expect(other).not.toHaveProperty('captions');
});

test('a folder, Parquet and both layouts of published datasets have the captions; what is put again has them, too', async () => {
  const folder = await exported('folder');
  const lines = ['train', 'validation', 'test'].flatMap((split) =>
    readFileSync(join(folder, split, 'metadata.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; text: string | null }),
  );
  const said = lines.filter(({ text }) => text !== null).map(({ path, text }) => [path, text]);
  expect(Object.fromEntries(said)).toEqual(SAID);
  const again = (await collectFiles([folder])).files.flatMap(({ caption }) => caption ?? []);
  expect(again.sort()).toEqual(Object.values(SAID).sort());

  const parquet = await exported('parquet');
  const file = readFileSync(join(parquet, 'train.parquet'));
  const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) });
  expect(Object.keys(rows[0] ?? {})).toContain('text');

  for (const as of ['webdataset', 'huggingface'] as const) {
    const data = (await collectFiles([await exported(as)])).files.filter(({ name }) => /\.(tar|parquet)$/.test(name));
    const { archives } = await unpackArrays(data, folderOf());
    const found = await Promise.all(archives.map(({ path }) => captionsIn(readFileSync(path))));
    expect(found.flat().sort()).toEqual(Object.values(SAID).sort());
  }
});
