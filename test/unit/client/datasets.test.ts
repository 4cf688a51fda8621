import { expect, test } from 'vitest';
import { DatasetRemovedOutput } from '#client/datasets/removal/output.ts';
import { removeDataset } from '#client/datasets/removal/remove-dataset.ts';
import { status, statusOfAll, watchStatus } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { describeDataset, printDatasetRemoved } from '../../../cli/print/data/datasets.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';
import { DATASET, RUN_ID, writeHead } from './run-records.ts';

const CONFIG = 'kind: text\ntext: { unit: line }\n';

async function withTwo() {
  const deployment = memoryDeployment();
  for (const dataset of ['names', 'names-2']) {
    const folder = folderOf({ 'dataset.yaml': CONFIG, 'names.txt': 'Emma\nOlivia\n' });
    await put(deployment.context, [folder], { dataset, show: 5, timeoutMs: 60_000 });
  }
  return deployment;
}

async function keysOf(store: { list(prefix: string): AsyncIterable<{ key: string }> }): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list('')) found.push(key);
  return found;
}

test('a removed dataset leaves nothing in either bucket, and its neighbour stays whole', async () => {
  const { context, drop, data } = await withTwo();
  const neighbour = await status(context, 'names-2', { show: 5 });
  const before = [...(await keysOf(drop)), ...(await keysOf(data))];
  let asked: DatasetRemovedOutput | undefined;
  const removed = await removeDataset(context, 'names', async (found) => {
    asked = found;
    return true;
  });
  expect(DatasetRemovedOutput.parse(removed)).toEqual({ ...asked, removed: true });
  const after = [...(await keysOf(drop)), ...(await keysOf(data))];
  expect(after).toEqual(before.filter((key) => !key.includes('/names/') && !key.startsWith('names/')));
  expect(removed.objects).toBe(before.length - after.length);
  expect(describeDataset(removed)).toContain('verdicts/names/');
  expect(printDatasetRemoved(removed)).toContain('goldpan ls names --deleted');
  expect(await status(context, 'names-2', { show: 5 })).toEqual(neighbour);
  expect((await statusOfAll(context, { show: 5 })).datasets.map(({ dataset }) => dataset)).toEqual(['names-2']);
});

test('nothing is removed if a person declines, the name is unknown, or a run is training', async () => {
  const { context, drop, data } = await withTwo();
  const before = [...(await keysOf(drop)), ...(await keysOf(data))];
  expect((await removeDataset(context, 'names', async () => false)).removed).toBe(false);
  await expect(removeDataset(context, 'nmes', async () => true)).rejects.toMatchObject({
    next: expect.stringContaining('names'),
  });
  expect([...(await keysOf(drop)), ...(await keysOf(data))]).toEqual(before);
  await drop.put(`${DATASET}/names.txt`, 'Emma\n');
  await writeHead(data);
  await expect(removeDataset(context, DATASET, async () => true)).rejects.toMatchObject({
    next: `Stop it first: goldpan runs stop ${DATASET} ${RUN_ID}`,
  });
});

test('a watched dataset is told once for every change, and ends when nothing is pending', async () => {
  const { context, drop } = await withTwo();
  await drop.put('names/later.txt', 'Amelia\n');
  const pending: number[] = [];
  const last = await watchStatus(context, 'names', {
    show: 5,
    changed: ({ uploads }) => pending.push(uploads.pending),
  });
  expect(pending).toEqual([1]);
  expect(last.uploads.pending).toBe(0);
  expect(last.items.accepted).toBe(3);
});
