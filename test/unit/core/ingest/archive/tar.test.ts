import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { listTar, unpackTar } from '#core/ingest/archive/tar.ts';
import type { TarSource } from '#core/ingest/archive/tar-stream.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { type TarEntry, tarOf } from '../../../../fixtures/tars.ts';

const sourceOf = (bytes: Uint8Array, gzip = false): TarSource => ({
  size: bytes.length,
  gzip,
  readRange: async (first, last) => new Uint8Array(bytes.subarray(first, last + 1)),
});
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

async function all(source: TarSource, first = 0, count: number = LIMITS.archiveEntries) {
  const files: [string, string][] = [];
  for await (const { path, bytes } of unpackTar(source, { first, count })) files.push([path, text(bytes)]);
  return files;
}

async function issueOf(bytes: Uint8Array, gzip = false) {
  const listing = await listTar(sourceOf(bytes, gzip));
  return listing.ok ? undefined : listing.issue;
}

describe.each([false, true])('an archive (gzipped: %s)', (gzip) => {
  test('gives its files in their order, long names whole, folders and litter left out', async () => {
    const long = `${'folder/'.repeat(40)}ä.png`;
    const entries: TarEntry[] = [
      { name: './', type: 'directory' },
      { name: './cats/', type: 'directory' },
      { name: './cats/a.png', content: 'first' },
      { name: './cats/.DS_Store', content: 'litter' },
      { name: long, content: 'x'.repeat(513) },
      { name: 'empty', content: '' },
    ];
    const source = sourceOf(await tarOf(entries, { gzip }), gzip);
    const listing = await listTar(source);
    expect(listing).toMatchObject({
      ok: true,
      files: [
        { path: 'cats/a.png', unpackedBytes: 5 },
        { path: long, unpackedBytes: 513 },
        { path: 'empty', unpackedBytes: 0 },
      ],
    });
    expect(listing.ok && text(listing.starts.get(0))).toBe('first');
    expect(await all(source)).toEqual([
      ['cats/a.png', 'first'],
      [long, 'x'.repeat(513)],
      ['empty', ''],
    ]);
  });

  test('gives any stretch of its files', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}.txt`);
    const source = sourceOf(
      await tarOf(
        names.map((name) => ({ name, content: name })),
        { gzip },
      ),
      gzip,
    );
    expect(await all(source, 7, 3)).toEqual(['7.txt', '8.txt', '9.txt'].map((name) => [name, name]));
    const listing = await listTar(source);
    const places = listing.ok ? [...listing.starts.keys()] : [];
    expect(places.length).toBeGreaterThan(60);
    expect(Math.max(...places)).toBeGreaterThan(280);
  });

  test.each<[string, TarEntry, string]>([
    ['a name that climbs', { name: '../a', content: 'x' }, 'archive.unsafe-name'],
    ['an absolute name', { name: '/etc/passwd', content: 'x' }, 'archive.unsafe-name'],
    ['a name that climbs in the manner of Windows', { name: 'a\\..\\b', content: 'x' }, 'archive.unsafe-name'],
    ['nothing but a folder', { name: 'a/', type: 'directory' }, 'archive.no-items'],
  ])('with %s is refused whole', async (_, entry, code) => {
    expect((await issueOf(await tarOf([entry], { gzip }), gzip))?.code).toBe(code);
  });

  test('that is cut short is refused', async () => {
    const whole = await tarOf({ 'a.bin': Uint8Array.from({ length: 5000 }, (_, i) => i * 7919) }, { gzip });
    expect((await issueOf(whole.subarray(0, whole.length / 3), gzip))?.code).toBe('archive.corrupt');
  });
});

test('a name in a pax note is judged, too', async () => {
  const tar = await tarOf([{ name: 'a.txt', content: 'x', pax: { path: '../../b.txt' } }]);
  expect((await issueOf(tar))?.code).toBe('archive.unsafe-name');
});

test('a note that claims gigabytes is refused before it is read', async () => {
  const tar = await tarOf([{ name: 'a.txt', content: 'x', pax: { comment: 'y' } }]);
  tar.write('77777777777', 124, 'latin1');
  refreshChecksum(tar);
  expect(await issueOf(tar)).toMatchObject({ code: 'archive.corrupt', given: expect.stringContaining('note') });
});

test('other bytes behind gzip data are named, and the archive is still known as one', async () => {
  const tail = Uint8Array.from({ length: 300 }, (_, i) => 7 + i * 31);
  const bytes = new Uint8Array(Buffer.concat([gzipSync(await tarOf({ 'a.bin': new Uint8Array(500) })), tail]));
  expect(await sniff(bytes, { path: 'a.tar.gz', size: bytes.length })).toMatchObject({ family: 'tar' });
  expect(await issueOf(bytes, true)).toMatchObject({
    code: 'archive.corrupt',
    given: 'other bytes behind the gzip data',
  });
  const padded = new Uint8Array(Buffer.concat([bytes.subarray(0, bytes.length - tail.length), new Uint8Array(512)]));
  expect(await issueOf(padded, true)).toBeUndefined();
});

test('a gzip bomb is refused while it is unpacked', async () => {
  const bomb = gzipSync(await tarOf({ 'a.bin': new Uint8Array(64 * 2 ** 20) }));
  const before = process.memoryUsage().rss;
  expect((await issueOf(bomb, true))?.code).toBe('archive.ratio');
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});

test('a store that fails is no fault of the archive', async () => {
  const source = {
    ...sourceOf(await tarOf({ a: new Uint8Array(9) })),
    readRange: () => Promise.reject(new Error('down')),
  };
  await expect(listTar(source)).rejects.toThrow('down');
  await expect(listTar({ ...source, gzip: true })).rejects.toThrow('down');
});

test('whatever is changed in an archive, it is listed or refused, and what is listed can be unpacked', async () => {
  const tar = await tarOf([
    { name: 'a.txt', content: 'one' },
    { name: `${'n'.repeat(150)}.txt`, content: 'two' },
  ]);
  const change = fc.record({ at: fc.nat(tar.length - 1), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 4 }),
      fc.nat(tar.length),
      fc.boolean(),
      async (changes, cut, zip) => {
        const changed = Buffer.from(tar.subarray(0, tar.length - cut));
        for (const { at, value } of changes) if (at < changed.length) changed[at] = value;
        const bytes = zip ? gzipSync(changed) : changed;
        const listing = await listTar(sourceOf(bytes, zip));
        if (listing.ok) expect((await all(sourceOf(bytes, zip))).length).toBe(listing.files.length);
      },
    ),
    { numRuns: 200 },
  );
});

function refreshChecksum(tar: Buffer): void {
  tar.fill(' ', 148, 156);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
