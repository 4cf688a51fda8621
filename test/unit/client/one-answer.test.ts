// `check`, `put` and the functions in the cloud give one answer to each input, since one function decides.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { put } from '#client/upload/put.ts';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { check } from '../../../cli/local/check.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { exifOf, jpegWithExif } from '../../fixtures/exif.ts';
import { intake } from '../../fixtures/ingest.ts';
import { colourJpeg, greyPng, zipOf } from '../../fixtures/pictures.ts';
import { type RawEntry, rawZip } from '../../fixtures/raw-zips.ts';
import { tarOf } from '../../fixtures/tars.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const png = (i: number) => greyPng(28, 28, i + 1);
const named = async (names: readonly (string | Uint8Array)[]): Promise<RawEntry[]> =>
  Promise.all(names.map(async (name, i) => ({ name, content: await png(i) })));
const files = async (names: readonly string[]) =>
  Object.fromEntries(await Promise.all(names.map(async (name, i) => [name, await png(i)] as const)));
const link = { name: 'cat/l', type: 'symlink' as const, linkname: '1.png' };

test.each<[string, string, () => Promise<Uint8Array>]>([
  ['names with ./ and backslashes', 'a.zip', async () => rawZip(await named(['./cat/1.png', 'dog\\2.png']))],
  ['a class with a dot', 'a.zip', async () => rawZip(await named(['.NET/1.png', 'Java/2.png']))],
  [
    'Shift_JIS',
    'a.zip',
    async () => rawZip(await named([Buffer.from('944c2f31', 'hex'), Buffer.from('955c2f31', 'hex')])),
  ],
  [
    'litter',
    'a.zip',
    async () => zipOf(await files(['cat/1.png', 'dog/2.png', '__MACOSX/._1.png', 'cat/@eaDir/x.jpg'])),
  ],
  ['a wrong count', 'a.zip', async () => rawZip(await named(['cat/1', 'cat/2', 'dog/1']), { declared: 1 })],
  [
    'a method that is not read',
    'a.zip',
    async () => rawZip([...(await named(['cat/1', 'dog/1'])), { name: 'dog/2', method: 12 }]),
  ],
  ['only methods that are not read', 'a.zip', async () => rawZip([{ name: 'dog/2', method: 93 }])],
  ['nothing but litter', 'a.zip', async () => rawZip([{ name: '__MACOSX/._a' }])],
  [
    'links',
    'a.tar',
    async () =>
      tarOf([
        ...Object.entries(await files(['cat/1.png', 'dog/2.png'])).map(([name, content]) => ({ name, content })),
        link,
      ]),
  ],
  ['spellings', 'a.zip', async () => zipOf(await files(['Cat/1.png', 'cat/2.png', 'cat/3.png']))],
  ['splits', 'a.zip', async () => zipOf(await files(['train/cat/1.png', 'train/dog/2.png', 'test/cat/3.png']))],
  [
    'a YOLO layout',
    'a.zip',
    async () => zipOf({ ...(await files(['images/train/1.png'])), 'labels/train/1.txt': new Uint8Array(3) }),
  ],
  [
    'a turned picture',
    'a.jpg',
    async () => jpegWithExif(await colourJpeg(), exifOf(6, { little: false, type: 'LONG' })),
  ],
  ['a desktop file', 'Thumbs.db', async () => new Uint8Array(900)],
])('%s', async (_, name, make) => {
  const folder = folderOf({ [name]: await make() });
  const path = join(folder, name);
  const terminal = openTerminal(process.stdout, process.stderr, { NO_COLOR: '1' });
  const checked = await check({ ...terminal, say: () => undefined }, [path], { show: 20 } as never);
  const stored = await put(memoryDeployment().context, [path], { dataset: 'd', show: 20, timeoutMs: 600_000 });
  const { drop, data, dropObject, cleanAll, current } = intake();
  await dropObject(`d/${name}`, readFileSync(path));
  await cleanAll();
  const inventory = await takeInventory(drop, data, 'd', (await current('d'))?.configId);
  const cloud = countInventory(inventory, await readDetails(data, inventory));
  const answer = ({ accepted, rejected }: { accepted: number; rejected: number }, rest: object) => ({
    accepted,
    rejected,
    ...rest,
  });
  const { items, remarks } = checked;
  const ours = answer(items, { byIssue: items.byIssue, fixed: items.fixed, remarks });
  expect(
    answer(stored.put.items, { byIssue: stored.put.byIssue, fixed: stored.put.fixed, remarks: stored.put.remarks }),
  ).toEqual(ours);
  expect(answer(cloud.items, { byIssue: cloud.byIssue, fixed: cloud.fixed, remarks: cloud.remarks })).toEqual(ours);
});
