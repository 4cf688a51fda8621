import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { keys } from '#core/store/keys.ts';
import { cleanTables } from '#stages/clean/table.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
import { READ_PROCESS } from '../../../fixtures/read-process.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const DYING = join(ROOT, 'test/fixtures/dying-reader.ts');
const CONFIG = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const ROWS = Array.from({ length: 60 }, (_, i) => `${i + 10},${i % 2 ? 'red' : 'blue'}`);
const GOOD = `n,colour\n${ROWS.join('\n')}\n`;

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'goldpan-stage-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bucketsOf = ({ drop, data }: Intake, readProcess = READ_PROCESS) => ({
  drop,
  data,
  scratch,
  readProcess,
});

async function dropTables(tables: Record<string, string | Uint8Array>, config = CONFIG) {
  const into = intake({ now: () => new Date('2026-01-01T00:00:00Z') });
  await into.dropObject('colours/dataset.yaml', config);
  for (const [name, table] of Object.entries(tables)) await into.dropObject(`colours/${name}`, table);
  return into;
}

async function verdictOf({ data }: Intake, message: UnitMessage): Promise<Verdict> {
  const found = await data.get(keys.verdict(message));
  return Verdict.parse(JSON.parse(new TextDecoder().decode(found?.body)));
}

async function quarantineOf(into: Intake, message: UnitMessage) {
  const object = await into.data.get((await verdictOf(into, message)).quarantine ?? '');
  const lines = new TextDecoder().decode(object?.body).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as { issues: { code: string; place: { line: number } }[]; row: string });
}

test('the first table makes the schema; the next is held to it; each has a part, a quarantine and a verdict', async () => {
  const into = await dropTables({ 'one.csv': GOOD, 'two.csv': 'n,colour\n1,red\nx,green\n' });
  const [one, two] = into.queue as [UnitMessage, UnitMessage];
  await cleanTables(one, bucketsOf(into));
  await cleanTables(two, bucketsOf(into));
  const schema = await into.data.get(keys.schema('colours', 1));
  expect(TableSchema.parse(JSON.parse(new TextDecoder().decode(schema?.body))).columns.map(({ type }) => type)).toEqual(
    ['integer', 'category'],
  );
  expect(await verdictOf(into, one)).toMatchObject({
    items: { accepted: 60, rejected: 0 },
    schemaVersion: 1,
    byIssue: {},
  });
  const verdict = await verdictOf(into, two);
  expect(verdict).toMatchObject({
    items: { accepted: 1, rejected: 1 },
    byIssue: { 'table.type': 1, 'table.category': 1 },
    examples: [{ code: 'table.type', place: { path: 'two.csv', line: 3, column: 'n' }, given: 'x' }],
  });
  expect(await quarantineOf(into, two)).toMatchObject([{ row: 'x,green', issues: [{ place: { line: 3 } }, {}] }]);
  const part = await into.data.get(verdict.part?.key ?? '');
  const file = new Uint8Array(part?.body ?? []).buffer;
  expect(await parquetReadObjects({ file })).toMatchObject([
    { n: 1n, colour: 'red', line: 2n, source: 'colours/two.csv' },
  ]);
  const { key_value_metadata: about } = await parquetMetadataAsync(file);
  expect(about).toContainEqual({ key: 'goldpan_schema_version', value: '1' });
  expect(readdirSync(scratch)).toEqual([]);
});

test('a Parquet file is read where it was put, and one that cannot be read harms nobody', async () => {
  const columnData = [
    { name: 'n', data: Array.from({ length: 60 }, (_, i) => i) },
    { name: 'colour', data: Array.from({ length: 60 }, (_, i) => (i % 2 ? 'red' : 'blue')) },
  ];
  const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
  const broken = whole.slice().fill(0xff, whole.length - 60, whole.length - 8);
  const into = await dropTables({ 'one.parquet': whole, 'two.parquet': broken });
  const [one, two] = into.queue as [UnitMessage, UnitMessage];
  for (const message of into.queue) await cleanTables(message, bucketsOf(into));
  expect((await verdictOf(into, one)).items).toEqual({ accepted: 60, rejected: 0 });
  expect((await verdictOf(into, two)).byIssue).toEqual({ 'table.corrupt': 1 });
});

test('a verdict counts the accepted rows that each rule changed, once each however many of their cells', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i},${i % 3 ? 'red ' : 'red'},${i % 2 ? ' low' : 'low'}`);
  const into = await dropTables({ 'one.csv': `n,colour,level\n${rows.join('\n')}\nx, red, low\n` });
  const [one] = into.queue as [UnitMessage];
  await cleanTables(one, bucketsOf(into));
  const verdict = await verdictOf(into, one);
  const changed = (column: string) => verdict.changes?.find((change) => change.column === column)?.items;
  expect([changed('colour'), changed('level')]).toEqual([20, 15]);
  expect(verdict).toMatchObject({ items: { accepted: 30, rejected: 1 }, fixed: { 'table.space': 25 } });
});

test('a repeated message changes nothing, with or without its verdict', async () => {
  const into = await dropTables({ 'one.csv': `${GOOD}x,red\n` });
  const [message] = into.queue as [UnitMessage];
  await cleanTables(message, bucketsOf(into));
  const before = await into.snapshot();
  expect(await cleanTables(message, bucketsOf(into))).toMatchObject({ state: 'done-before' });
  await into.data.delete(keys.verdict(message));
  expect(await cleanTables(message, bucketsOf(into))).toMatchObject({ state: 'cleaned', accepted: 60, rejected: 1 });
  expect(await into.snapshot()).toEqual(before);
});

test('tables of an archive are cleaned each on its own', async () => {
  const into = await dropTables({
    'all.zip': await zipOf({ 'a.csv': Buffer.from(GOOD), 'b.csv': Buffer.from('n,colour\n"') }),
  });
  for (const message of into.queue) await cleanTables(message, bucketsOf(into));
  const verdicts = await Promise.all(into.queue.map((message) => verdictOf(into, message)));
  expect(verdicts.map(({ items }) => items)).toEqual([
    { accepted: 60, rejected: 0 },
    { accepted: 0, rejected: 1 },
  ]);
});

test('a schema of another version is used where dataset.yaml names it', async () => {
  const into = await dropTables({ 'one.csv': 'n\n1\n2\n' }, 'kind: table\ntable: { schema: 2 }\n');
  const schema = { version: 2, columns: [{ name: 'n', type: 'integer', max: 1 }] };
  const [message] = into.queue as [UnitMessage];
  await expect(cleanTables(message, bucketsOf(into))).rejects.toThrow('has no schema version 2');
  await into.data.put(keys.schema('colours', 2), JSON.stringify(schema));
  await cleanTables(message, bucketsOf(into));
  expect(await verdictOf(into, message)).toMatchObject({ items: { accepted: 1, rejected: 1 }, schemaVersion: 2 });
});

test('of tables that arrive at once, all are held to the schema that was written first', async () => {
  const into = await dropTables({ 'one.csv': GOOD, 'two.csv': 'n,colour\n1,red\n' });
  await Promise.all(into.queue.map((message) => cleanTables(message, bucketsOf(into))));
  const [one, two] = await Promise.all(into.queue.map((message) => verdictOf(into, message)));
  expect([one?.schemaVersion, two?.schemaVersion]).toEqual([1, 1]);
  expect(two?.items.accepted).toBe(1);
});

test('rows that a person lets through are cleaned once more, and only they', async () => {
  const into = await dropTables({ 'one.csv': `${GOOD}x,red\ny,red\n` });
  const [message] = into.queue as [UnitMessage];
  await cleanTables(message, bucketsOf(into));
  const item = { path: 'one.csv', line: 62, codes: ['table.type' as const] };
  const waiver = { waiverId: 'abc', mode: 'release' as const, rules: ['table.type' as const], items: [item] };
  const again = { ...message, unit: `${message.unit}.wabc`, waiver };
  await cleanTables(again, bucketsOf(into));
  expect(await verdictOf(into, again)).toMatchObject({
    items: { accepted: 1, rejected: 0 },
    released: { 'table.type': 1 },
    byIssue: {},
  });
});

test.each([
  ['crashes', 'table.corrupt'],
  ['fills the memory', 'table.too-large'],
])('a table over which its reader %s is rejected, and the function lives', async (fate, code) => {
  const into = await dropTables({ 'one.csv': `n\n${fate}\n` });
  const [message] = into.queue as [UnitMessage];
  await into.drop.put(message.source.key, fate);
  const facts = await into.drop.head(message.source.key);
  message.source = { ...message.source, size: fate.length, versionId: facts?.versionId ?? '' };
  await cleanTables(message, bucketsOf(into, DYING));
  expect(await verdictOf(into, message)).toMatchObject({
    items: { accepted: 0, rejected: 1 },
    byIssue: { [code]: 1 },
    part: null,
  });
  expect(readdirSync(scratch)).toEqual([]);
});

test.each(['never begins', 'is at fault'])(
  'a reader that %s fails the message, and no table is blamed',
  async (fate) => {
    const into = await dropTables({ 'one.csv': 'n\n1\n' });
    const [message] = into.queue as [UnitMessage];
    await into.drop.put(message.source.key, fate);
    const facts = await into.drop.head(message.source.key);
    message.source = { ...message.source, size: fate.length, versionId: facts?.versionId ?? '' };
    await expect(cleanTables(message, bucketsOf(into, DYING))).rejects.toThrow(/fault|begun/);
    expect(await into.data.head(keys.verdict(message))).toBeUndefined();
    expect(readdirSync(scratch)).toEqual([]);
  },
);

test('a version that is gone when its unit is cleaned is superseded', async () => {
  const into = await dropTables({ 'one.csv': GOOD });
  const [message] = into.queue as [UnitMessage];
  const gone = { ...message, source: { ...message.source, versionId: 'v-gone' } };
  await cleanTables(gone, bucketsOf(into));
  expect((await verdictOf(into, gone)).byIssue).toEqual({ 'upload.superseded': 1 });
});

test('more bad rows than are kept make a quarantine of bounded size, and are all counted', async () => {
  const bad = 50_000;
  const into = await dropTables({ 'one.csv': GOOD });
  await cleanTables(into.queue[0], bucketsOf(into));
  await into.dropObject('colours/two.csv', `n,colour\n${'x,red\n'.repeat(bad)}`);
  const two = into.queue[1] as UnitMessage;
  await cleanTables(two, bucketsOf(into));
  expect((await verdictOf(into, two)).items).toEqual({ accepted: 0, rejected: bad });
  expect((await quarantineOf(into, two)).length).toBe(10_000);
});

test('the schema is that of most tables of an archive, whichever is cleaned first', async () => {
  const odd = `title\n${'a line of words\n'.repeat(80)}`;
  const tables = { '0-odd.csv': odd, 'a.csv': GOOD, 'b.csv': GOOD.replace('10,', '10.5,'), 'c.csv': GOOD };
  const files = Object.fromEntries(
    Object.entries(tables).map(([name, text]) => [name, new TextEncoder().encode(text)]),
  );
  const into = await dropTables({ 'all.zip': await zipOf(files) });
  expect(into.queue).toHaveLength(4);
  const [first] = into.queue as [UnitMessage];
  await cleanTables(first, bucketsOf(into));
  expect(await verdictOf(into, first)).toMatchObject({ items: { accepted: 0 } });
  const schema = await into.data.get(keys.schema('colours', 1));
  const { columns } = TableSchema.parse(JSON.parse(new TextDecoder().decode(schema?.body)));
  expect(columns.map(({ name, type }) => [name, type])).toEqual([
    ['n', 'number'],
    ['colour', 'category'],
  ]);
  expect(readdirSync(scratch)).toEqual([]);
});

test('the schema is that of most objects of a drop, whichever comes first and however late the others come', async () => {
  const into = await dropTables({
    '0-odd.csv': `title\n${'a line of words\n'.repeat(80)}`,
    'README.md': '# Colours, a table',
  });
  const [first] = into.queue as [UnitMessage];
  const late = [GOOD, GOOD.replaceAll('blue', 'green'), GOOD];
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    const next = late.shift();
    if (next) await into.dropObject(`colours/${late.length}.csv`, next);
  };
  await cleanTables(first, { ...bucketsOf(into), pause });
  expect(pauses).toHaveLength(4);
  const schema = await into.data.get(keys.schema('colours', 1));
  const { columns } = TableSchema.parse(JSON.parse(new TextDecoder().decode(schema?.body)));
  expect(columns).toMatchObject([
    { name: 'n', type: 'integer' },
    { name: 'colour', type: 'category', categories: ['blue', 'green', 'red'] },
  ]);
  expect(await verdictOf(into, first)).toMatchObject({ items: { accepted: 0 } });
  for (const message of into.queue.slice(1)) {
    await cleanTables(message, { ...bucketsOf(into), pause });
    expect(await verdictOf(into, message)).toMatchObject({ items: { accepted: 60, rejected: 0 } });
  }
  expect(pauses).toHaveLength(4);
});
