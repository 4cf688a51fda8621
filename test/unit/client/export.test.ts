// The accepted items of a snapshot as files, read back without goldpan.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { exportDataset } from '#client/datasets/export/export-dataset.ts';
import { folderFiles, labelFolders } from '#client/datasets/export/folder-files.ts';
import { ExportOutput } from '#client/datasets/export/output.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { printExport } from '../../../cli/print/data/export.ts';
import { folderOf } from './folder.ts';
import { PLAIN } from './memory-deployment.ts';
import {
  audioSnapshot,
  contextOf,
  imageSnapshot,
  TEXTS,
  tableSnapshot,
  textSnapshot,
  type World,
} from './snapshots.ts';

type Line = Record<string, string | null>;
const NEWEST = { snapshot: undefined, as: undefined } as const;

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
const textOf = (...path: string[]) => readFileSync(join(...path), 'utf8');
const linesOf = (...path: string[]) =>
  textOf(...path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const bytesOf = (folder: string) =>
  Object.fromEntries(filesIn(folder).map((path) => [path, sha256(readFileSync(join(folder, path)))]));
// Tests only read it.
let images: Promise<World> | undefined;
const sharedImages = () => (images ??= imageSnapshot());
const newFolder = () => join(folderOf(), 'out');
async function manifestOf(world: World, dataset: string): Promise<Manifest> {
  return (await readJson(world.data, keys.manifest(dataset, world.snapshotId), Manifest))?.value as Manifest;
}

test('images lie in folders of their split and label, pixel for pixel, with their facts beside them', async () => {
  const world = await sharedImages();
  const out = newFolder();
  const output = ExportOutput.parse(await exportDataset(contextOf(world), 'digits', { ...NEWEST, out }));
  expect(output).toMatchObject({
    as: 'folder',
    items: 66,
    snapshotId: world.snapshotId,
    files: { written: 66, kept: 0 },
  });
  let items = 0;
  for (const { split, files } of (await manifestOf(world, 'digits')).shards) {
    const [file] = files;
    const object = await world.data.get(keys.snapshot('digits', world.snapshotId, file?.file ?? ''));
    const { values } = decodeNpy(object?.body ?? new Uint8Array());
    const lines = linesOf(out, split, 'metadata.jsonl');
    for (const [i, line] of lines.entries()) {
      const { data, info } = await sharp(readFileSync(join(out, split, String(line.file_name))))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 8, height: 8 });
      const first = Array.from({ length: 64 }, (_none, at) => data[at * info.channels]);
      expect(first).toEqual([...values.subarray(i * 64, (i + 1) * 64)]);
      const folder = line.label === null ? '' : line.label === 'a' ? 'a/' : 'A_b/';
      expect(line.file_name).toBe(
        `${folder}${line.path?.split('/').at(-1)?.replace('.png', '')}-${line.id?.slice(0, 16)}.png`,
      );
      items++;
    }
  }
  expect(items).toBe(66);
  const card = textOf(out, 'README.md');
  expect(card).toContain(`66 images of snapshot \`${world.snapshotId}\``);
  expect(card).toMatch(/\| A\/b \| \d+ \| \d+ \| \d+ \|/);
  expect(printExport(output, PLAIN)).toContain(`66 items of snapshot ${world.snapshotId} as folder`);
});

test('SHA256SUMS has the checksum of every file', async () => {
  const out = newFolder();
  await exportDataset(contextOf(await sharedImages()), 'digits', { ...NEWEST, out });
  const { SHA256SUMS: _own, ...expected } = bytesOf(out);
  const lines = Object.entries(expected).map(([path, sum]) => `${sum}  ${path}\n`);
  expect(textOf(out, 'SHA256SUMS')).toBe(lines.join(''));
});

test('the same snapshot gives the same bytes, as a folder and as a zip file', async () => {
  const context = contextOf(await sharedImages());
  const [one, other] = [newFolder(), newFolder()];
  await exportDataset(context, 'digits', { ...NEWEST, out: one });
  await exportDataset(context, 'digits', { ...NEWEST, out: other });
  expect(bytesOf(one)).toEqual(bytesOf(other));
  const zips = [`${one}.zip`, `${other}.zip`];
  const [first, second] = [
    await exportDataset(context, 'digits', { ...NEWEST, out: zips[0] as string }),
    await exportDataset(context, 'digits', { ...NEWEST, out: zips[1] as string }),
  ];
  expect(first.sha256).toBe(sha256(readFileSync(zips[0] as string)));
  expect(first.sha256).toBe(second.sha256);
  expect(existsSync(`${one}.zip.files`)).toBe(false);
  const unpacked = newFolder();
  execFileSync('python3', ['-m', 'zipfile', '-e', zips[0] as string, unpacked]);
  expect(bytesOf(unpacked)).toEqual(bytesOf(one));
});

test('an interrupted export goes on where it was, and repairs what was damaged', async () => {
  const world = await sharedImages();
  const whole = newFolder();
  await exportDataset(contextOf(world), 'digits', { ...NEWEST, out: whole });
  const out = newFolder();
  const { shards } = await manifestOf(world, 'digits');
  const last = keys.snapshot('digits', world.snapshotId, shards.at(-1)?.files[0]?.file ?? '');
  const read: string[] = [];
  const cutOff = (isBroken: boolean): World => ({
    ...world,
    data: {
      ...world.data,
      get: async (key, options) => {
        read.push(key);
        if (isBroken && key === last) throw new Error('connection lost');
        return world.data.get(key, options);
      },
    },
  });
  await expect(exportDataset(contextOf(cutOff(true)), 'digits', { ...NEWEST, out })).rejects.toThrow('connection lost');
  expect(existsSync(join(out, 'SHA256SUMS'))).toBe(false);
  read.length = 0;
  const { files } = await exportDataset(contextOf(cutOff(false)), 'digits', { ...NEWEST, out });
  expect(files).toEqual({ written: shards.at(-1)?.items, kept: 66 - (shards.at(-1)?.items ?? 0) });
  expect(read.filter((key) => key.endsWith('.npy'))).toEqual([last]);
  expect(bytesOf(out)).toEqual(bytesOf(whole));

  const damaged = join(out, 'train', String(linesOf(out, 'train', 'metadata.jsonl')[0]?.file_name));
  writeFileSync(damaged, 'no picture');
  expect((await exportDataset(contextOf(world), 'digits', { ...NEWEST, out })).files.written).toBe(shards[0]?.items);
  expect(bytesOf(out)).toEqual(bytesOf(whole));
});

test('images as Parquet are PNG files in a column', async () => {
  const world = await sharedImages();
  const out = newFolder();
  await exportDataset(contextOf(world), 'digits', { ...NEWEST, out, as: 'parquet' });
  const file = new Uint8Array(readFileSync(join(out, 'train.parquet'))).buffer;
  const [row] = (await parquetReadObjects({ file, utf8: false })) as Record<string, unknown>[];
  expect(await sharp(row?.image as Uint8Array).metadata()).toMatchObject({ format: 'png', width: 8, height: 8 });
  expect(textOf(out, 'README.md')).toContain("load_dataset('.').cast_column('image', Image())");
});

test('sounds are WAV files of the samples that are trained on', async () => {
  const world = await audioSnapshot();
  const out = newFolder();
  await exportDataset(contextOf(world), 'd', { ...NEWEST, out });
  const [line] = linesOf(out, 'train', 'metadata.jsonl');
  const decoded = readWav(new Uint8Array(readFileSync(join(out, 'train', String(line?.file_name)))));
  if (!decoded.ok) throw new Error(decoded.given);
  expect(decoded.sound.sampleRate).toBe(8000);
  const { shards } = await manifestOf(world, 'd');
  const object = await world.data.get(keys.snapshot('d', world.snapshotId, shards[0]?.files[0]?.file ?? ''));
  const expected = decodeNpy(object?.body ?? new Uint8Array()).values.subarray(0, 4000);
  expect(Array.from(decoded.sound.channels[0], (value) => Math.round(value * 32_768))).toEqual([...expected]);
  expect(line?.file_name).toMatch(/^(high|low)\/\d+-[0-9a-f]{16}\.wav$/);
});

test('a table has its own columns again, whatever they are called, and every value of them', async () => {
  const world = await tableSnapshot();
  const read = async (as: 'csv' | 'jsonl' | 'parquet') => {
    const out = newFolder();
    await exportDataset(contextOf(world), 'd', { ...NEWEST, out, as });
    return out;
  };
  const csv = await read('csv');
  const lines = ['train', 'validation', 'test'].flatMap((split) => textOf(csv, `${split}.csv`).trimEnd().split('\n'));
  expect(lines[0]).toBe('Who is it,label,share,day,big');
  expect(lines.filter((line) => line === '"p, ""5""",5,0.625,2024-01-06,9007199254740998')).toHaveLength(2);
  expect(lines).toHaveLength(84);
  const list = textOf(csv, 'items.csv').trimEnd().split('\n');
  expect(list).toHaveLength(82);
  expect(list[0]).toBe('file,row,split,id,flags,path,license');
  expect(list[1]).toMatch(/^train\.csv,0,train,[0-9a-f]{64},.*,a\.csv:\d+,$/);

  const jsonl = await read('jsonl');
  expect(linesOf(jsonl, 'test.jsonl')[0]).toEqual({
    'Who is it': expect.stringMatching(/^p, "\d+"$/),
    label: expect.any(Number),
    share: expect.any(Number),
    day: expect.stringMatching(/^2024-01-\d\d$/),
    big: expect.stringMatching(/^90071992547\d{5}$/),
  });

  const parquet = await read('parquet');
  const file = new Uint8Array(readFileSync(join(parquet, 'train.parquet'))).buffer;
  const [row] = (await parquetReadObjects({ file })) as Record<string, unknown>[];
  expect(row).toMatchObject({ label: expect.any(BigInt), day: expect.any(Date), big: expect.any(String) });
});

test('texts are lines of JSON, of CSV, or files', async () => {
  const world = await textSnapshot();
  const jsonl = newFolder();
  expect(await exportDataset(contextOf(world), 'd', { ...NEWEST, out: jsonl })).toMatchObject({
    as: 'jsonl',
    items: 60,
  });
  const rows = ['train', 'validation', 'test'].flatMap((split) => linesOf(jsonl, `${split}.jsonl`));
  expect(rows.map(({ text }) => text).sort()).toEqual([...TEXTS].sort());
  for (const { text, path } of rows) expect(path).toBe(`a.txt:${TEXTS.indexOf(String(text)) + 1}`);

  const csv = newFolder();
  await exportDataset(contextOf(world), 'd', { ...NEWEST, out: csv, as: 'csv' });
  expect(textOf(csv, 'train.csv')).toContain(`"The ""7"" ships of harbour 0, carry 0 bales each.",`);

  const folder = newFolder();
  await exportDataset(contextOf(world), 'd', { ...NEWEST, out: folder, as: 'folder' });
  const [line] = linesOf(folder, 'train', 'metadata.jsonl');
  expect(TEXTS).toContain(textOf(folder, 'train', String(line?.file_name)));
});

test('what cannot be exported is refused, with what can be done', async () => {
  const world = await sharedImages();
  const context = contextOf(world);
  const asked = (dataset: string, options: object) =>
    exportDataset(context, dataset, { ...NEWEST, out: newFolder(), ...options });
  await expect(asked('digits', { as: 'csv' })).rejects.toMatchObject({
    message: 'digits holds images or sounds, which cannot be written as csv.',
    next: 'Give one of: --as folder, --as parquet, --as webdataset, --as huggingface.',
  });
  await expect(asked('birds', {})).rejects.toMatchObject({ next: expect.stringContaining('goldpan report birds') });
  await expect(asked('digits', { snapshot: 'ffff0000' })).rejects.toMatchObject({
    next: expect.stringContaining(world.snapshotId),
  });
  expect(await asked('digits', { snapshot: world.snapshotId.slice(0, 6) })).toMatchObject({ items: 66 });
  const mine = folderOf({ 'letter.txt': 'keep me' });
  await expect(asked('digits', { out: mine })).rejects.toThrow(/is not empty, and holds no export/);
  expect(filesIn(mine)).toEqual(['letter.txt']);
  const out = newFolder();
  await asked('digits', { out });
  await expect(asked('digits', { out, as: 'parquet' })).rejects.toThrow(/holds snapshot .* of digits as folder/);
});

test('a shard that was changed in the bucket is never exported', async () => {
  const world = await sharedImages();
  const [first] = (await manifestOf(world, 'digits')).shards;
  const key = keys.snapshot('digits', world.snapshotId, first?.files[0]?.file ?? '');
  const get: typeof world.data.get = async (asked, options) => {
    const object = await world.data.get(asked, options);
    return object && asked === key ? { ...object, body: object.body.map((value) => value ^ 1) } : object;
  };
  const changed = contextOf({ ...world, data: { ...world.data, get } });
  await expect(exportDataset(changed, 'digits', { ...NEWEST, out: newFolder() })).rejects.toThrow(
    /is not what the manifest says/,
  );
});

test('no label leads out of the folder or shares one with another label', () => {
  const labels = ['../..', 'a/b', 'a:b', 'A_B', '', '.', 'con', 'x'.repeat(300), 'caf\u00e9', 'line\nend'];
  const folders = [...labelFolders(labels).values()];
  expect(new Set(folders.map((name) => name.toLowerCase())).size).toBe(labels.length);
  for (const name of folders) expect(name).toMatch(/^(?![. ])[^/\\:\n]{1,70}(?<![. ])$/);
});

test('a file that an export named, and that was put again, has the beginning of its id once in its name', () => {
  const layout = folderFiles({ labels: ['cat'] } as never, { type: 'file', extension: 'png' } as never);
  const itemId = '0123456789abcdef'.repeat(4);
  const row = (path: string) => ({ path, itemId, label: 'cat' }) as never;
  const paths = layout.paths({ split: 'train' } as never, [
    row('a/p1.jpg'),
    row('train/cat/p1-0123456789abcdef.png'),
    row('-0123456789abcdef.png'),
  ]);
  expect(paths).toEqual([
    'train/cat/p1-0123456789abcdef.png',
    'train/cat/p1-0123456789abcdef.png',
    'train/cat/-0123456789abcdef-0123456789abcdef.png',
  ]);
});
