// What people drop by mistake or with intent: each ends in a verdict that says why, and nothing around it suffers.
import { expect, test } from 'vitest';
import { statusOfAll } from '#client/datasets/status.ts';
import { UploadRefusal } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys, NO_DATASET } from '#core/store/keys.ts';
import { breakPng, claimPngSize, greyPng, renameInZip, zipOf } from '../fixtures/pictures.ts';
import { context, deployment, ownDeadLetters, POLL, settled, uniqueDataset } from './deployed.ts';

test('each kind of bad file is refused with its code, and its neighbours are not touched', async () => {
  const dataset = uniqueDataset('bad');
  const png = await greyPng(28, 28, 6);
  const bad: Record<string, readonly [Uint8Array | string, string]> = {
    'cut short.png': [png.subarray(0, png.length - 40), 'image.truncated'],
    'broken.png': [breakPng(png), 'image.corrupt'],
    'text.png': ['Dear Ann, here are the pictures.', 'upload.type-not-allowed'],
    'empty.png': ['', 'upload.empty'],
    'huge.png': [claimPngSize(png, 60_000, 60_000), 'image.too-many-pixels'],
    'bomb.zip': [await zipOf({ 'zeros.png': Buffer.alloc(32 * 2 ** 20) }), 'archive.ratio'],
    'unsafe.zip': [
      renameInZip(await zipOf({ 'xx/evil.png': png }), 'xx/evil.png', '../evil.png'),
      'archive.unsafe-name',
    ],
    'no.zip': [Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(200, 7)]), 'archive.corrupt'],
  };
  await deployment.drop.put(`${dataset}/good.png`, await greyPng(28, 28, 7));
  for (const [name, [body]] of Object.entries(bad)) await deployment.drop.put(`${dataset}/${name}`, body);
  await deployment.drop.put(`${dataset}/good too.png`, await greyPng(28, 28, 8));

  const { items, rejected } = await settled(dataset, Object.keys(bad).length + 2);
  const found = rejected.map(({ key, issues }) => [key.slice(dataset.length + 1), issues[0]?.code]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(bad).map(([name, [, code]]) => [name, code])),
  );
  expect(items).toMatchObject({ accepted: 2, rejected: Object.keys(bad).length });
});

test('keys with spaces, plus and percent signs, emoji, and of 1,024 bytes are taken as they are', async () => {
  const dataset = uniqueDataset('keys');
  const long = 'l'.repeat(1_024 - dataset.length - 1 - '/.png'.length - 8);
  const names = ['a b.png', 'a+b.png', '100%25.png', '%41.png', 'é😀.png', `${long}/${'x'.repeat(8)}.png`];
  expect(Buffer.byteLength(`${dataset}/${names.at(-1)}`)).toBe(1_024);
  for (const [i, name] of names.entries())
    await deployment.drop.put(`${dataset}/${name}`, await greyPng(28, 28, 20 + i));
  expect((await settled(dataset, names.length)).items).toMatchObject({ accepted: names.length, rejected: 0 });
});

test('an unknown key in dataset.yaml is refused with its line, and the earlier configuration stays', async () => {
  const dataset = uniqueDataset('config');
  await deployment.drop.put(`${dataset}/dataset.yaml`, 'kind: image\nimage: { width: 12, height: 12, channels: 1 }\n');
  await deployment.drop.put(`${dataset}/one.png`, await greyPng(28, 28, 30));
  const { configId } = await settled(dataset, 1);
  await deployment.drop.put(`${dataset}/dataset.yaml`, 'kind: image\nlabls: folder\n');
  const status = await settled(dataset, 2);
  expect(status).toMatchObject({ configId, items: { accepted: 1 } });
  expect(status.rejected[0]?.issues[0]).toMatchObject({
    code: 'config.unknown-key',
    place: { line: 2 },
    given: 'labls',
  });
});

test('an object outside any dataset is refused, and status tells of it', async () => {
  const key = `Stray ${uniqueDataset('file')}.png`;
  await deployment.drop.put(key, await greyPng(28, 28, 31));
  const listedKeys = async () => (await statusOfAll(context, { show: 1_000 })).outsideAnyDataset.map((one) => one.key);
  await expect.poll(listedKeys, POLL).toContain(key);
  const codes: (string | undefined)[] = [];
  for await (const listed of deployment.data.list(keys.allRefused(NO_DATASET))) {
    const refusal = await readJson(deployment.data, listed.key, UploadRefusal);
    if (refusal?.value.source.key === key) codes.push(refusal.value.issues[0]?.code);
  }
  expect(codes).toEqual(['upload.outside-dataset']);
  await deployment.drop.delete(key);
});

test('none of it has reached a dead-letter queue', async () => {
  expect(await ownDeadLetters()).toEqual([]);
});
