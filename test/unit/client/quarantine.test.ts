import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { listQuarantine } from '#client/datasets/quarantine/list-quarantine.ts';
import { HeldItemOutput, QuarantineOutput, ReleaseOutput } from '#client/datasets/quarantine/output.ts';
import { release } from '#client/datasets/quarantine/release.ts';
import { showHeld } from '#client/datasets/quarantine/show-held.ts';
import { status } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { Waiver } from '#core/kinds/waiver.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { printHeld, printQuarantine } from '../../../cli/print/data/quarantine.ts';
import { printReleased } from '../../../cli/print/data/release.ts';
import { decodeTextPart } from '../../fixtures/parts.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';

const DATASET = 'names';
const CONFIG = `kind: text
text: { unit: line, maxLength: 12 }
rules: { text.too-short: { min: 3 } }
`;
const NAMES = 'Emma\nAl\nCharlotte-Amalie\nBo\nOlivia\n';
const WAIT = { timeoutMs: 60_000 };
const RELEASE = { mode: 'release' as const, rules: [], ...WAIT };

async function withNames(): Promise<MemoryDeployment> {
  const deployment = memoryDeployment();
  const folder = folderOf({
    'dataset.yaml': CONFIG,
    'names.txt': NAMES,
    'bad.txt': new Uint8Array([0x89, 0x50, 0, 0]),
  });
  await put(deployment.context, [folder], { dataset: DATASET, show: 5, ...WAIT });
  return deployment;
}

const list = ({ context }: MemoryDeployment, show = 20) => listQuarantine(context, DATASET, { show, rules: [] });

test('what was rejected is counted by code, upload and file, and each item has a name', async () => {
  const deployment = await withNames();
  const answer = QuarantineOutput.parse(await list(deployment));
  expect(answer).toMatchObject({ kind: 'text', held: 4, countedOnly: 0 });
  expect(answer.byIssue).toMatchObject({ 'text.too-short': 2, 'text.too-long': 1 });
  expect(answer.uploads).toMatchObject([{ rejected: 4 }]);
  expect(answer.files).toMatchObject([{ path: 'names.txt', rejected: 3 }]);
  const text = printQuarantine(answer, PLAIN);
  expect(text).toContain('names.txt:2');
  expect(text).toContain('goldpan quarantine show names');
});

test('the list is bounded, says how to see the rest, and can be narrowed to a rule', async () => {
  const deployment = await withNames();
  const few = await list(deployment, 1);
  expect(few.items).toHaveLength(1);
  expect(printQuarantine(few, PLAIN)).toContain('and 3 more: goldpan quarantine list names --show 4');
  const narrow = await listQuarantine(deployment.context, DATASET, { show: 20, rules: ['text.too-long'] });
  expect(narrow.items.map(({ line }) => line)).toEqual([3]);
});

test('an item is shown with its issue in words, what was given and allowed, and the document itself', async () => {
  const deployment = await withNames();
  const out = join(folderOf({ x: '' }), 'row.txt');
  const answer = HeldItemOutput.parse(await showHeld(deployment.context, DATASET, 'names.txt:2', { out }));
  expect(answer.row).toBe('Al');
  expect(readFileSync(out, 'utf8')).toBe('Al');
  const text = printHeld(answer, PLAIN);
  expect(text).toMatch(/text\.too-short: names\.txt, line 2: .*given: .*allowed: /);
  expect(text).toContain(`goldpan quarantine release names ${answer.item.id}`);
});

test('a released item is accepted, counts no longer as rejected, and it is kept who let it through', async () => {
  const deployment = await withNames();
  const { context, data } = deployment;
  const [item] = (await list(deployment)).items.filter(({ line }) => line === 2);
  const answer = ReleaseOutput.parse(await release(context, DATASET, [item?.id ?? ''], RELEASE));
  expect(answer).toMatchObject({ accepted: 1, rejected: [], impossible: [] });
  expect(printReleased(answer, PLAIN)).toContain('1 item released; waiver ');

  const after = await status(context, DATASET, { show: 20 });
  expect(after.items).toMatchObject({ accepted: 3, rejected: 3 });
  expect(after.items.byIssue['text.too-short']).toBe(1);
  expect(after.rejected).toHaveLength(3);
  expect((await list(deployment)).items.map(({ line }) => line)).not.toContain(2);

  const record = await data.get(keys.waiver(DATASET, answer.waivers[0] as string));
  const waiver = Waiver.parse(JSON.parse(new TextDecoder().decode(record?.body)));
  expect(waiver).toMatchObject({ by: 'ada', mode: 'release', rules: ['text.too-short'], items: [{ line: 2 }] });
  expect(waiver.at).toMatch(/^\d{4}-/);
});

test('the part of a release holds the released items alone', async () => {
  const { context, data } = await withNames();
  await release(context, DATASET, ['names.txt:2', 'names.txt:4'], RELEASE);
  const texts: string[][] = [];
  for await (const { key } of data.list('parts/')) {
    const items = await decodeTextPart((await data.get(key))?.body as Uint8Array);
    texts.push(items.map(({ bytes }) => new TextDecoder().decode(bytes)));
  }
  expect(texts).toEqual([
    ['Emma', 'Olivia'],
    ['Al', 'Bo'],
  ]);
});

test('fixing mends by the rule: what is too long is cut', async () => {
  const deployment = await withNames();
  const answer = await release(deployment.context, DATASET, ['names.txt:3'], { ...RELEASE, mode: 'fix' });
  expect(answer).toMatchObject({ mode: 'fix', accepted: 1 });
  expect((await list(deployment)).items.map(({ line }) => line)).not.toContain(3);
});

test('all items of a rule are released at once, and a repeat finds none left', async () => {
  const deployment = await withNames();
  const all = { ...RELEASE, rules: ['text.too-short' as const] };
  expect(await release(deployment.context, DATASET, [], all)).toMatchObject({ accepted: 2 });
  await expect(release(deployment.context, DATASET, [], all)).rejects.toThrow(/Nothing in quarantine was rejected for/);
});

test('what was released stays so under another configuration, where it would be rejected again', async () => {
  const deployment = await withNames();
  const { context, data } = deployment;
  await release(context, DATASET, ['names.txt:2', 'names.txt:4'], RELEASE);
  await release(context, DATASET, ['names.txt:3'], { ...RELEASE, mode: 'fix' });
  const counts = async () => (await status(context, DATASET, { show: 20 })).items;
  expect(await counts()).toMatchObject({ accepted: 5, rejected: 1 });

  const reconfigure = (config: string) =>
    put(context, [folderOf({ 'dataset.yaml': config })], { dataset: DATASET, show: 5, ...WAIT });
  await reconfigure(CONFIG.replace('maxLength: 12', 'maxLength: 10'));
  expect(await counts()).toMatchObject({ accepted: 5, rejected: 1, byIssue: { 'text.encoding': 1 } });
  expect((await list(deployment)).items.map(({ path }) => path)).toEqual(['bad.txt']);
  const lengths: number[] = [];
  for await (const { key } of data.list('parts/')) {
    const items = await decodeTextPart((await data.get(key))?.body as Uint8Array);
    lengths.push(...items.map(({ length }) => length));
  }
  expect(lengths.filter((length) => length === 10)).toEqual([10]);

  // Where no rule rejects it any more, it counts once; where another does, it is rejected for that.
  await reconfigure(CONFIG.replace('min: 3', 'min: 2'));
  expect(await counts()).toMatchObject({ accepted: 5, rejected: 1 });
  await reconfigure(
    CONFIG.replace('{ text.too-short', '{ text.repetition: { action: off }, text.too-short').replace(
      'maxLength: 12',
      'maxLength: 1',
    ),
  );
  expect((await list(deployment)).items.map(({ line }) => line)).toEqual(expect.arrayContaining([1, 2, 4, 5]));
});

test('what cannot be read is not released, and it is said why', async () => {
  const deployment = await withNames();
  const bad = (await list(deployment)).items.find(({ path }) => path === 'bad.txt');
  const answer = await release(deployment.context, DATASET, [bad?.id as string], RELEASE);
  expect(answer).toMatchObject({ accepted: 0, waivers: [] });
  expect(printReleased(answer, PLAIN)).toMatch(/1 not tried:\n.*cannot be released/);
});

test('a name that fits nothing or several is refused before anything is sent', async () => {
  const { context, data } = await withNames();
  await expect(release(context, DATASET, ['nobody'], RELEASE)).rejects.toMatchObject({
    message: 'Nothing in quarantine is named nobody.',
    next: `List the items: goldpan quarantine list ${DATASET}`,
  });
  await expect(release(context, DATASET, ['names.txt'], RELEASE)).rejects.toThrow(/3 items match names\.txt/);
  await expect(release(context, DATASET, [], RELEASE)).rejects.toThrow(/No items are named/);
  for await (const { key } of data.list(keys.waivers(DATASET))) expect.fail(key);
});

test('a release that nobody cleans says so, and the same command goes on from there', async () => {
  const { context, halt } = await withNames();
  halt();
  await expect(release(context, DATASET, ['names.txt:2'], RELEASE)).rejects.toMatchObject({
    message: expect.stringContaining('No verdict for'),
    next: expect.stringContaining('the same command again'),
  });
});

test('a picture is released by its path in the archive, and its bytes are at hand', async () => {
  const deployment = memoryDeployment();
  const { context } = deployment;
  const config =
    'kind: image\nimage: { width: 28, height: 28, channels: 1 }\nrules: { image.low-information: { action: reject }, image.near-uniform: { action: reject } }\n';
  const blank = await sharp({ create: { width: 28, height: 28, channels: 3, background: 'grey' } })
    .png()
    .toBuffer();
  const folder = folderOf({ 'dataset.yaml': config, 'a/1.png': await greyPng(28, 28, 1), 'a/blank.png': blank });
  await put(context, [folder], { dataset: 'digits', show: 5, ...WAIT });
  const out = join(folderOf({ x: '' }), 'blank.png');
  const shown = await showHeld(context, 'digits', 'a/blank.png', { out });
  expect(shown.bytes?.key).toContain('quarantine/digits/');
  expect(new Uint8Array(readFileSync(out))).toEqual(new Uint8Array(blank));
  expect(await release(context, 'digits', ['a/blank.png'], RELEASE)).toMatchObject({ accepted: 1, rejected: [] });
  expect((await status(context, 'digits', { show: 5 })).uploads).toMatchObject({ accepted: 1, partly: 0 });
});

test('a row of a table is mended by its line, and the counts say so', async () => {
  const deployment = memoryDeployment();
  const { context } = deployment;
  const rows = Array.from({ length: 40 }, (_, i) => `${20 + i},${i % 2 ? 'clerk' : 'manager'}`);
  const folder = folderOf({ 'adult.csv': ['age,job', ...rows, '61', ''].join('\n') });
  await put(context, [join(folder, 'adult.csv')], { dataset: 'adult', show: 5, ...WAIT });
  const { row } = await showHeld(context, 'adult', 'adult.csv:42', {});
  expect(row).toBe('61');
  expect(await release(context, 'adult', ['adult.csv:42'], { ...RELEASE, mode: 'fix' })).toMatchObject({ accepted: 1 });
  expect((await status(context, 'adult', { show: 5 })).items).toMatchObject({ accepted: 41, rejected: 0 });
  const changed = folderOf({ 'dataset.yaml': 'kind: table\nlicense: CC0-1.0\n' });
  const again = await put(context, [changed], { dataset: 'adult', show: 5, ...WAIT });
  expect(again.items).toMatchObject({ accepted: 41, rejected: 0 });
});

test('a release is recorded before its unit is sent, so that somebody always answers for it', async () => {
  const memory = await withNames();
  const order: string[] = [];
  const data: Store = {
    ...memory.data,
    put(key, ...rest) {
      if (key.startsWith('waivers/')) order.push('record');
      return memory.data.put(key, ...rest);
    },
  };
  const { deployment } = memory.context;
  const sendUnit: typeof deployment.sendUnit = (...given) => {
    order.push('message');
    return deployment.sendUnit(...given);
  };
  const context = { ...memory.context, deployment: { ...deployment, data, sendUnit } };
  const [item] = (await list(memory)).items.filter(({ line }) => line === 2);
  await release(context, DATASET, [item?.id ?? ''], RELEASE);
  expect(order).toEqual(['record', 'message']);
});
