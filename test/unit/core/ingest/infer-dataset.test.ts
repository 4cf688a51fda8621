import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inferDataset } from '#core/ingest/infer-dataset.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

test('folders that hold no picture are no classes of pictures', async () => {
  const start = new Uint8Array(await greyPng());
  const pictures = ['JPEGImages/1.png', 'JPEGImages/2.PNG'];
  const samples = pictures.map((path) => ({ path, start }));
  const labelsOf = async (...beside: readonly string[]) =>
    (await inferDataset(samples, [...pictures, ...beside]))?.labels;
  expect(await labelsOf('Annotations/1.xml', 'docs/readme.txt')).toBe('none');
  expect(await labelsOf('Other/3.png')).toBe('folder');
  expect(await labelsOf('JPEGImages/metadata.csv')).toBe('sidecar:metadata.csv');
});

test('a README beside files that are refused makes no dataset of texts, and texts named so alone do', async () => {
  const text = (path: string, content: string) => ({ path, start: new TextEncoder().encode(content) });
  const samples = [text('readme.html', '<html><body>About</body></html>'), text('data.bin', '\u0000\u0001\u0002')];
  const inferred = (all: typeof samples) =>
    inferDataset(
      all,
      all.map(({ path }) => path),
    );
  expect(await inferred(samples)).toBeUndefined();
  expect(await inferred([text('README.md', '# About\n\nSome words.\n')])).toMatchObject({ kind: 'text' });
});

test('lines of a log are texts, and objects on them are rows; a title above a table leaves it one', async () => {
  const kind = async (path: string, content: string) =>
    (await inferDataset([{ path, start: new TextEncoder().encode(content) }], [path]))?.kind;
  expect(await kind('app.log', '2024-01-01, INFO, a\n2024-01-01, INFO, b\n2024-01-02, INFO, c\n')).toBe('text');
  expect(await kind('app.log', '{"level":"info","ms":3}\n{"level":"warn","ms":4}\n')).toBe('table');
  const rows = Array.from({ length: 9 }, (_, i) => `${i}, Private, ${i * 7}, <=50K.`).join('\n');
  expect(await kind('adult.test', `|1x3 Cross validator\n${rows}\n`)).toBe('table');
});

test('what gzip packs decides: a letter is a text, lines of cells are a table, parts of Redshift have no names', async () => {
  const inferred = (files: Record<string, string>) =>
    inferDataset(
      Object.entries(files).map(([path, text]) => ({ path, start: new Uint8Array(gzipSync(text)) })),
      Object.keys(files),
    );
  const letter = 'Dear Anna,\n\nthe boat leaves at noon.\nBring bread.\n\nYours\nBea\n';
  expect(await inferred({ 'letter.txt.gz': letter })).toMatchObject({ kind: 'text', text: { unit: 'file' } });
  const line = (i: number) => `Jan ${i} 10:00:00 host sshd[${i}]: accepted a key`;
  const log = Array.from({ length: 9 }, (_, i) => line(i + 1)).join('\n');
  expect(await inferred({ 'app.log.gz': log })).toMatchObject({ kind: 'text', text: { unit: 'line' } });
  expect(await inferred({ 'a.gz': 'a,b\n1,2\n3,4\n5,6\n' })).toMatchObject({ kind: 'table', table: {} });
  const part = (from: number) => [0, 1, 2].map((i) => `${from + i}|Ost|${i}.5`).join('\n');
  const parts = { '0000_part_00.gz': part(0), '0001_part_00.gz': part(10) };
  expect(await inferred(parts)).toMatchObject({ kind: 'table', table: { header: false } });
});

test('messages of a chat are texts, although commas and dates stand in their lines', async () => {
  const chat = Array.from({ length: 9 }, (_, i) => `1/2/24, 10:0${i} AM - Ann: Words of message ${i}`).join('\n');
  const start = new TextEncoder().encode(chat);
  expect(await inferDataset([{ path: 'chat.txt', start }], ['chat.txt'])).toMatchObject({ kind: 'text' });
});
