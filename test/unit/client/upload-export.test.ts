import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uploadExport } from '#client/datasets/export/target/upload-export.ts';
import { memoryStore } from '#core/store/memory.ts';
import { folderOf } from './folder.ts';

const FILES = {
  'README.md': '# card',
  'train/a.txt': 'one',
  'left-out.txt': 'x',
  SHA256SUMS: `${'0'.repeat(64)}  README.md\n${'1'.repeat(64)}  train/a.txt\n`,
};
const keysIn = async (store: ReturnType<typeof memoryStore>) => {
  const found: string[] = [];
  for await (const { key } of store.list('')) found.push(key);
  return found;
};

test('the files of the list are put under the prefix, the list last, and those that are there stay', async () => {
  const kept = memoryStore({ bucket: 'mine' });
  const puts: string[] = [];
  const store: typeof kept = {
    ...kept,
    put(key, body, options) {
      puts.push(key);
      return kept.put(key, body, options);
    },
  };
  const folder = folderOf(FILES, 'export');
  await uploadExport(folder, false, { store, prefix: 'out/birds' });
  expect(await keysIn(kept)).toEqual(['out/birds/README.md', 'out/birds/SHA256SUMS', 'out/birds/train/a.txt']);
  expect(puts.at(-1)).toBe('out/birds/SHA256SUMS');
  puts.length = 0;
  await kept.put('out/birds/README.md', 'changed');
  await uploadExport(folder, false, { store, prefix: 'out/birds' });
  expect(puts).toEqual(['out/birds/README.md', 'out/birds/SHA256SUMS']);
});

test('a zip file is one object, and a refusal names the permission', async () => {
  const store = memoryStore({ bucket: 'mine' });
  const folder = folderOf({ 'x.zip': 'zip' }, 'export');
  await uploadExport(join(folder, 'x.zip'), true, { store, prefix: 'x.zip' });
  expect(await keysIn(store)).toEqual(['x.zip']);
  const denied = {
    ...store,
    put: async () => {
      throw Object.assign(new Error('no'), { name: 'AccessDenied' });
    },
  };
  await expect(uploadExport(join(folder, 'x.zip'), true, { store: denied, prefix: 'x.zip' })).rejects.toMatchObject({
    message: 'You may not write to s3://mine/x.zip: access denied.',
    next: expect.stringContaining('s3:PutObject'),
  });
});
