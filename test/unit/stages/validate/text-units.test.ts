// Texts are cut by what cleaning them costs: bytes and lines.
import { expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';

const MIB = 2 ** 20;

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
