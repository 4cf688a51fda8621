import { expect, test } from 'vitest';
import { DatasetsOutput, StatusOutput } from '#client/datasets/output.ts';
import { status, statusOfAll } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { validate } from '#stages/validate/stage.ts';
import { printDatasets, printStatus } from '../../../cli/print/data/status.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';
import { DATASET, writeHead } from './run-records.ts';

async function withBadFiles(count: number): Promise<MemoryDeployment> {
  const deployment = memoryDeployment();
  const config = 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\n';
  const files: Record<string, Uint8Array | string> = { 'dataset.yaml': config, 'good.png': await greyPng() };
  for (let i = 0; i < count; i++) files[`bad-${i}.png`] = `not a picture ${i}`;
  await put(deployment.context, [folderOf(files)], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  return deployment;
}

test('each rejected item is told by place, code and reason, and the rest can be asked for', async () => {
  const { context } = await withBadFiles(9);
  const few = StatusOutput.parse(await status(context, DATASET, { show: 3 }));
  expect(few.rejected).toHaveLength(3);
  const text = printStatus(few, PLAIN);
  expect(text).toMatch(/upload\.type-not-allowed.*The content decides, not the file name/);
  expect(text).toContain('and 6 more: goldpan status digits --show 9');
  expect((await status(context, DATASET, { show: 100 })).rejected).toHaveLength(9);
});

test('a refused upload, a pending one and a run on its way are counted as such', async () => {
  const { context, drop, data, halt } = await withBadFiles(0);
  await drop.put(`${DATASET}/letter.pdf`, '%PDF-1.4 ...');
  await context.clock.sleep(1);
  halt();
  await drop.put(`${DATASET}/later.png`, await greyPng(28, 28, 5));
  await writeHead(data);
  const answer = StatusOutput.parse(await status(context, DATASET, { show: 5 }));
  expect(answer.uploads).toEqual({ total: 3, accepted: 1, partly: 0, rejected: 1, pending: 1 });
  expect(answer.rejected).toMatchObject([{ key: 'digits/letter.pdf', unit: null }]);
  expect(answer.run).toMatchObject({ status: 'running', epoch: 1, epochs: 2 });
});

test('a deleted object leaves the counts', async () => {
  const { context, drop } = await withBadFiles(0);
  await drop.delete(`${DATASET}/photos.zip`);
  expect((await status(context, DATASET, { show: 5 })).uploads.total).toBe(0);
});

test('without a dataset every dataset is listed, and what lies outside any', async () => {
  const { context, drop } = await withBadFiles(1);
  await drop.put('digits-2/one.png', await greyPng(28, 28, 3));
  await drop.put('stray file.png', await greyPng(28, 28, 4));
  await drop.put('Not A Dataset/one.png', await greyPng(28, 28, 4));
  await context.clock.sleep(1);
  await context.clock.sleep(1);
  const answer = DatasetsOutput.parse(await statusOfAll(context, { show: 10 }));
  expect(answer.datasets.map(({ dataset }) => dataset)).toEqual(['digits', 'digits-2']);
  expect(answer.outsideAnyDataset.map(({ key }) => key).sort()).toEqual(['Not A Dataset/one.png', 'stray file.png']);
  expect(printDatasets(answer)).toMatch(/stray file\.png: upload\.outside-dataset: .*Upload it under/);
});

test('a dataset that does not exist says what to do', async () => {
  await expect(status(memoryDeployment().context, 'nothing', { show: 5 })).rejects.toMatchObject({
    next: expect.stringContaining('goldpan put'),
  });
});

test('a changed configuration cleans everything again, and it is said how far that is', async () => {
  const { context, drop, halt } = await withBadFiles(1);
  halt();
  const config = 'kind: image\nimage: { width: 12, height: 12, channels: 1 }\n';
  await drop.put(`${DATASET}/more.png`, await greyPng(28, 28, 7));
  expect((await status(context, DATASET, { show: 5 })).cleaning).toMatchObject({
    units: { done: 1, total: 2 },
    again: false,
  });
  await drop.put(`${DATASET}/dataset.yaml`, config);
  const event = { bucket: { name: 'drop' }, object: { key: `${DATASET}/dataset.yaml` } };
  const deps = { drop, data: context.deployment.data, send: async () => undefined };
  await validate({ 'detail-type': 'Object Created', detail: event }, deps);
  const answer = StatusOutput.parse(await status(context, DATASET, { show: 5 }));
  const { configId } = answer;
  expect(answer.cleaning).toEqual({ configId, units: { done: 0, total: 2 }, again: true, secondsLeft: null });
  expect(printStatus(answer, PLAIN)).toMatch(
    new RegExp(`re-cleaning +0% +under configuration ${configId}: 0 of 2 units`),
  );
});

test('items are called what they are', async () => {
  const { context } = memoryDeployment();
  const folder = folderOf({ 'names.txt': 'Emma\nOlivia\nAva\nMia\nZoe\nAda\n' });
  await put(context, [folder], { dataset: 'names', show: 5, timeoutMs: 60_000 });
  expect(printStatus(await status(context, 'names', { show: 5 }), PLAIN)).toMatch(/documents +6 +accepted/);
});
