import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import { unpackFiles, unpackStart } from '#core/ingest/archive/unpack.ts';
import { type ArchiveFile, readArchive } from '#core/ingest/archive/zip.ts';
import { patchDirectory, renameInZip, zipOf } from '../../../../fixtures/pictures.ts';
import { rawZip } from '../../../../fixtures/raw-zips.ts';

const text = (value: string) => new TextEncoder().encode(value);
const COMPRESSED_SIZE = 20;
const UNCOMPRESSED_SIZE = 24;
const FLAGS = 8;
const METHOD = 10;
const ATTRIBUTES = 38;
const OFFSET = 42;

/** Fails the test when a range outside the archive is asked for. */
function rangesOf(bytes: Uint8Array): ReadRange & { count: number } {
  const read = Object.assign(
    async (first: number, last: number) => {
      if (!(first >= 0 && last >= first && last < bytes.length))
        throw new Error(`${first}-${last} lies outside ${bytes.length} bytes`);
      read.count++;
      return bytes.slice(first, last + 1);
    },
    { count: 0 },
  );
  return read;
}

const open = (zip: Uint8Array) => readArchive(zip.length, rangesOf(zip));

test('a name in the directory that is longer than before the bytes is no overlap', async () => {
  const zip = rawZip([
    { name: 'a', content: 'first' },
    { name: 'b', content: 'second' },
  ]);
  const directory = zip.indexOf('PK\x01\x02', 'latin1');
  const longer = Buffer.concat([zip.subarray(0, directory + 46), Buffer.from('nother'), zip.subarray(directory + 46)]);
  longer.writeUInt16LE(7, directory + 28);
  longer.writeUInt32LE(longer.readUInt32LE(longer.length - 10) + 6, longer.length - 10);
  expect(await unpackAll(longer)).toEqual({ nothera: 'first', b: 'second' });
});

test('a folder that has bytes of its own is refused by name, and its neighbours are read', async () => {
  const zip = rawZip([{ name: 'cat/1.png/', content: 'a picture' }, { name: 'empty/', content: '' }, { name: 'b' }]);
  const archive = await open(zip);
  if (!archive.ok) throw new Error('it is read');
  expect(archive.files.map(({ path, refusal }) => [path, refusal?.code])).toEqual([
    ['cat/1.png/', 'archive.not-a-file'],
    ['b', undefined],
  ]);
});

async function unpackAll(zip: Uint8Array) {
  const archive = await open(zip);
  if (!archive.ok) return archive.issue.code;
  const found: Record<string, string> = {};
  for await (const unpacked of unpackFiles(archive.files, rangesOf(zip)))
    found[unpacked.file.path] = unpacked.ok ? new TextDecoder().decode(unpacked.bytes) : unpacked.issue.code;
  return found;
}

describe('a good archive', () => {
  const files = { '3/a.png': text('first '.repeat(50)), 'b é 😀 %20+.png': text(''), '7/c.png': text('third') };

  test.each([true, false])('gives back what was packed (compressed: %s)', async (compress) => {
    const found = await unpackAll(await zipOf(files, { compress }));
    expect(found).toEqual({ '3/a.png': 'first '.repeat(50), 'b é 😀 %20+.png': '', '7/c.png': 'third' });
  });

  test('leaves out what desktops add', async () => {
    const litter = {
      '__MACOSX/._a.png': text('x'),
      '.DS_Store': text('x'),
      'a/Thumbs.db': text('x'),
      '3/a.png': text('y'),
    };
    expect(await unpackAll(await zipOf(litter))).toEqual({ '3/a.png': 'y' });
  });

  test('is read in few requests', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.png`, text(`file ${i}`)]));
    const zip = await zipOf(many);
    const ranges = rangesOf(zip);
    const archive = await readArchive(zip.length, ranges);
    if (!archive.ok) throw new Error(archive.issue.code);
    let count = 0;
    for await (const { ok } of unpackFiles(archive.files, ranges)) count += ok ? 1 : 0;
    expect(count).toBe(500);
    expect(ranges.count).toBeLessThanOrEqual(4);
  });

  test('shows the start of a file without unpacking the whole', async () => {
    const zip = await zipOf({ 'a.png': text('start'.repeat(100_000)) });
    const archive = await open(zip);
    if (!archive.ok || !archive.files[0]) throw new Error('not read');
    const start = await unpackStart(archive.files[0], rangesOf(zip), 100);
    expect(new TextDecoder().decode(start).startsWith('startstart')).toBe(true);
  });
});

describe('the whole archive is refused for', () => {
  const packed = () => zipOf({ 'aaaaaaaa.png': text('a'.repeat(2000)), 'b.png': text('b') });

  test.each([
    ['../../aa.png', 'a climb out of its folder'],
    ['/aaaaaaa.png', 'an absolute name'],
    ['..\\aaaaa.png', 'a climb in the manner of Windows'],
    ['c:\\aaaaa.png', 'a drive letter'],
    ['aaa\0aaaa.png', 'a NUL'],
  ])('%j: %s', async (name) => {
    expect(await unpackAll(renameInZip(await packed(), 'aaaaaaaa.png', name))).toBe('archive.unsafe-name');
  });

  test('a password', async () => {
    expect(await unpackAll(patchDirectory(await packed(), 0, FLAGS, 0x801, 2))).toBe('archive.encrypted');
  });

  test('a bomb by its declared size', async () => {
    const bomb = await zipOf({ 'bomb.png': new Uint8Array(4 * 2 ** 20) });
    expect(await unpackAll(bomb)).toBe('archive.ratio');
  });

  test('entries that share their bytes', async () => {
    const zip = await zipOf({ 'a.png': text('a'.repeat(300)), 'b.png': text('b'.repeat(300)) });
    expect(await unpackAll(patchDirectory(zip, 1, OFFSET, 0))).toBe('archive.ratio');
  });

  test('more bytes in all than are taken in', async () => {
    // Six entries of 4 GiB each, packed 200 to 1; their packed bytes are never read, so they need not exist.
    const unpacked = 0xfffffffe;
    const packed = Math.ceil(unpacked / LIMITS.archiveRatio);
    const records = Array.from({ length: 6 }, (_, i) => {
      const record = Buffer.alloc(47);
      record.write('PK\x01\x02', 0, 'latin1');
      record.writeUInt16LE(8, METHOD);
      record.writeUInt32LE(packed, COMPRESSED_SIZE);
      record.writeUInt32LE(unpacked, UNCOMPRESSED_SIZE);
      record.writeUInt16LE(1, 28);
      record.writeUInt32LE(i * (packed + 31), OFFSET);
      record.write(String(i), 46);
      return record;
    });
    const hole = 6 * (packed + 31);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 0, 'latin1');
    end.writeUInt16LE(6, 10);
    end.writeUInt32LE(hole, 16);
    const tail = Buffer.concat([...records, end]);
    const archive = await readArchive(hole + tail.length, async (first, last) => {
      const bytes = new Uint8Array(last - first + 1);
      bytes.set(tail.subarray(Math.max(0, first - hole), last + 1 - hole), Math.max(0, hole - first));
      return bytes;
    });
    expect(archive).toMatchObject({ ok: false, issue: { code: 'archive.too-large' } });
  });

  test('more entries than are taken in', async () => {
    const zip = await packed();
    const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    const locator = Buffer.alloc(20 + 56);
    locator.write('PK\x06\x06', 0, 'latin1');
    locator.writeBigUInt64LE(BigInt(LIMITS.archiveEntries + 1), 32);
    locator.write('PK\x06\x07', 56, 'latin1');
    locator.writeBigUInt64LE(BigInt(end), 56 + 8);
    const many = Buffer.concat([zip.subarray(0, end), locator, zip.subarray(end)]);
    expect(await unpackAll(many)).toBe('archive.too-many-entries');
  });

  test('a missing end', async () => {
    const zip = await packed();
    expect(await unpackAll(zip.subarray(0, zip.length - 30))).toBe('archive.corrupt');
  });

  test('nothing in it', async () => {
    expect(await unpackAll(await zipOf({ 'folder/.keep': text('') }))).toBe('archive.no-items');
    expect(await open(await zipOf({ '__MACOSX/._a.png': text('x') }))).toMatchObject({
      issue: { given: '1 written by macOS, such as __MACOSX/._a.png' },
    });
  });
});

describe('one file is refused and its neighbours stay when', () => {
  const packed = () => zipOf({ 'a.png': text('a'.repeat(2000)), 'b.png': text('b') });

  test('it unpacks to more than it declares', async () => {
    const lie = patchDirectory(await packed(), 0, UNCOMPRESSED_SIZE, 100);
    expect(await unpackAll(lie)).toEqual({ 'a.png': 'archive.ratio', 'b.png': 'b' });
  });

  test('its bytes differ from their checksum', async () => {
    expect(await unpackAll(patchDirectory(await packed(), 0, 16, 1))).toEqual({
      'a.png': 'archive.corrupt',
      'b.png': 'b',
    });
  });

  test.each([
    [9, 'Deflate64'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [77, 'method 77'],
  ])('it is packed by method %i, which is told as %s', async (method, given) => {
    const zip = patchDirectory(await packed(), 0, METHOD, method, 2);
    expect(await unpackAll(zip)).toEqual({ 'a.png': 'archive.compression', 'b.png': 'b' });
    expect(await open(zip)).toMatchObject({ files: [{ refusal: { given } }, { refusal: undefined }] });
  });

  test('it is a symbolic link', async () => {
    const link = patchDirectory(await packed(), 0, ATTRIBUTES, 0o120777 * 2 ** 16);
    expect(await unpackAll(link)).toEqual({ 'a.png': 'archive.not-a-file', 'b.png': 'b' });
  });

  test('its packed bytes are fewer than they need be', async () => {
    expect(await unpackAll(patchDirectory(await packed(), 0, COMPRESSED_SIZE, 3))).toEqual({
      'a.png': 'archive.corrupt',
      'b.png': 'b',
    });
  });

  test('it is larger than any file may be', async () => {
    const zip = await packed();
    const archive = await open(zip);
    if (!archive.ok) throw new Error(archive.issue.code);
    const [large, small] = archive.files;
    const files = [{ ...large, unpackedBytes: LIMITS.fileBytes + 1 } as ArchiveFile, small as ArchiveFile];
    const codes: string[] = [];
    for await (const found of unpackFiles(files, rangesOf(zip))) codes.push(found.ok ? 'ok' : found.issue.code);
    expect(codes).toEqual(['upload.too-large', 'ok']);
  });
});

test('a failing read is a fault, not a corrupt archive', async () => {
  const zip = await zipOf({ 'a.png': text('a') });
  await expect(
    readArchive(zip.length, async () => {
      throw new Error('the network is down');
    }),
  ).rejects.toThrow('the network is down');
});

test('whatever is changed in an archive, nothing throws and nothing outside it is read', async () => {
  const zip = await zipOf({ '3/a.png': text('a'.repeat(200)), 'b.png': text('bb'), 'c/d/e.png': text('c'.repeat(90)) });
  const change = fc.record({ at: fc.nat(zip.length - 1), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(zip.length), async (changes, cut) => {
      const changed = Buffer.from(zip);
      for (const { at, value } of changes) changed[at] = value;
      await unpackAll(changed);
      await unpackAll(changed.subarray(cut));
    }),
    { numRuns: 300 },
  );
});
