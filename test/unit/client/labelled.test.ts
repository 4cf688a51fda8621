import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectFiles } from '#client/upload/collect.ts';
import { put } from '#client/upload/put.ts';
import { encodeColumns } from '#core/base/parquet-columns.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { folderLayoutOf } from '#core/ingest/layouts/layouts.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { tarOf } from '../../fixtures/tars.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const OPTIONS = { dataset: 'birds', show: 20, timeoutMs: 600_000 };

async function named(files: Record<string, Uint8Array | string>, labels?: string) {
  const found = await collectFiles([folderOf(files)], labels);
  const withCaption = found.files.filter(({ caption }) => caption !== undefined);
  return {
    captions: Object.fromEntries(withCaption.map(({ name, caption }) => [name, caption])),
    names: found.files.map(({ name }) => name),
    said: found.remarks.filter(({ code }) => code === 'layout.facts-beside').map(({ given }) => given),
  };
}

test('classes in files beside the pictures become folders; captions are kept, other facts are reported and left out', async () => {
  const { names, said, captions } = await named({
    'a.jpg': 'x',
    'a.cls': '3\n',
    'b.jpg': 'x',
    'b.json': '{"label": "wren", "width": 4}',
    'c.jpg': 'x',
    'c.jpg.json': '{"title": "c"}',
    'c.txt': 'a bird on a branch',
  });
  expect(names).toEqual(['3/a.jpg', 'c.jpg', 'wren/b.jpg']);
  expect(said).toEqual(['2 labels of 2 files, 1 captions']);
  expect(captions).toEqual({ 'c.jpg': 'a bird on a branch' });
});

test('texts with a few pictures among them stay texts', async () => {
  const files: Record<string, string> = { 'page1.png': 'x' };
  for (let i = 1; i < 5; i++) files[`page${i}.txt`] = 'words';
  expect(await named(files)).toEqual({ names: Object.keys(files).sort(), said: [], captions: {} });
});

test('a list of names and classes gives the labels, whatever it and its columns are called', async () => {
  const pictures = { 'p/001.jpg': 'x', 'p/002.jpg': 'x', 'p/003.jpg': 'x' };
  const wanted = ['p/dog/001.jpg', 'p/dog/003.jpg', 'p/wolf/002.jpg'];
  expect((await named({ ...pictures, 'labels.csv': 'id,breed\n001,dog\n002,wolf\n003,dog\n' })).names).toEqual(wanted);
  expect(
    (await named({ ...pictures, 'list.tsv': 'image\tx\np/001.jpg\tdog\np/002.jpg\twolf\n003.jpg\tdog\n' })).names,
  ).toEqual(wanted);
  expect(
    await named({ ...pictures, 'captions.txt': 'image,words\n001.jpg,"one, a"\n002.jpg,two\n003.jpg,three\n' }),
  ).toEqual({
    names: Object.keys(pictures),
    said: ['3 captions'],
    captions: { 'p/001.jpg': 'one, a', 'p/002.jpg': 'two', 'p/003.jpg': 'three' },
  });
  expect((await named({ ...pictures, 'other.csv': 'name,label\nx,y\n' })).names).toContain('other.csv');
});

test('a name, a space, and a transcript or a class: LibriSpeech, Kaldi, ImageNet', async () => {
  const sounds = { 'a/84-0000.wav': 'x', 'a/84-0001.wav': 'x', 'a/84-0002.wav': 'x' };
  const libri = await named({ ...sounds, 'a/84.trans.txt': '84-0000 GO ON\n84-0001 STOP\n84-0002 WHO IS IT\n' });
  expect(libri.names).toEqual(Object.keys(sounds));
  expect(libri.captions['a/84-0002.wav']).toBe('WHO IS IT');
  const kaldi = await named({
    ...sounds,
    'wav.scp': '84-0000 a/84-0000.wav\n84-0001 a/84-0001.wav\n84-0002 a/84-0002.wav\n',
  });
  expect({ names: kaldi.names, captions: kaldi.captions }).toEqual({ names: Object.keys(sounds), captions: {} });
  const pictures = { '1.jpg': 'x', '2.jpg': 'x', '3.jpg': 'x' };
  const classes = await named({ ...pictures, 'val.txt': '1.jpg 65\n2.jpg 7\n3.jpg 65\n' });
  expect(classes.names).toEqual(['65/1.jpg', '65/3.jpg', '7/2.jpg']);
});

test('several captions of one picture are lines; where folders are labels, metadata.jsonl gives captions only', async () => {
  const two = await named({
    'a.jpg': 'x',
    'b.jpg': 'x',
    'captions.csv': 'image,caption\na.jpg,one\na.jpg,"two, too"\nb.jpg,three\n',
  });
  expect(two.captions).toEqual({ 'a.jpg': 'one\ntwo, too', 'b.jpg': 'three' });
  const line = (name: string, text: string) => `${JSON.stringify({ file_name: name, label: 'z', text })}\n`;
  const found = await named({
    'train/cat/a.jpg': 'x',
    'train/dog/b.jpg': 'x',
    'train/metadata.jsonl': line('cat/a.jpg', 'a cat') + line('dog/b.jpg', ''),
  });
  expect(found.names).toEqual(['train/cat/a.jpg', 'train/dog/b.jpg']);
  expect(found.captions).toEqual({ 'train/cat/a.jpg': 'a cat' });
});

test('a sidecar that the configuration names is left as it is', async () => {
  const files = { '1.jpg': 'x', '2.jpg': 'x', 'labels.csv': 'path,label\n1.jpg,a\n2.jpg,b\n' };
  expect((await named(files, 'sidecar:labels.csv')).names).toEqual(['1.jpg', '2.jpg', 'labels.csv']);
  const own = { ...files, 'dataset.yaml': 'kind: image\nlabels: sidecar:labels.csv\n' };
  expect((await named(own)).names).toEqual(['1.jpg', '2.jpg', 'labels.csv']);
});

test("LJSpeech's transcripts are kept with its sounds", async () => {
  const metadata = 'LJ001|Printing.|Printing.\nLJ002|In "being|In being\n';
  const { names, said, captions } = await named({
    'wavs/LJ001.wav': 'x',
    'wavs/LJ002.wav': 'x',
    'metadata.csv': metadata,
  });
  expect({ names, said }).toEqual({ names: ['wavs/LJ001.wav', 'wavs/LJ002.wav'], said: ['2 captions'] });
  expect(captions).toEqual({ 'wavs/LJ001.wav': 'Printing.', 'wavs/LJ002.wav': 'In "being' });
});

test('a tar of WebDataset becomes labelled pictures', async () => {
  const { context, drop } = memoryDeployment();
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 4; i++) {
    files[`00${i}.png`] = await greyPng(28, 28, i + 1);
    files[`00${i}.cls`] = Buffer.from(String(i % 2));
    files[`00${i}.json`] = Buffer.from('{"label": 9, "seen": 1}');
  }
  const folder = folderOf({ 'shard-000000.tar': await tarOf(files) });
  const answer = await put(context, [folder], OPTIONS);
  expect(answer.put.items).toEqual({ accepted: 4, rejected: 0 });
  expect(answer.put.remarks).toContainEqual({
    code: 'layout.bundle',
    items: 1,
    given: 'WebDataset, 4 samples, 2 labels',
    examples: ['shard-000000.tar'],
  });
  expect(new TextDecoder().decode((await drop.get('birds/dataset.yaml'))?.body)).toContain('labels: folder');
  const bytes = (await drop.get('birds/shard-000000.zip'))?.body ?? new Uint8Array();
  const archive = await readArchive(bytes.length, async (first, last) => bytes.subarray(first, last + 1));
  expect(archive.ok && archive.files.map(({ path }) => path)).toEqual([
    '0/000.png',
    '1/001.png',
    '0/002.png',
    '1/003.png',
  ]);
});

test('the facts in such an archive that is dropped as it is are ignored, and told of', () => {
  const { ignored, remarks } = folderLayoutOf(['0.png', '0.cls', '0.json', '1.png', '1.cls', 'other.txt']);
  const withNote = folderLayoutOf(['a.png', 'a.txt', 'b.png', 'b.txt', 'README.txt']);
  expect([...withNote.ignored]).toEqual(['a.txt', 'b.txt', 'README.txt']);
  expect(folderLayoutOf(['page1.png', 'page1.txt', 'page2.txt', 'page3.txt', 'page4.txt']).ignored.size).toBe(0);
  expect([...ignored]).toEqual(['0.cls', '0.json', '1.cls']);
  expect(remarks.map(({ code }) => code)).toEqual(['layout.webdataset']);
});

test('a Parquet file of Hugging Face becomes the files in it, byte for byte, with the names of its classes', async () => {
  const pictures = await Promise.all([1, 2, 3].map((seed) => greyPng(28, 28, seed)));
  const features = { image: { _type: 'Image' }, label: { names: ['cat', 'dog'], _type: 'ClassLabel' } };
  const bytes = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'image', data: pictures.map((picture) => ({ bytes: new Uint8Array(picture), path: null })) },
      { name: 'label', data: [1n, 0n, null] },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    rowGroupSize: 2,
  });
  const folder = folderOf({ 'train-00000-of-00001.parquet': new Uint8Array(bytes) });
  const { files, archives, remarks } = await unpackArrays((await collectFiles([folder])).files, folderOf());
  expect(files).toEqual([]);
  expect(remarks[0]?.given).toBe('a table of Hugging Face with the column image, 3 rows, 2 labels');
  const { context } = memoryDeployment();
  const answer = await put(
    context,
    archives.map(({ path }) => path),
    OPTIONS,
  );
  expect(answer.put.items).toEqual({ accepted: 3, rejected: 0 });
});

test('a table in Parquet without files in it stays a table', async () => {
  const bytes = encodeColumns({ a: { type: 'INT32' } }, [{ a: 1 }]);
  const { files } = await unpackArrays((await collectFiles([folderOf({ 'a.parquet': bytes })])).files, folderOf());
  expect(files).toHaveLength(1);
});

test('standard input is uploaded under the name that is given; without one it is refused', async () => {
  const { context, drop } = memoryDeployment();
  const stream = async function* () {
    yield Buffer.from('a,b\n1,x\n');
    yield Buffer.from('2,y\n');
  };
  const answer = await put(context, ['-'], { ...OPTIONS, input: { stream: stream(), name: 'rows.csv' } });
  expect(answer.put.uploaded).toEqual(['birds/rows.csv']);
  expect(new TextDecoder().decode((await drop.get('birds/rows.csv'))?.body)).toBe('a,b\n1,x\n2,y\n');
  for (const [paths, name] of [
    [['-'], undefined],
    [['-'], '../x.csv'],
    [['-', '-'], 'x.csv'],
    [[folderOf({ 'a.csv': 'a\n1\n' })], 'x.csv'],
  ] as const)
    await expect(put(context, paths, { ...OPTIONS, input: { stream: stream(), name } })).rejects.toMatchObject({
      exitCode: 2,
    });
});

test('splits, attributes and boxes beside pictures are other facts, neither classes nor captions', async () => {
  const pictures = { '1.jpg': 'x', '2.jpg': 'x', '3.jpg': 'x', '4.jpg': 'x' };
  const same = { names: Object.keys(pictures), said: ['other facts'], captions: {} };
  const lines = (of: (i: number) => string) => [1, 2, 3, 4].map((i) => of(i)).join('\n');
  expect(await named({ ...pictures, 'list_eval_partition.txt': lines((i) => `${i}.jpg ${i % 2}`) })).toEqual(same);
  const columns = (said: string) => ({
    ...same,
    said: [`other facts: ${said}; a column called label would give the classes`],
  });
  const partition = `image_id,partition\n${lines((i) => `${i}.jpg,${i % 2}`)}`;
  expect(await named({ ...pictures, 'parts.csv': partition })).toEqual(columns('partition'));
  expect(await named({ ...pictures, 'list_attr.txt': `4\nMale Young\n${lines((i) => `${i}.jpg -1  1`)}` })).toEqual(
    same,
  );
  const attributes = `image_id,Male,Young\n${lines((i) => `${i}.jpg,-1,1`)}`;
  expect(await named({ ...pictures, 'attr.csv': attributes })).toEqual(columns('male, young'));
  expect(await named({ ...pictures, 'boxes.csv': lines((i) => `${i}.jpg,1,1,10,10,cat`) })).toEqual(same);
  const boxes = {
    '1.txt': '0 0.5 0.5 0.2 0.1\n',
    '2.txt': '1 0.5 0.5 0.2 0.1\n0 0.1 0.1 0.2 0.1',
    '3.txt': '2 .5 .5 .2 .1',
  };
  expect(await named({ ...pictures, ...boxes })).toEqual(same);
});

test('a column that names the files is found whatever it is called; numbers beside the names are no captions', async () => {
  const sounds = { 'fold1/1-0.wav': 'x', 'fold1/2-0.wav': 'x', 'fold2/3-0.wav': 'x', 'fold2/4-0.wav': 'x' };
  const urban = await named({
    ...sounds,
    'meta.csv': 'slice,fsID,fold,class\n1-0.wav,7,1,siren\n2-0.wav,8,1,drill\n3-0.wav,9,2,siren\n4-0.wav,9,2,drill\n',
  });
  expect(urban.names).toEqual([
    'fold1/drill/2-0.wav',
    'fold1/siren/1-0.wav',
    'fold2/drill/4-0.wav',
    'fold2/siren/3-0.wav',
  ]);
  const lengths = await named({
    ...sounds,
    'ms.tsv': 'clip\tms\n1-0.wav\t1200\n2-0.wav\t1300\n3-0.wav\t900\n4-0.wav\t7\n',
  });
  expect({ names: lengths.names, captions: lengths.captions }).toEqual({ names: Object.keys(sounds), captions: {} });
  const unnamed = await named({ ...sounds, 'list.csv': '1-0.wav,dog\n2-0.wav,cat\n3-0.wav,dog\n4-0.wav,cat\n' });
  expect(unnamed.names).toEqual(['fold1/cat/2-0.wav', 'fold1/dog/1-0.wav', 'fold2/cat/4-0.wav', 'fold2/dog/3-0.wav']);
});

test('transcripts in a folder beside that of the sounds are those of the sounds', async () => {
  const files = {
    'wav48/p225/p225_001.wav': 'x',
    'wav48/p225/p225_002.wav': 'x',
    'txt/p225/p225_001.txt': 'Please call Stella.\n',
    'txt/p225/p225_002.txt': 'Ask her to bring these things.\n',
  };
  const { names, captions } = await named(files);
  expect(names).toEqual(['wav48/p225/p225_001.wav', 'wav48/p225/p225_002.wav']);
  expect(captions['wav48/p225/p225_001.wav']).toBe('Please call Stella.');
});
