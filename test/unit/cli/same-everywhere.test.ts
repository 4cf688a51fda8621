// The same files have the same verdicts by `check` on this machine, by `put` as an archive, and dropped one by one.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectDrops } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import { proposeConfig } from '#client/upload/propose-config.ts';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { loadCleaner } from '#stages/clean/load-cleaner.ts';
import { check } from '../../../cli/local/check.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { type Intake, intake } from '../../fixtures/ingest.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { READ_PROCESS } from '../../fixtures/read-process.ts';
import { folderOf } from '../client/folder.ts';
import { tone, wavOf } from '../core/kinds/audio/sounds.ts';

type Files = Record<string, Uint8Array | string>;
/** What is compared: how many items are in and out and why, and which remarks concern labels. */
type Told = { accepted: number; rejected: number; byIssue: Record<string, number | undefined>; spellings: string[] };

const quiet = { write: () => true };
const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map((seed) => greyPng(28, 28, seed)));
const classes: Files = { 'cat/1.png': one, 'cat/2.png': two, 'dog/1.png': three, 'dog/2.png': four } as Files;

const FUNCTIONS = join(import.meta.dirname, '../../../functions');
const PROCESSES = {
  readProcess: READ_PROCESS,
  decodeProcess: join(FUNCTIONS, 'clean-audio/decode-process.ts'),
  extractProcess: join(FUNCTIONS, 'clean-text/extract-process.ts'),
  scratch: tmpdir(),
};

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

async function cleanAll({ queue, drop, data, current }: Intake): Promise<void> {
  const kind = (await current('d'))?.config.kind;
  if (!kind) return;
  const clean = await loadCleaner(kind, PROCESSES);
  for (let message = queue.shift(); message; message = queue.shift()) await clean(message, { drop, data });
}

async function told(into: Intake): Promise<Told> {
  await cleanAll(into);
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
  const { 'upload.litter': litter = 0, 'upload.notes': notes = 0, ...rest } = byIssue;
  return { ...others, rejected: rejected - litter - notes, byIssue: rest };
}

const rows = (from: number, of: (i: number) => string) =>
  `id,price,town\n${Array.from({ length: 60 }, (_, i) => of(from + i)).join('\n')}\n`;
const clip = (hertz: number) => wavOf(tone({ hertz }));

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
  [
    'pictures in one folder, and the answer of a server in place of one',
    {
      'JPEGImages/1.png': one,
      'JPEGImages/2.png': two,
      'JPEGImages/3.jpg': '<!DOCTYPE html><html><body>404</body></html>',
    } as Files,
  ],
  ['a sidecar', { '1.png': one, '2.png': two, 'metadata.csv': 'file_name,label\n1.png,Cat\n2.png,cat\n' } as Files],
  [
    'sounds that are whole, cut short, without samples, and no sounds',
    {
      'yes/1.wav': clip(300),
      'yes/2.wav': clip(500),
      'no/1.wav': clip(700),
      'no/2.wav': clip(900).subarray(0, -800),
      'no/3.wav': wavOf([]),
      'no/4.wav': 'not a sound',
      '__MACOSX/no/._1.wav': 'x',
    } as Files,
  ],
  [
    'tables with notes beside them, rows that break the schema, and a page in place of a table',
    {
      'a.csv': rows(0, (i) => `${i},${i}.5,Ulm`),
      'b.csv': rows(100, (i) => `${i},${i % 20 ? i : 'twelve'},Bonn`),
      'c.csv': rows(200, (i) => (i === 210 ? `${i},1` : `${i},${i}.25,Ulm`)),
      'd.csv': '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>',
      'README.md': '# Towns, prices\n\nTwo lines, no table\n',
      LICENSE: 'MIT License',
      '.DS_Store': 'x',
    },
  ],
  [
    'texts in two encodings, with one that is empty, one twice and one that is a scan',
    {
      'a.txt': 'The cat sat on the mat.\nThe dog ran over the hill.\nThe cat sat on the mat.\n',
      'b.txt': Buffer.from(
        'Der B\u00e4r l\u00e4uft m\u00fcde \u00fcber gro\u00dfe H\u00fcgel.\nSch\u00f6ne Gr\u00fc\u00dfe\n',
        'latin1',
      ),
      'c.txt': '',
      'd.txt': Buffer.of(0x41, 0, 0x42, 0, 0x43, 0, 0x44, 0),
    },
  ],
])('%s: check, put and single objects agree', async (_, files) => {
  const folder = folderOf(files);
  const { drops } = await collectDrops('d', [folder]);
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
