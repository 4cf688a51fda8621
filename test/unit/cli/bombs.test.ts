// Files made to fill the memory or to take forever cost themselves alone: each is refused by name, and its neighbours are read.
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../cli/local/check.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { pictureBombs, tableBombs, textBombs } from '../../fixtures/bombs.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from '../client/folder.ts';

const silent = { write: () => true };

/** The first issue of each file, by its name; `read` where it has none. */
async function fates(files: Readonly<Record<string, Uint8Array | string>>): Promise<Record<string, string>> {
  const { files: answers } = await check(openTerminal(silent, silent, { NO_COLOR: '1' }), [folderOf(files)], {
    show: 1,
  });
  return Object.fromEntries(
    answers.map(({ file, accepted, issues: [issue] }) => [
      basename(file),
      issue ? `${issue.code}: ${issue.given}` : accepted > 0 ? 'read' : 'nothing',
    ]),
  );
}

test('among tables: 10 GB in a workbook of 1 MB, entities, nested Zstandard, blocks of Avro without an end', async () => {
  const bombs = await tableBombs();
  expect(bombs['10 GB.xlsx']?.length).toBeLessThan(1.2e6);
  const rows = Array.from({ length: 60 }, (_, i) => `${i},x${i}\n`).join('');
  expect(await fates({ ...bombs, 'good.csv': `a,b\n${rows}`, 'other.csv': `a,b\n${rows}` })).toEqual({
    '10 GB.xlsx': expect.stringMatching(/^table\.corrupt: .* unpack to more/),
    'entities.xlsx': expect.stringMatching(/^table\.corrupt: .*entities of its own/),
    'nested.csv.zst': expect.stringMatching(/^table\.corrupt: .*Zstandard.* inside of/),
    'endless.avro': expect.stringMatching(/^table\.corrupt: .*a length of 1099511627776/),
    'endless list.avro': expect.stringMatching(/^table\.corrupt: .*35184372088832 items/),
    'good.csv': 'read',
    'other.csv': 'read',
  });
});

test('among pictures: photos of 65,280 tiles', async () => {
  const good = await greyPng(28, 28, 1);
  expect(await fates({ ...pictureBombs(), 'good.png': good, 'other.png': await greyPng(28, 28, 2) })).toEqual({
    'tiles.heic': expect.stringMatching(/^image\.corrupt: .*security limit/),
    'tiles over 266 megapixels.heic': expect.stringMatching(/^image\.too-many-pixels: 16384 x 16320/),
    'good.png': 'read',
    'other.png': 'read',
  });
});

test('among texts: entities in a Word document, a PDF of a million objects', async () => {
  const good = Array.from({ length: 4 }, (_, i) => [
    `good ${i}.txt`,
    `A good document number ${i} with words in it.\n`,
  ]);
  expect(await fates({ ...(await textBombs()), ...Object.fromEntries(good) })).toEqual({
    'entities.docx': expect.stringMatching(/^text\.broken-document: .*entities of its own/),
    'objects.pdf': expect.stringMatching(/^text\./),
    ...Object.fromEntries(good.map(([name]) => [name, 'read'])),
  });
});
