import { describe, expect, test } from 'vitest';
import { nameEncodingOf } from '#core/ingest/archive/name-encoding.ts';
import { listTar, unpackTar } from '#core/ingest/archive/tar.ts';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';
import { litterOf } from '#core/ingest/layouts/litter.ts';
import { type RawEntry, type RawZip, rawZip } from '../../../../fixtures/raw-zips.ts';
import { type TarEntry, tarOf } from '../../../../fixtures/tars.ts';

const UTF8 = 0x800;
const rangesOf = (bytes: Uint8Array) => async (first: number, last: number) =>
  new Uint8Array(bytes.subarray(first, last + 1));

async function readZip(entries: readonly RawEntry[], options?: RawZip) {
  const zip = rawZip(entries, options);
  const archive = await readArchive(zip.length, rangesOf(zip));
  if (!archive.ok) return { paths: archive.issue.code, remarks: [], contents: [] };
  const contents: string[] = [];
  for await (const one of unpackFiles(archive.files, rangesOf(zip)))
    contents.push(one.ok ? new TextDecoder().decode(one.bytes) : one.issue.code);
  return { paths: archive.files.map(({ path }) => path), remarks: archive.remarks, contents };
}

async function readTar(tar: Uint8Array) {
  const source = { size: tar.length, gzip: false, readRange: rangesOf(tar) };
  const listing = await listTar(source);
  if (!listing.ok) throw new Error(listing.issue.code);
  return { paths: listing.files.map(({ path }) => path), ...listing, source };
}

describe('names of a zip archive', () => {
  test.each<[string, RawEntry[], string[]]>([
    [
      './ in front, as bsdtar writes it',
      [{ name: './' }, { name: './cat/', content: '' }, { name: './cat/1.png' }],
      ['cat/1.png'],
    ],
    ['./ and // inside', [{ name: 'a/./b//1.png' }], ['a/b/1.png']],
    ['backslashes', [{ name: 'cat\\1.png' }, { name: 'dog\\', content: '' }], ['cat/1.png']],
    ['a dot at the front of a class', [{ name: '.NET/1.png' }, { name: 'Java/1.png' }], ['.NET/1.png', 'Java/1.png']],
    ['a colon', [{ name: 'c: 12.30/1.png' }], ['c: 12.30/1.png']],
    ['a line feed at the end', [{ name: 'cat/1.png\n' }], ['cat/1.png\n']],
    ['UTF-8 that nothing marks, as macOS writes it', [{ name: 'café/1.png' }], ['café/1.png']],
    [
      'UTF-8 that is marked beside a code page',
      [{ name: 'é.png', flags: UTF8 }, { name: Buffer.from('gar\x87on.png', 'latin1') }],
      ['é.png', 'garçon.png'],
    ],
  ])('%s', async (_, entries, paths) => {
    expect((await readZip(entries)).paths).toEqual(paths);
  });

  // From the encoding tables of the WHATWG and of code page 437, written out.
  test.each<[string, string[], string, string[]]>([
    ['code page 437', ['636166 82', '4d 81 6c6c'], 'code page 437', ['café', 'Müll']],
    ['GBK', ['c3a8', 'b9b7'], 'GBK', ['猫', '狗']],
    ['Shift_JIS, whose second bytes may be backslashes', ['944c', '955c'], 'Shift_JIS', ['猫', '表']],
    ['Shift_JIS in kana', ['834c838383628367', '836e83938376'], 'Shift_JIS', ['キャット', 'ハンプ']],
    ['Windows-1252', ['676172e76f6e', '4de46e6e6572'], 'Windows-1252 (Latin-1)', ['garçon', 'Männer']],
    ['code page 866', ['aaaee2', 'afa5e1'], 'code page 866', ['кот', 'пес']],
    ['Windows-1251', ['eaeef2', 'efe5f1'], 'Windows-1251 (Cyrillic)', ['кот', 'пес']],
  ])('%s is recognised and told', async (_, names, given, folders) => {
    const entries = names.map((hex) => ({
      name: Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), Buffer.from('/1.png')]),
    }));
    const { paths, remarks } = await readZip(entries);
    expect(paths).toEqual(folders.map((folder) => `${folder}/1.png`));
    expect(remarks).toEqual([
      { code: 'archive.name-encoding', items: 2, given, examples: folders.map((folder) => `${folder}/1.png`) },
    ]);
  });

  test('what no code page explains keeps the one of the format', () => {
    expect(nameEncodingOf([Uint8Array.of(0xff, 0xb0, 0xb1)], 'cp437')).toBe('cp437');
    expect(nameEncodingOf([Uint8Array.of(0x61)], 'cp437')).toBe('utf-8');
  });
});

describe('the directory of a zip archive', () => {
  const four = ['cat/1', 'cat/2', 'dog/1', 'dog/2'].map((name) => ({ name, content: name }));
  const names = four.map(({ name }) => name);

  test('is walked, whatever its count says', async () => {
    expect((await readZip(four, { declared: 2 })).contents).toEqual(names);
  });

  test('that holds fewer entries than it declares is cut short', async () => {
    expect((await readZip(four, { declared: 5 })).paths).toBe('archive.corrupt');
  });

  test.each([
    ['behind it', { behind: Buffer.from('\n\n') }],
    ['in front of it', { before: Buffer.from('#!/bin/sh\n') }],
  ])('is found with bytes %s', async (_, options) => {
    expect((await readZip(four, options)).contents).toEqual(names);
  });

  test('with a name twice gives the last', async () => {
    const twice = [...four, { name: 'cat/1', content: 'newer' }];
    const { paths, contents, remarks } = await readZip(twice);
    expect(paths).toEqual(['cat/2', 'dog/1', 'dog/2', 'cat/1']);
    expect(contents.at(-1)).toBe('newer');
    expect(remarks).toEqual([{ code: 'archive.repeated-name', items: 1, examples: ['cat/1'] }]);
  });
});

describe('a tar archive', () => {
  const four: TarEntry[] = ['cat/1', 'cat/2', 'dog/1', 'dog/2'].map((name) => ({ name, content: name }));
  const all = async (tar: Uint8Array) => {
    const { paths, source, nameEncoding } = await readTar(tar);
    const contents: (string | undefined)[] = [];
    for await (const { bytes, refusal } of unpackTar(source, { first: 0, count: 99, nameEncoding }))
      contents.push(refusal?.given ?? new TextDecoder().decode(bytes));
    return { paths, contents };
  };

  test.each<[string, TarEntry, string]>([
    ['a hard link', { name: 'l', type: 'link', linkname: 'cat/1' }, 'a hard link to "cat/1"'],
    ['a symbolic link', { name: 'l', type: 'symlink', linkname: '/etc/passwd' }, 'a symbolic link to "/etc/passwd"'],
    ['a device', { name: 'l', type: 'block-device' }, 'a device'],
    [
      'a sparse file of the pax format',
      { name: 'GNUSparseFile.0/l', content: 'map', pax: { 'GNU.sparse.major': '1', 'GNU.sparse.name': 'l' } },
      'a sparse file (tar -S)',
    ],
  ])('with %s refuses it alone', async (_, entry, given) => {
    const { paths, contents } = await all(await tarOf([...four, entry, { name: 'last', content: 'last' }]));
    expect(paths).toEqual(['cat/1', 'cat/2', 'dog/1', 'dog/2', 'l', 'last']);
    expect(contents).toEqual(['cat/1', 'cat/2', 'dog/1', 'dog/2', given, 'last']);
  });

  test.each([
    ['V', 'a label'],
    ['D', 'a folder of an incremental dump'],
  ])('with a header of type %s (%s) is read past it', async (type) => {
    const tar = await tarOf([{ name: 'backup', content: 'list of names' }, ...four]);
    tar.write(type, 156, 'latin1');
    refreshChecksum(tar);
    expect((await all(tar)).contents).toEqual(['cat/1', 'cat/2', 'dog/1', 'dog/2']);
  });

  test('that follows another in one file is read, too, and the newer of two entries counts', async () => {
    const tar = Buffer.concat([await tarOf(four), await tarOf([{ name: 'cat/1', content: 'newer' }])]);
    const { paths, remarks, files } = await readTar(tar);
    expect(paths).toEqual(['cat/2', 'dog/1', 'dog/2', 'cat/1']);
    expect(files.at(-1)).toMatchObject({ position: 4, unpackedBytes: 5 });
    expect(remarks).toEqual([{ code: 'archive.repeated-name', items: 1, examples: ['cat/1'] }]);
  });

  test('with bytes behind its end is read up to there', async () => {
    const tar = Buffer.concat([await tarOf(four), Buffer.alloc(700, 7)]);
    expect((await all(tar)).paths).toHaveLength(4);
  });

  test('with Latin-1 names keeps its classes apart', async () => {
    const tar = await tarOf([
      { name: 'gar#on/1', content: 'a' },
      { name: 'gar%on/1', content: 'b' },
    ]);
    for (const [sign, byte] of [
      ['#', 0xe7],
      ['%', 0xe8],
    ] as const)
      tar[tar.indexOf(sign)] = byte;
    refreshChecksum(tar);
    refreshChecksum(tar.subarray(1024));
    const { paths, contents } = await all(tar);
    expect(paths).toEqual(['garçon/1', 'garèon/1']);
    expect(contents).toEqual(['a', 'b']);
  });
});

describe('litter', () => {
  test.each([
    'a/Thumbs.db',
    'THUMBS.DB',
    'x/._1.png',
    'cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg',
    '.ipynb_checkpoints/1-checkpoint.png',
    '.Trashes/501/1.png',
    '.Trash-1000/files/1.png',
    '$RECYCLE.BIN/a.png',
    'System Volume Information/x',
    'lost+found/1',
    'Desktop.ini',
  ])('%s is', (path) => expect(litterOf(path)).toBeDefined());

  test.each(['.NET/1.png', '.hidden.png', 'Thumbs.db.png', 'trash/1.png', 'cat/1.png'])('%s is not', (path) =>
    expect(litterOf(path)).toBeUndefined(),
  );
});

function refreshChecksum(tar: Buffer): void {
  tar.fill(' ', 148, 156);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
