// A README or a licence beside tables is no table, and decides nothing.
import { expect, test } from 'vitest';
import { UploadRefusal } from '#core/ingest/messages.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { greyPng, zipOf } from '../../../fixtures/pictures.ts';
import { tarOf } from '../../../fixtures/tars.ts';

const README = '# Measurements\n\nTwo stations, north and south, one row a day.\n';
const TABLE = 'station,day,value\nnorth,2024-01-01,1.5\nsouth,2024-01-02,2.5\n';

const kindOf = async (into: Intake) => (await into.current('d'))?.config.kind;
async function codesOf(into: Intake) {
  return (await into.refusals()).map((refusal) => UploadRefusal.parse(refusal).issues[0]?.code);
}

test.each(['zip', 'tar'] as const)('in a %s of tables it is left out, and this is told', async (type) => {
  const into = intake();
  const files = { LICENSE: 'Anyone may use it.', 'README.md': README, 'a.csv': TABLE, 'b.csv': TABLE };
  const encoded = Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]);
  const bytes = Object.fromEntries(encoded) as Record<string, Uint8Array>;
  await into.dropObject(`d/all.${type}`, type === 'zip' ? await zipOf(bytes) : await tarOf(bytes));
  expect(await kindOf(into)).toBe('table');
  expect(into.queue).toHaveLength(2);
  expect(into.queue[0]?.remarks).toMatchObject([
    { code: 'layout.notes', items: 2, examples: ['LICENSE', 'README.md'] },
  ]);
});

test('dropped first by itself, it does not decide of which kind the dataset is', async () => {
  const into = intake();
  expect(await into.dropObject('d/README.md', README)).toMatchObject({ state: 'refused' });
  expect(await kindOf(into)).toBeUndefined();
  expect(await into.dropObject('d/a.csv', TABLE)).toMatchObject({ state: 'planned' });
  expect(await kindOf(into)).toBe('table');
  expect(await into.dropObject('d/LICENSE', 'Anyone may use it.')).toMatchObject({ state: 'refused' });
  expect(await codesOf(into)).toEqual(['upload.notes', 'upload.notes']);
});

test('in a dataset of texts it is a text', async () => {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: text\n');
  expect(await into.dropObject('d/README.md', README)).toMatchObject({ state: 'planned' });
});

test('nor does the answer of a server by the name of a picture', async () => {
  const into = intake();
  const answer = '<!DOCTYPE html><html><body>403 Forbidden</body></html>';
  expect(await into.dropObject('d/1.jpg', answer)).toMatchObject({ state: 'refused' });
  expect(await kindOf(into)).toBeUndefined();
  const [refusal] = await into.refusals();
  expect(UploadRefusal.parse(refusal).issues[0]).toMatchObject({
    code: 'upload.type-not-allowed',
    given: expect.stringMatching(/not what its name says$/),
    remedy: expect.stringContaining('server'),
  });
  expect(await into.dropObject('d/2.png', new Uint8Array(await greyPng()))).toMatchObject({ state: 'planned' });
  expect(await kindOf(into)).toBe('image');
});

test('text in UTF-16 without a mark is refused with what to do, and read where dataset.yaml names the encoding', async () => {
  const text = Buffer.from('日本語の文章です。\n二行目もあります。\n'.repeat(3), 'utf16le');
  const into = intake();
  expect(await into.dropObject('d/a.txt', text)).toMatchObject({ state: 'refused' });
  const [refusal] = await into.refusals();
  expect(UploadRefusal.parse(refusal).issues[0]?.remedy).toContain('iconv -f UTF-16LE');
  const named = intake();
  await named.dropObject('d/dataset.yaml', 'kind: text\ntext: { encoding: utf-16le }\n');
  expect(await named.dropObject('d/a.txt', text)).toMatchObject({ state: 'planned' });
});
