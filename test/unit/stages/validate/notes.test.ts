// A README or a licence beside tables is no table, and decides nothing.
import { expect, test } from 'vitest';
import { UploadRefusal } from '#core/ingest/messages.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
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
