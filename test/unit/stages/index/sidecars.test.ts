// Labels, licences and sources from a file beside the items or in their archive, whenever it comes.
import { tmpdir } from 'node:os';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { index } from '#stages/index/stage.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { greyPng, zipOf } from '../../../fixtures/pictures.ts';

const CONFIG = 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\nlabels: sidecar:labels.csv\n';
const text = (content: string) => new TextEncoder().encode(content);

async function configured(more = '') {
  const into = intake();
  await into.dropObject('digits/dataset.yaml', CONFIG + more);
  return into;
}

async function indexed({ drop, data, cleanAll }: Intake) {
  await cleanAll();
  const request = { dataset: 'digits', train: null, force: false, requestedBy: 'tests' };
  const { snapshotId } = await index({ drop, data, scratch: tmpdir() })(request as never);
  const read = async (file: string) => (await data.get(keys.snapshot('digits', snapshotId, file)))?.body as Uint8Array;
  const rows = await parquetReadObjects({ file: (await read('items.parquet')).slice().buffer });
  const { counts, labels } = SnapshotIndex.parse(JSON.parse(new TextDecoder().decode(await read('index.json'))));
  const items = Object.fromEntries(rows.map(({ path, label, license, origin }) => [path, [label, license, origin]]));
  return { snapshotId, counts, labels, items };
}

describe('a sidecar', () => {
  test('in an archive labels that archive, from the folder that it lies in', async () => {
    const into = await configured('license: CC-BY-4.0\n');
    const sidecar = text('path,label,license,source\na.png,one,CC0-1.0,camera 1\nsub/b.png,two,,\n');
    const files = {
      'set/labels.csv': sidecar,
      'set/a.png': await greyPng(28, 28, 1),
      'set/sub/b.png': await greyPng(28, 28, 2),
    };
    await into.dropObject('digits/all.zip', await zipOf(files));
    await into.dropObject('digits/other.zip', await zipOf({ 'set/a.png': await greyPng(28, 28, 3) }));
    const { items, labels, counts } = await indexed(into);
    expect(labels).toEqual(['one', 'two']);
    expect(Object.entries(items).sort()).toMatchObject([
      ['set/a.png', expect.anything()],
      ['set/sub/b.png', ['two', 'CC-BY-4.0', null]],
    ]);
    expect(counts).toMatchObject({ items: { accepted: 3, rejected: 0 }, byIssue: { 'item.no-label': 1 } });
  });

  test('that comes later, beside the items, labels them in the next snapshot; a new version replaces it', async () => {
    const into = await configured();
    for (const i of [1, 2]) await into.dropObject(`digits/${i}.png`, await greyPng(28, 28, i));
    const first = await indexed(into);
    expect(first.counts.byIssue).toEqual({ 'item.no-label': 2 });
    expect(await into.dropObject('digits/labels.csv', 'path,label\n1.png,cat\n2.png,dog\n')).toMatchObject({
      units: 1,
    });
    const second = await indexed(into);
    expect(second.items).toEqual({ '1.png': ['cat', null, null], '2.png': ['dog', null, null] });
    expect(second.snapshotId).not.toBe(first.snapshotId);
    await into.dropObject('digits/labels.csv', '{"path":"1.png","label":"dog"}\n{"path":"2.png","label":"dog"}\n');
    expect((await indexed(into)).labels).toEqual(['dog']);
    await into.drop.delete('digits/labels.csv');
    expect((await indexed(into)).snapshotId).toBe(first.snapshotId);
  });

  test('that is broken rejects itself and harms no item', async () => {
    const into = await configured();
    await into.dropObject('digits/1.png', await greyPng());
    await into.dropObject('digits/labels.csv', 'name,label\n1.png,cat\n');
    const { counts } = await indexed(into);
    expect(counts).toMatchObject({
      uploads: { accepted: 1, rejected: 1 },
      items: { accepted: 1, rejected: 1 },
      byIssue: { 'upload.sidecar': 1, 'item.no-label': 1 },
    });
  });

  test('labels under one spelling what it spells in several ways, and that is told', async () => {
    const into = await configured();
    for (const i of [1, 2, 3, 4]) await into.dropObject(`digits/${i}.png`, await greyPng(28, 28, i));
    await into.dropObject('digits/labels.csv', 'path,label\n1.png,Cafe\u0301\n2.png,Café\n3.png,Café\n4.png,ｃａｆé\n');
    const { items, labels } = await indexed(into);
    expect(labels).toEqual(['Café']);
    expect(Object.values(items)).toEqual(Array(4).fill(['Café', null, null]));
    const inventory = await takeInventory(into.drop, into.data, 'digits', (await into.current('digits'))?.configId);
    const { remarks } = countInventory(inventory, await readDetails(into.data, inventory));
    expect(remarks).toMatchObject([
      { code: 'label.spelling', items: 2, given: expect.stringContaining('count as "Café"') },
    ]);
  });

  test('counts as an upload that was accepted', async () => {
    const into = await configured();
    await into.dropObject('digits/labels.csv', 'path,label\n1.png,cat\n');
    await into.cleanAll();
    const inventory = await takeInventory(into.drop, into.data, 'digits', (await into.current('digits'))?.configId);
    expect(countInventory(inventory, await readDetails(into.data, inventory)).uploads).toEqual({
      accepted: 1,
      partly: 0,
      rejected: 0,
      pending: 0,
    });
  });
});

test('items without a licence are left out where the rules say so', async () => {
  const into = await configured('rules: { item.no-license: { action: reject } }\n');
  for (const i of [1, 2]) await into.dropObject(`digits/${i}.png`, await greyPng(28, 28, i));
  await into.dropObject('digits/labels.csv', 'path,label,license\n1.png,cat,CC0-1.0\n2.png,dog,\n');
  const { items, counts } = await indexed(into);
  expect(Object.keys(items)).toEqual(['1.png']);
  expect(counts).toMatchObject({ items: { accepted: 1, rejected: 1, distinct: 1 }, byIssue: { 'item.no-license': 1 } });
});
