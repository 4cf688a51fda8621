// Texts are cut by what cleaning them costs: bytes and lines.
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import type { ArchiveFile } from '#core/ingest/archive/zip.ts';
import type { Content } from '#core/ingest/sniff.ts';
import { sourceFiles } from '#core/ingest/unit-files.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import type { TextDataset } from '#core/kinds/text/definition.ts';
import { planUnits } from '#stages/validate/plan.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
import { tarOf } from '../../../fixtures/tars.ts';

const MIB = 2 ** 20;
const never = () => Promise.reject(new Error('nothing is to be read'));

test('a word list of 2 MiB is cut into units of at most 100,000 lines', async () => {
  const into = intake();
  await into.dropObject('words/dataset.yaml', 'kind: text\ntext: { unit: line }\nlabels: none\n');
  const text = 'abc\n'.repeat((2 * MIB) / 4);
  expect(await into.dropObject('words/list.txt', text)).toMatchObject({ state: 'planned', units: 6 });
  const bytes = into.queue.map(({ slice }) => (slice.type === 'range' ? slice.byteCount : Number.NaN));
  expect(Math.max(...bytes)).toBeLessThanOrEqual(4 * 100_000);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBe(2 * MIB);
});

test('an archive of texts is cut into units of at most 16 MiB', async () => {
  const into = intake();
  await into.dropObject('books/dataset.yaml', 'kind: text\ntext: { unit: file }\nlabels: none\n');
  const book = Buffer.from('All happy families are alike. '.repeat(MIB / 30));
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.txt`, book]));
  await into.dropObject('books/all.zip', await zipOf(files));
  const counts = into.queue.map(({ slice }) => (slice.type === 'zip' ? slice.entryCount : Number.NaN));
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(40);
  expect(Math.max(...counts) * book.length).toBeLessThanOrEqual(LIMITS.textUnitBytes);
});

describe('lines and records in files that are not cut by bytes', () => {
  const LINES = 250_000;
  const list = 'ab\n'.repeat(LINES);
  const spansOf = async ({ drop, queue }: ReturnType<typeof intake>) => {
    const found = [];
    for (const message of queue)
      for await (const file of sourceFiles(drop, message)) found.push(file.ok ? file.lines : file.issue);
    return found;
  };
  const SPANS = [
    { first: 1, count: 100_000 },
    { first: 100_001, count: 100_000 },
    { first: 200_001, count: null },
  ];

  test.each([
    ['zip', (files: Record<string, Buffer>) => zipOf(files)],
    ['tar', (files: Record<string, Buffer>) => tarOf(files)],
  ])('a word list in a %s is cut into units of at most 100,000 lines', async (suffix, pack) => {
    const into = intake();
    await into.dropObject('words/dataset.yaml', 'kind: text\ntext: { unit: line }\nlabels: none\n');
    const files = {
      'a.txt': Buffer.from('one\ntwo\n'),
      'list.txt': Buffer.from(list),
      'z.txt': Buffer.from('three\n'),
    };
    expect(await into.dropObject(`words/all.${suffix}`, await pack(files))).toMatchObject({
      state: 'planned',
      units: 5,
    });
    expect(await spansOf(into)).toEqual([undefined, ...SPANS, undefined]);
  });

  test('the records of a CSV that is dropped by itself are shared between units', async () => {
    const into = intake();
    await into.dropObject('rows/dataset.yaml', 'kind: text\ntext: { unit: column, column: text }\nlabels: none\n');
    expect(await into.dropObject('rows/all.csv', `text\n${list}`)).toMatchObject({ state: 'planned', units: 3 });
    expect(await spansOf(into)).toEqual(SPANS);
  });

  test('more lines in an archive than can be counted in one call are refused', async () => {
    const config = effectiveConfig({ kind: 'text', text: { unit: 'line' } } as never, undefined) as TextDataset;
    const file = { path: 'a.txt', unpackedBytes: LIMITS.lineArchiveBytes + 1 } as ArchiveFile;
    const archive = { type: 'zip' as const, files: [file], remarks: [] };
    const listing = { archive, sampled: [], readStart: async () => undefined };
    const source = { key: 'words/all.zip', size: MIB, versionId: 'v', etag: 'e' };
    const content = { family: 'zip' } as Content;
    expect(await planUnits(config, source, { content, listing }, never)).toMatchObject({
      ok: false,
      issue: { code: 'archive.too-large', given: expect.stringContaining('of lines or records') },
    });
    expect(
      await planUnits({ ...config, text: { ...config.text, unit: 'file' } }, source, { content, listing }, never),
    ).toMatchObject({ ok: true });
  });

  test('small files of an archive share a unit only as long as their lines fit', async () => {
    const into = intake();
    await into.dropObject('words/dataset.yaml', 'kind: text\ntext: { unit: line }\nlabels: none\n');
    const one = Buffer.from('ab\n'.repeat(40_000));
    const files = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${i}.txt`, one]));
    await into.dropObject('words/all.zip', await zipOf(files));
    expect(into.queue.map(({ slice }) => (slice.type === 'zip' ? slice.entryCount : 0))).toEqual([2, 2, 1]);
  });
});
