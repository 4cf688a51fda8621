import { expect, test } from 'vitest';
import { listFiles } from '#client/datasets/files/list-files.ts';
import { FilesOutput, RemovedOutput, RestoredOutput } from '#client/datasets/files/output.ts';
import { removeFiles, restoreFiles } from '#client/datasets/files/remove-files.ts';
import { status } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { printFiles, printRemoved, printRestored } from '../../../cli/print/data/files.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';

const DATASET = 'names';
const CONFIG = 'kind: text\ntext: { unit: line }\nrules: { text.too-short: { min: 3 } }\n';
const ALL = { path: undefined, deleted: false, show: 100 };
const yes = async () => true;

async function withNames(): Promise<MemoryDeployment> {
  const deployment = memoryDeployment();
  const { context, drop } = deployment;
  const folder = folderOf({ 'dataset.yaml': CONFIG, 'names.txt': 'Emma\nAl\nOlivia\n' });
  await put(context, [folder], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  await drop.put(`${DATASET}/2024/a.txt`, 'Charlotte\n');
  await drop.put(`${DATASET}/2024/b.txt`, 'Amelia\n');
  await drop.put(`${DATASET}/2024b.txt`, 'Sophia\n');
  for (let i = 0; i < 4; i++) await context.clock.sleep(1);
  return deployment;
}

const pathsOf = ({ files }: FilesOutput) => files.map(({ path }) => path);

test('every uploaded file is listed with its state and its items', async () => {
  const { context, drop } = await withNames();
  await drop.put(`${DATASET}/later.txt`, 'Late\n');
  const answer = FilesOutput.parse(await listFiles(context, DATASET, ALL));
  expect(answer.files.map(({ path, state, accepted, rejected }) => [path, state, accepted, rejected])).toEqual([
    ['dataset.yaml', 'configuration', 0, 0],
    ['2024/a.txt', 'accepted', 1, 0],
    ['2024/b.txt', 'accepted', 1, 0],
    ['2024b.txt', 'accepted', 1, 0],
    ['later.txt', 'pending', 0, 0],
    [expect.stringMatching(/\.zip$|names\.txt$/), 'partly', 2, 1],
  ]);
  expect(printFiles(answer, PLAIN)).toMatch(/2 accepted, 1 rejected\n6 files, /);
  const few = await listFiles(context, DATASET, { ...ALL, show: 2 });
  expect(printFiles(few, PLAIN)).toContain('and 4 more: --show 6 lists all of them');
});

test('a folder is named with or without its slash, and is no beginning of another name', async () => {
  const { context } = await withNames();
  for (const path of ['2024', '2024/'])
    expect(pathsOf(await listFiles(context, DATASET, { ...ALL, path }))).toEqual(['2024/a.txt', '2024/b.txt']);
  await expect(listFiles(context, DATASET, { ...ALL, path: '202' })).rejects.toThrow('no file or folder 202');
  // A file of a folder lies in the archive of that folder.
  await expect(listFiles(context, DATASET, { ...ALL, path: 'more/c.txt' })).rejects.toMatchObject({
    next: expect.stringMatching(/such as \S+\.zip: .*put the folder again/),
  });
  await expect(listFiles(context, 'nmes', ALL)).rejects.toMatchObject({ next: expect.stringContaining('names') });
});

test('a removed folder leaves the counts, and comes back with the verdicts that it had', async () => {
  const { context, halt } = await withNames();
  const before = await status(context, DATASET, { show: 5 });
  const removed = RemovedOutput.parse(await removeFiles(context, DATASET, ['2024'], yes));
  expect(removed).toMatchObject({ removed: true, files: [{ path: '2024/a.txt' }, { path: '2024/b.txt' }] });
  expect(printRemoved(removed)).toContain('2 accepted items will be missing from the next snapshot');
  expect((await status(context, DATASET, { show: 5 })).items.accepted).toBe(before.items.accepted - 2);
  expect(pathsOf(await listFiles(context, DATASET, { ...ALL, deleted: true }))).toEqual(['2024/a.txt', '2024/b.txt']);
  // Nothing needs to be cleaned again.
  halt();
  const restored = RestoredOutput.parse(await restoreFiles(context, DATASET, ['2024/']));
  expect(printRestored(restored)).toBe('Restored 2 files of names:\n  2024/a.txt\n  2024/b.txt');
  expect(await status(context, DATASET, { show: 5 })).toEqual(before);
});

test('nothing is removed where a person declines, a name is unknown, or the configuration is meant', async () => {
  const { context } = await withNames();
  const before = await listFiles(context, DATASET, ALL);
  const declined = await removeFiles(context, DATASET, ['2024'], async () => false);
  expect(printRemoved(declined)).toBe('Nothing was deleted.');
  await expect(removeFiles(context, DATASET, ['2024', 'x'], yes)).rejects.toThrow('no file or folder x');
  await expect(removeFiles(context, DATASET, ['dataset.yaml'], yes)).rejects.toThrow('always has a configuration');
  await expect(restoreFiles(context, DATASET, ['2024'])).rejects.toThrow('Nothing that was deleted');
  expect(await listFiles(context, DATASET, ALL)).toEqual(before);
});
