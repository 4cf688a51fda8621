// From a drop to its verdict, on the deployed stack.
import { expect, test } from 'vitest';
import { greyPng } from '../fixtures/pictures.ts';
import { deployment, eventually, sendToValidate, settled, uniqueDataset, untilQueuesAreEmpty } from './deployed.ts';

const DROPS_AT_ONCE = 16;

test('a dropped image has its verdict', async () => {
  const dataset = uniqueDataset('one');
  await deployment.drop.put(`${dataset}/cats/one.png`, await greyPng(28, 28, 1));
  const status = await settled(dataset, 1);
  expect(status).toMatchObject({ kind: 'image', items: { accepted: 1, rejected: 0 }, uploads: { accepted: 1 } });
});

test('200 objects dropped one by one all have their verdicts', async () => {
  const dataset = uniqueDataset('many');
  const numbers = Array.from({ length: 200 }, (_, i) => i).values();
  const lane = async () => {
    for (const i of numbers) await deployment.drop.put(`${dataset}/${i % 2}/${i}.png`, await greyPng(12, 12, i + 1));
  };
  await Promise.all(Array.from({ length: DROPS_AT_ONCE }, lane));
  const status = await settled(dataset, 200);
  expect(status.items).toMatchObject({ accepted: 200, rejected: 0 });
});

test('an event that comes again changes nothing', async () => {
  const dataset = uniqueDataset('again');
  const key = `${dataset}/one.png`;
  await deployment.drop.put(key, await greyPng(28, 28, 2));
  await settled(dataset, 1);
  await untilQueuesAreEmpty();
  const before = await everythingAbout(dataset);
  const facts = await deployment.drop.head(key);
  const object = { key, size: facts?.size, etag: facts?.etag.replaceAll('"', ''), 'version-id': facts?.versionId };
  const event = {
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { bucket: { name: deployment.drop.bucket }, object },
  };
  for (let i = 0; i < 3; i++) await sendToValidate(event);
  await untilQueuesAreEmpty();
  expect(before.length).toBeGreaterThan(3);
  expect(await everythingAbout(dataset)).toEqual(before);
});

test('a newer version replaces the earlier one, a deleted object leaves', async () => {
  const dataset = uniqueDataset('versions');
  const [first, second] = [`${dataset}/first.png`, `${dataset}/second.png`];
  await deployment.drop.put(first, await greyPng(28, 28, 3));
  await deployment.drop.put(second, await greyPng(28, 28, 4));
  expect((await settled(dataset, 2)).items.accepted).toBe(2);
  await deployment.drop.put(first, 'not a picture any more');
  await eventually(
    async () => (await settled(dataset, 2)).items,
    ({ accepted, rejected }) => accepted === 1 && rejected === 1,
  );
  await deployment.drop.put(first, await greyPng(28, 28, 5));
  await eventually(
    async () => (await settled(dataset, 2)).items,
    ({ accepted, rejected }) => accepted === 2 && rejected === 0,
  );
  await deployment.drop.delete(second);
  expect((await settled(dataset, 1)).items).toMatchObject({ accepted: 1, rejected: 0 });
});

/** Every object of the data bucket whose key names the dataset. */
async function everythingAbout(dataset: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, etag, modifiedAt } of deployment.data.list('')) {
    if (key.split('/')[1] === dataset) found.push(`${key} ${etag} ${modifiedAt.toISOString()}`);
  }
  return found;
}
