import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { flaggedCounts } from '#client/datasets/flagged-counts.ts';
import { PutOutput } from '#client/upload/output.ts';
import { proposeConfig } from '#client/upload/propose-config.ts';
import { put } from '#client/upload/put.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { missingItems } from '#core/snapshot/gate.ts';
import { keys } from '#core/store/keys.ts';
import { printPut } from '../../../cli/print/data/put.ts';
import { printStatus } from '../../../cli/print/data/status.ts';
import { uploadLog } from '../../../cli/print/data/upload-log.ts';
import { greyPng, zipOf } from '../../fixtures/pictures.ts';
import { tarOf } from '../../fixtures/tars.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment, PLAIN } from './memory-deployment.ts';

const OPTIONS = { dataset: 'digits', show: 20, timeoutMs: 600_000 };

async function labelledFolder(more: Record<string, Uint8Array | string> = {}): Promise<string> {
  const files: Record<string, Uint8Array | string> = { ...more };
  for (let i = 0; i < 6; i++) files[`${i % 2}/${i}.png`] = await greyPng(28, 28, i + 1);
  return folderOf(files, 'digits');
}

test('a folder becomes one archive, and a new dataset gets a configuration from the majority of its files', async () => {
  const { context, drop, said } = memoryDeployment();
  const answer = await put(context, [await labelledFolder()], OPTIONS);
  expect(PutOutput.parse(answer).put.uploaded).toEqual(['digits/digits.zip']);
  expect(answer.items).toMatchObject({ accepted: 6, rejected: 0 });
  expect(answer.uploads).toEqual({ total: 1, accepted: 1, partly: 0, rejected: 0, pending: 0 });
  const config = new TextDecoder().decode((await drop.get('digits/dataset.yaml'))?.body);
  expect(config).toMatch(/kind: image[\s\S]*width: 28[\s\S]*channels: 1[\s\S]*labels: folder/);
  expect(said()).toContain('digits is new');
});

test('what was rejected is said with its code, its place and what to do', async () => {
  const { context } = memoryDeployment();
  const png = await greyPng(28, 28, 9);
  const folder = await labelledFolder({
    '0/cut.png': png.subarray(0, 120),
    '1/empty.png': '',
    '1/notes.png': 'not a picture',
  });
  const answer = await put(context, [folder], OPTIONS);
  expect(answer.put.items).toEqual({ accepted: 6, rejected: 3 });
  expect(answer.put.byIssue).toEqual({ 'image.truncated': 1, 'upload.empty': 1, 'upload.type-not-allowed': 1 });
  const text = printPut(answer, PLAIN);
  expect(text).toMatch(/image\.truncated: 0\/cut\.png: The image file/);
  expect(text).toContain('1/notes.png');
});

test('a flagged item is listed apart from the rejected ones, a long list of accepted types once, and what a training lacks', async () => {
  const { context } = memoryDeployment();
  const folder = await labelledFolder({
    'loose.png': await greyPng(28, 28, 9),
    '0/a.png': 'not a picture',
    '1/b.png': 'not one either',
  });
  const answer = PutOutput.parse(await put(context, [folder], OPTIONS));
  expect(answer.put.items).toEqual({ accepted: 7, rejected: 2 });
  expect(answer.put.flagged).toEqual({ 'item.no-label': 1 });
  expect(answer.items.flagged).toEqual({ 'item.no-label': 1 });
  const text = printPut(answer, PLAIN);
  const listed = /\n\n2 +upload\.type-not-allowed .*\n\nKept and flagged, not among the rejected:\n1 +item\.no-label /;
  expect(text).toMatch(listed);
  expect(printStatus(answer, PLAIN)).toMatch(listed);
  expect(text.match(/allowed: PNG, JPEG, /g)).toHaveLength(1);
  expect(text).toMatch(/b\.png: .*given: text; allowed: as above\)/);
  expect(answer.missing).toMatchObject({ what: 'items', have: 7, need: 32 });
  expect(text).toMatch(
    /7 accepted images\. 25 more: 32 distinct, clean items .*\. Next: goldpan put <more files> --dataset digits$/,
  );
  const missing = missingItems({ minItems: 500 }, 303) ?? null;
  expect(printPut({ ...answer, missing }, PLAIN)).toMatch(
    /197 more: 500 items are required by gate\.minItems in dataset\.yaml\.\nNext: goldpan report digits /,
  );
  const enough = missingItems({ minItems: 500 }, 500) ?? null;
  expect(printPut({ ...answer, missing: enough }, PLAIN)).toMatch(/Next: goldpan fit digits$/);
});

test('a rule that dataset.yaml sets to reject is not taken for a flag', () => {
  const counts = { 'item.no-label': 2, 'image.blurry': 1 } as const;
  expect(flaggedCounts(counts, { 'item.no-label': { action: 'reject' } })).toEqual({ 'image.blurry': 1 });
});

test('putting the same again sends nothing and follows the verdicts that are there', async () => {
  const { context } = memoryDeployment();
  const folder = await labelledFolder();
  const first = await put(context, [folder], OPTIONS);
  const again = await put(context, [folder], OPTIONS);
  expect(again.put.uploaded).toEqual([]);
  expect(again.put.unchanged).toEqual(['digits/digits.zip']);
  expect(again.items).toEqual(first.items);
  expect(again.put).toMatchObject({ files: 6, config: 'none' });
  expect(printPut(again, PLAIN)).toMatch(
    /^Nothing new: 6 files in 1 object are there already with the same content\.\nTheir verdicts: 6 images accepted, 0 rejected\./,
  );
});

test('many files are looked up in one listing, as far as that is worth it, and only the new ones are sent', async () => {
  const { context, drop } = memoryDeployment();
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 20; i++) files[`${String(i).padStart(2, '0')}.png`] = await greyPng(28, 28, i + 1);
  const folder = folderOf(files, 'digits');
  const paths = Object.keys(files).map((name) => join(folder, name));
  await put(context, paths.slice(0, 19), OPTIONS);
  // More than are listed for 20 files, in front of all but the first of theirs.
  for (let i = 0; i < 170; i++) await drop.put(`digits/00.png-${i}`, '');
  const asked: string[] = [];
  const head: typeof drop.head = async (key, options) => {
    asked.push(key);
    return drop.head(key, options);
  };
  const counted = { ...drop, head };
  const again = await put({ ...context, deployment: { ...context.deployment, drop: counted } }, paths, OPTIONS);
  expect(again.put.uploaded).toEqual(['digits/19.png']);
  expect(again.put.unchanged).toHaveLength(19);
  expect(asked.filter((key) => key.endsWith('.png')).sort()).toEqual(
    paths.slice(1).map((path) => `digits/${basename(path)}`),
  );
});

test('a file that is dropped anew while its first version is cleaned is followed in its new version', async () => {
  const { context, drop } = memoryDeployment();
  const folder = folderOf({ 'a.png': await greyPng(28, 28, 1), 'b.png': await greyPng(28, 28, 2) }, 'digits');
  let listings = 0;
  const listLatest: typeof drop.listLatest = async function* (prefix) {
    for await (const one of drop.listLatest(prefix)) yield one;
    if (++listings === 1) await drop.put('digits/a.png', await greyPng(28, 28, 9));
  };
  const deployment = { ...context.deployment, drop: { ...drop, listLatest } };
  const answer = await put({ ...context, deployment }, [join(folder, 'a.png'), join(folder, 'b.png')], OPTIONS);
  expect(answer.put.uploads).toMatchObject({ total: 2, accepted: 2, pending: 0 });
  expect(answer.items.accepted).toBe(2);
});

test('a changed dataset.yaml tells what is cleaned again, and is followed to the last verdict', async () => {
  const { context, said } = memoryDeployment();
  const first = await put(context, [await labelledFolder()], OPTIONS);
  const file = 'kind: image\nimage: { width: 12, height: 12, channels: 1 }\nlabels: folder\n';
  const again = await put(context, [folderOf({ 'dataset.yaml': file })], OPTIONS);
  expect(again.configId).not.toBe(first.configId);
  expect(again).toMatchObject({ cleaning: null, put: { items: { accepted: 6, rejected: 0 } } });
  expect(said()).toContain(`Changed: image. Configuration ${again.configId} replaces ${first.configId}.`);
  expect(said()).toContain('1 upload cleaned again under it');
  await put(context, [folderOf({ 'dataset.yaml': `${file}train: { epochs: 3 }\n` })], OPTIONS);
  expect(said()).toContain('nothing is cleaned again');
});

test('files are dropped under their own names, whatever these are', async () => {
  const { context, drop } = memoryDeployment();
  const names = ['a b+c%20.png', 'é😀.png'];
  const folder = folderOf({
    [names[0] as string]: await greyPng(28, 28, 1),
    [names[1] as string]: await greyPng(28, 28, 2),
  });
  const answer = await put(
    context,
    names.map((name) => join(folder, name)),
    OPTIONS,
  );
  expect(answer.put.items).toEqual({ accepted: 2, rejected: 0 });
  for (const name of names) expect(await drop.head(`digits/${name}`)).toBeDefined();
});

test('a dataset.yaml in the folder goes first and is not packed', async () => {
  const { context, data } = memoryDeployment();
  const folder = await labelledFolder({
    'dataset.yaml': 'kind: image\nimage: { width: 12, height: 12, channels: 1 }\n',
  });
  const answer = await put(context, [folder], OPTIONS);
  expect(answer.put.items).toEqual({ accepted: 6, rejected: 0 });
  const config = new TextDecoder().decode((await data.get(keys.currentConfig('digits')))?.body);
  expect(config).toContain('"width":12');
});

test('a dataset.yaml with a mistake is told by its line, and nothing is uploaded', async () => {
  const { context, drop } = memoryDeployment();
  const folder = await labelledFolder({ 'dataset.yaml': 'kind: image\nimage: { width: 12, hieght: 12 }\n' });
  await expect(put(context, [folder], OPTIONS)).rejects.toThrow(/config\.unknown-key: .*line 2.*hieght/s);
  for await (const { key } of drop.list('')) expect(key).toBe('nothing');
});

test('functions that do not run are told, with what the dead-letter queues say, and in the end it is given up', async () => {
  const { context, halt, said, drop } = memoryDeployment({ deadLetters: 3 });
  await drop.put('digits/dataset.yaml', 'kind: image\n');
  halt();
  const folder = await labelledFolder();
  await expect(put(context, [folder], OPTIONS)).rejects.toThrow(/No new verdict for 10 min/);
  expect(said()).toContain('3 messages in the dead-letter queues');
});

test('a path that is not there and an empty folder are refused before anything is sent', async () => {
  const { context } = memoryDeployment();
  await expect(put(context, ['/nowhere/at/all'], OPTIONS)).rejects.toThrow(/no file or folder/);
  await expect(put(context, [folderOf()], OPTIONS)).rejects.toThrow(/contains no file/);
  await expect(put(context, [folderOf()], { ...OPTIONS, dataset: 'Not Good' })).rejects.toThrow(
    /not a valid name for a dataset/,
  );
});

test.each([
  ['names.txt', 'Emma\nOlivia\nAva\nIsabella\nSophia\nMia\n', /kind: text[\s\S]*unit: line/],
  ['adult.csv', 'age,job\n39,clerk\n50,manager\n38,cleaner\n', /kind: table/],
])('a new dataset of %s gets the configuration of its kind', async (name, content, expected) => {
  const path = join(folderOf({ [name]: content }), name);
  const file = { path, name, size: Buffer.byteLength(content) };
  const proposed = await proposeConfig([{ type: 'file', key: `d/${name}`, file }]);
  expect(proposed).toMatch(expected);
  expect(parseDatasetFile(proposed ?? '')).toMatchObject({ ok: true });
});

test.each(['zip', 'tar', 'tar.gz'])('a .%s is looked into', async (ending) => {
  const files = { '0/a.png': await greyPng(28, 28, 1), '1/b.png': await greyPng(28, 28, 2) };
  const bytes = ending === 'zip' ? await zipOf(files) : await tarOf(files, { gzip: ending === 'tar.gz' });
  const name = `pictures.${ending}`;
  const path = join(folderOf({ [name]: bytes }), name);
  const proposed = await proposeConfig([{ type: 'file', key: `d/${name}`, file: { path, name, size: bytes.length } }]);
  expect(proposed).toMatch(/kind: image[\s\S]*width: 28[\s\S]*labels: folder/);
});

test('an interrupted put says what was sent, and the same command continues', async () => {
  const { context } = memoryDeployment();
  const { notify, sentence } = uploadLog(context.notify);
  const folder = folderOf({ '1.png': await greyPng(28, 28, 1), '2.png': await greyPng(28, 28, 2) }, 'digits');
  const [one = '', two = ''] = ['1.png', '2.png'].map((name) => join(folder, name));
  await put({ ...context, notify }, [one], OPTIONS);
  expect(sentence()).toContain('Interrupted: 1 of 1 file sent in 1 object.');
  expect(uploadLog(() => undefined).sentence()).toBe('Interrupted before anything was sent.');
  const again = uploadLog(context.notify);
  await put({ ...context, notify: again.notify }, [one, two], OPTIONS);
  expect(again.sentence()).toContain('1 of 2 files sent in 1 object, 1 were there already.');
});
