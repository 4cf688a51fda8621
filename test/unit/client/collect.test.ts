import { symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectDrops, collectFiles } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import { folderOf } from './folder.ts';

const FILES = { 'b/2.txt': 'two', 'a/1.txt': 'one', 'ä.txt': 'umlaut' };

async function filesOf(folder: string) {
  const [drop] = (await collectDrops('d', [folder])).drops;
  return drop?.type === 'archive' ? drop.files : [];
}

test('the same files are the same bytes, whenever and wherever they were written', async () => {
  const [one, two] = [folderOf(FILES), folderOf(FILES)];
  utimesSync(join(two, 'a/1.txt'), new Date(2001, 1, 1), new Date(2001, 1, 1));
  expect((await filesOf(one)).map(({ name }) => name)).toEqual(['a/1.txt', 'b/2.txt', 'ä.txt']);
  expect(Buffer.compare(await packFolder(await filesOf(one)), await packFolder(await filesOf(two)))).toBe(0);
});

test('another content or another name is another archive', async () => {
  const [plain, content, name] = [FILES, { ...FILES, 'a/1.txt': 'ONE' }, { 'b/2.txt': 'two' }].map((files) =>
    folderOf(files),
  );
  const [a, b, c] = await Promise.all(
    [plain, content, name].map(async (folder) => packFolder(await filesOf(folder as string))),
  );
  expect(Buffer.compare(a as Uint8Array, b as Uint8Array)).not.toBe(0);
  expect(Buffer.compare(a as Uint8Array, c as Uint8Array)).not.toBe(0);
});

test('links to files are followed, links to folders and clutter are not', async () => {
  const folder = folderOf({ 'a.txt': 'a', '.DS_Store': 'x', '__MACOSX/a.txt': 'x' });
  symlinkSync(folder, join(folder, 'loop'));
  symlinkSync(join(folder, 'a.txt'), join(folder, 'b.txt'));
  expect((await filesOf(folder)).map(({ name }) => name)).toEqual(['a.txt', 'b.txt']);
});

test('two paths that would become one key are refused', async () => {
  await expect(collectDrops('d', [folderOf(FILES), folderOf(FILES)])).rejects.toThrow(
    /would have the same key: d\/photos\.zip/,
  );
});

test('what is no data stays where it is, and is told', async () => {
  const folder = folderOf({
    'cat/1.png': 'a',
    '.NET/1.png': 'b',
    'cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg': 'c',
    '.ipynb_checkpoints/x.png': 'd',
    '.Trashes/501/x.png': 'e',
  });
  const { drops, remarks } = await collectDrops('d', [folder]);
  expect(drops[0]?.type === 'archive' && drops[0].files.map(({ name }) => name)).toEqual(['.NET/1.png', 'cat/1.png']);
  expect(remarks.map(({ given, examples }) => [given, examples])).toEqual([
    ['the trash of a desktop', ['.Trashes']],
    ['Jupyter', ['.ipynb_checkpoints']],
    ['a Synology file server', ['cat/@eaDir']],
  ]);
  expect(await collectFiles([folder])).toMatchObject({
    remarks,
    files: [{ name: '.NET/1.png' }, { name: 'cat/1.png' }],
  });
});
