import {
  binary,
  columnFromArray,
  dictionary,
  field,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectFiles } from '#client/upload/collect.ts';
import { mutant, mutantCount } from '../../../fixtures/mutants.ts';
import { greyPng } from '../../../fixtures/pictures.ts';
import { archivedFiles } from '../archived-files.ts';
import { folderOf } from '../folder.ts';

/** What the archives hold, by the names of the pictures. */
async function unpacked(files: Record<string, Uint8Array | string>) {
  const collected = await collectFiles([folderOf(files)]);
  const { files: left, archives, remarks } = await unpackArrays(collected.files, folderOf());
  const pictures = new Map<string, Buffer>();
  for await (const { path, bytes } of archivedFiles(archives)) pictures.set(path, Buffer.from(bytes));
  return { left: left.map(({ name }) => name), pictures, said: remarks.map(({ given }) => given) };
}

test('STL-10 becomes colour pictures, turned from columns to rows, in folders of their classes', async () => {
  const pixels = 96 * 96;
  const bytes = Buffer.alloc(2 * 3 * pixels);
  // Of the second picture: red at column 5, row 2; blue at column 0, row 95.
  bytes[3 * pixels + 5 * 96 + 2] = 200;
  bytes[3 * pixels + 2 * pixels + 95] = 100;
  const { left, pictures, said } = await unpacked({
    'train_X.bin': bytes,
    'train_y.bin': Uint8Array.of(2, 1),
    'class_names.txt': 'airplane\nbird\n',
    'fold_indices.txt': '0 1\n',
  });
  expect(left).toEqual([]);
  expect([...pictures.keys()]).toEqual(['train/bird/train_X-0.png', 'train/airplane/train_X-1.png']);
  expect(said).toEqual(['2 images of 96 x 96, colour, 2 labels; train']);
  const raw = await sharp(pictures.get('train/airplane/train_X-1.png') as Buffer)
    .raw()
    .toBuffer();
  const at = (x: number, y: number) => [...raw.subarray((y * 96 + x) * 3, (y * 96 + x) * 3 + 3)];
  expect([at(5, 2), at(0, 95), at(2, 5)]).toEqual([
    [200, 0, 0],
    [0, 0, 100],
    [0, 0, 0],
  ]);
  await expect(unpacked({ 'test_X.bin': bytes, 'test_y.bin': Uint8Array.of(1) })).rejects.toThrow(
    /2 pictures.*1 label/,
  );
});

test('an Arrow file that datasets saved with pictures gives these, with the names of their classes', async () => {
  const png = await greyPng(8, 8, 1);
  const other = await greyPng(8, 8, 2);
  const image = columnFromArray(
    [
      { bytes: png, path: null },
      { bytes: other, path: 'b.png' },
      { bytes: null, path: 'far.png' },
    ],
    struct([field('bytes', binary()), field('path', utf8())]),
  );
  const table = tableFromColumns({ image, label: columnFromArray([1, 0, 1]) });
  const described = { info: { features: { label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } };
  table.schema.metadata = new Map([['huggingface', JSON.stringify(described)]]);
  const saved = (format: 'stream' | 'file') => tableToIPC(table, { format }) as Uint8Array;
  const { left, pictures, said } = await unpacked({
    'train/data-00000-of-00001.arrow': saved('stream'),
    'train/state.json': '{"_split":"train"}',
    'train/dataset_info.json': '{}',
    'dataset_dict.json': '{"splits":["train"]}',
  });
  expect(left).toEqual([]);
  expect([...pictures.keys()]).toEqual(['dog/data-00000-of-00001-0.png', 'cat/data-00000-of-00001-1.png']);
  expect([...pictures.values()].map((bytes, i) => bytes.equals(i === 0 ? png : other))).toEqual([true, true]);
  expect(said).toEqual(['a table of Hugging Face with the column image, 3 rows, 2 labels']);
});

test('an Arrow table without pictures, and a broken one, are left as they are', async () => {
  const words = tableFromColumns({ word: columnFromArray(['a', 'b'], dictionary(utf8())) });
  const { left } = await unpacked({
    'a.arrow': tableToIPC(words, { format: 'file' }) as Uint8Array,
    'b.arrow': Buffer.from('ARROW1\0\0 and nothing else'),
  });
  expect(left).toEqual(['a.arrow', 'b.arrow']);
});

test('an Arrow file that names one large picture in thousands of rows is refused', async () => {
  const inner = struct([field('bytes', dictionary(binary())), field('path', utf8())]);
  const large = { bytes: Buffer.alloc(2 ** 16, 7), path: 'a.png' };
  const image = columnFromArray(
    Array.from({ length: 1000 }, () => large),
    inner,
  );
  const bomb = tableToIPC(tableFromColumns({ image }), { format: 'stream' }) as Uint8Array;
  expect(bomb.length).toBeLessThan(2 ** 18);
  await expect(unpacked({ 'a.arrow': bomb })).rejects.toMatchObject({
    name: 'ClientFailure',
    message: expect.stringContaining('more than'),
  });
});

test('a damaged Arrow file of pictures is left as it is, read, or refused with what to do', async () => {
  const image = columnFromArray(
    Array.from({ length: 9 }, (_, i) => ({ bytes: Buffer.alloc(40, i + 1), path: `${i}.png` })),
    struct([field('bytes', binary()), field('path', utf8())]),
  );
  const whole = tableToIPC(tableFromColumns({ image }), { format: 'stream' }) as Uint8Array;
  let ended = 0;
  for (let seed = 1; seed <= mutantCount(30); seed++) {
    const found = await unpacked({ 'a.arrow': mutant(whole, seed) }).catch((error: Error) => error.name);
    if (found === 'ClientFailure' || typeof found === 'object') ended++;
  }
  expect(ended).toBe(mutantCount(30));
});
