// The same files have the same verdicts by `check` on this machine, by `put` as an archive, and dropped one by one.
import { expect, test } from 'vitest';
import { collectDrops } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import { proposeConfig } from '#client/upload/propose-config.ts';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { check } from '../../../cli/local/check.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { type Intake, intake } from '../../fixtures/ingest.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from '../client/folder.ts';

type Files = Record<string, Uint8Array | string>;
/** What is compared: how many items are in and out and why, and which remarks concern labels. */
type Told = { accepted: number; rejected: number; byIssue: Record<string, number | undefined>; spellings: string[] };

const quiet = { write: () => true };
const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map((seed) => greyPng(28, 28, seed)));
const classes: Files = { 'cat/1.png': one, 'cat/2.png': two, 'dog/1.png': three, 'dog/2.png': four } as Files;

const spellingsOf = (remarks: readonly { code: string; given?: string | undefined }[]) =>
  remarks.flatMap(({ code, given = '' }) => (code === 'label.spelling' ? [given] : []));

async function byCheck(folder: string): Promise<Told> {
  const { items, remarks } = await check(openTerminal(quiet, quiet, { NO_COLOR: '1' }), [folder], { show: 5 });
  return {
    accepted: items.accepted,
    rejected: items.rejected,
    byIssue: items.byIssue,
    spellings: spellingsOf(remarks),
  };
}

async function told(into: Intake): Promise<Told> {
  await into.cleanAll();
  const inventory = await takeInventory(into.drop, into.data, 'd', (await into.current('d'))?.configId);
  const refusals = await into.refusals();
  const { items, byIssue, remarks } = countInventory(inventory, await readDetails(into.data, inventory));
  expect(refusals.length).toBeLessThanOrEqual(items.rejected);
  return { ...items, byIssue, spellings: spellingsOf(remarks) } as Told;
}

async function dropped(config: string | undefined, objects: readonly (readonly [string, Uint8Array | string])[]) {
  const into = intake();
  if (config) await into.dropObject('d/dataset.yaml', config);
  for (const [key, body] of objects) await into.dropObject(key, body);
  return told(into);
}

/** An object that is no data is refused by itself, by name; in a folder or archive it is ignored, and told. */
function withoutLitter({ rejected, byIssue, ...others }: Told): Told {
  const { 'upload.litter': litter = 0, ...rest } = byIssue;
  return { ...others, rejected: rejected - litter, byIssue: rest };
}

test.each<[string, Files]>([
  ['classes', classes],
  [
    'litter of other programs',
    {
      ...classes,
      '__MACOSX/cat/._1.png': 'x',
      'cat/.DS_Store': 'x',
      'dog/Thumbs.db': 'x',
      'cat/@eaDir/1.png': two,
      '.ipynb_checkpoints/1.png': one,
    } as Files,
  ],
  ['a class that begins with a point', { ...classes, '.NET/1.png': one } as Files],
  [
    'spellings of one class',
    { 'Cat/1.png': one, 'cat/2.png': two, 'cat/3.png': three, 'cafe\u0301/4.png': four, 'café/5.png': one } as Files,
  ],
  [
    'folders named after splits',
    { 'train/cat/1.png': one, 'train/dog/1.png': two, 'val/cat/1.png': three, 'test/dog/1.png': four } as Files,
  ],
  ['splits below classes', { 'cat/train/1.png': one, 'dog/train/1.png': two, 'cat/val/1.png': three } as Files],
  [
    'a file that is broken, one that is empty, one that is no picture',
    {
      ...classes,
      'cat/3.png': (one as Uint8Array).subarray(0, 80),
      'dog/3.png': '',
      'dog/4.pdf': '%PDF-1.4 ...',
    } as Files,
  ],
  ['a sidecar', { '1.png': one, '2.png': two, 'metadata.csv': 'file_name,label\n1.png,Cat\n2.png,cat\n' } as Files],
])('%s: check, put and single objects agree', async (_, files) => {
  const folder = folderOf(files);
  const { drops } = collectDrops('d', [folder]);
  const config = await proposeConfig(drops);
  const archives = await Promise.all(
    drops.map(
      async (drop) => [drop.key, await packFolder(drop.type === 'archive' ? drop.files : [drop.file])] as const,
    ),
  );
  const checked = await byCheck(folder);
  expect(await dropped(config, archives)).toEqual(checked);
  const objects = Object.entries(files).map(([name, body]) => [`d/${name}`, body] as const);
  expect(withoutLitter(await dropped(config, objects))).toEqual(checked);
  expect(checked.accepted).toBeGreaterThan(0);
});
