// The logs of the functions have ids and codes: no name, no cell, no line of a text and no statement to the database.
import { beforeEach, expect, test, vi } from 'vitest';
import { greyPng, zipOf } from '../../fixtures/pictures.ts';
import { queues } from '../../fixtures/queues.ts';

const CANARY = 'canary';
const SQL = /\bselect\b|\bfrom read_|\binsert into\b/i;

beforeEach(() => {
  vi.stubEnv('GOLDPAN_RETRY_BASE_SECONDS', '5');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
});

const rows = (count: number) => Array.from({ length: count }, (_, n) => `${20 + n},canary-cell-${n % 3}`).join('\n');

test.each([
  ['table', 'kind: table\n', 'canary-name.csv', async () => `age,canary-column\n${rows(40)}\n`],
  [
    'table, broken',
    'kind: table\n',
    'canary-name.csv',
    async () => `age,canary-column\n1,"canary-cell\n2,3,4,canary\n`,
  ],
  [
    'text',
    'kind: text\ntext: { unit: line }\n',
    'canary-name.txt',
    async () => 'canary-line\n\u0000\u0001canary-line\n',
  ],
  ['image', 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\n', 'canary.zip', archive],
  ['a poisoned configuration', `kind: image\ncanary-key: canary-value\n`, 'canary.png', () => greyPng()],
])('%s: nothing of what was dropped is logged', async (_, config, name, make) => {
  const { drop, receive, eventOf, cleanAll, printed } = queues();
  await drop.put('set/dataset.yaml', config);
  await receive('validate', [await eventOf('set/dataset.yaml')]);
  await drop.put(`set/${name}`, await make());
  await receive('validate', [await eventOf(`set/${name}`)]);
  await cleanAll();
  expect(printed.join('')).toContain('"message":"done"');
  expect(printed.join('')).not.toContain(CANARY);
  expect(printed.join('')).not.toMatch(SQL);
});

async function archive(): Promise<Uint8Array> {
  return zipOf({ 'canary-label/canary-entry.png': await greyPng(), 'canary-label/canary.bin': new Uint8Array(9) });
}
