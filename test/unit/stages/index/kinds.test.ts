// Documents, clips and rows from a drop to sealed shards that other tools open.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { type UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { AssembleRequest, Manifest } from '#core/snapshot/messages.ts';
import { FACTS_FILE, QualityFacts } from '#core/snapshot/quality/facts.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { cleanAudio } from '#stages/clean/audio.ts';
import { cleanTables } from '#stages/clean/table.ts';
import { cleanText } from '#stages/clean/text.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
import { READ_PROCESS } from '../../../fixtures/read-process.ts';
import { tone, wavOf } from '../../core/kinds/audio/sounds.ts';
import { listedShards } from './world.ts';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'goldpan-kinds-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Row = Record<string, unknown>;

async function assembled(into: Intake) {
  const { drop, data } = into;
  const request = AssembleRequest.parse({ dataset: 'd', trigger: 'manual' });
  const answer = await index({ drop, data, scratch })(request);
  const { snapshotId } = answer;
  for (const one of await listedShards(into, answer)) await shard({ data })(one);
  const sealed = await seal({ data })({ request, snapshotId });
  const manifest = (await readJson(data, keys.manifest('d', snapshotId), Manifest))?.value as Manifest;
  const facts = (await readJson(data, keys.snapshot('d', snapshotId, FACTS_FILE), QualityFacts))?.value as QualityFacts;
  const file = async (name: string) => {
    const bytes = (await data.get(keys.snapshot('d', snapshotId, name)))?.body ?? new Uint8Array();
    return new Uint8Array(bytes);
  };
  const rowsOf = async (name: string) => (await parquetReadObjects({ file: (await file(name)).buffer })) as Row[];
  const shardRows = async () =>
    (await Promise.all(manifest.shards.map(({ name }) => rowsOf(`${name}.parquet`)))).flat();
  return { sealed, manifest, facts, file, shardRows, items: await rowsOf('items.parquet') };
}

test('documents become Parquet of text, label and id; copies are left out, near ones marked', async () => {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: text\ntext: { unit: line, maxLength: 400 }\n');
  const lines = Array.from(
    { length: 60 },
    (_, i) => `The ${i * i + 7} ships of harbour ${i * 31} carry ${i ** 3} bales each.`,
  );
  const near = `${lines.slice(0, 6).join(' ')}`;
  await into.dropObject('d/a.txt', [...lines, lines[3], near, near.replace('bales', 'boxes')].join('\n'));
  for (const message of into.queue.splice(0))
    await cleanText(message, { ...into, detectLanguage: () => null } as never);
  const { manifest, shardRows, items, facts, sealed } = await assembled(into);
  expect(manifest).toMatchObject({ schemaVersion: 3, kind: 'text', schema: null, labels: [] });
  const rows = await shardRows();
  expect(new Set(rows.map(({ text }) => text))).toEqual(
    new Set(
      items
        .filter(({ excluded }) => excluded === null)
        .map(({ line }) => [...lines, lines[3], near, near.replace('bales', 'boxes')][Number(line) - 1]),
    ),
  );
  expect(facts.total).toMatchObject({ items: { accepted: 63, distinct: 62 }, exactDuplicates: 1, nearDuplicates: 1 });
  expect(facts.duplicatePairs.map(({ kept, other }) => [kept.line, other.line])).toEqual([
    [4, 61],
    [62, 63],
  ]);
  expect(sealed).toMatchObject({ job: { dataset: 'd' }, gate: { outcome: 'passed' } });
});

test('clips become int16 arrays beside class indices', async () => {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: audio\naudio: { sampleRate: 8000, seconds: 0.5 }\nlabels: folder\n');
  const entries = Array.from({ length: 40 }, (_, i) => [
    `${i % 2 ? 'high' : 'low'}/${i}.wav`,
    wavOf(tone({ hertz: 200 + 75 * i, seconds: 0.5, sampleRate: 8000 }), { sampleRate: 8000 }),
  ]);
  await into.dropObject('d/a.zip', await zipOf(Object.fromEntries(entries)));
  const openDecoder = () => ({
    decode: () => Promise.reject(new Error('no clip is compressed')),
    close: () => undefined,
  });
  for (const message of into.queue.splice(0)) await cleanAudio(message, { ...into, openDecoder });
  const { manifest, file, items, facts } = await assembled(into);
  expect(manifest).toMatchObject({ kind: 'audio', labels: ['high', 'low'] });
  const kept = items.filter(({ excluded }) => excluded === null);
  expect(kept.length).toBeGreaterThan(20);
  for (const { files, items: count } of manifest.shards) {
    const [samples, labels] = await Promise.all(files.map(async (one) => decodeNpy(await file(one.file))));
    expect(samples?.shape).toEqual([count, 4000]);
    expect(samples?.values).toBeInstanceOf(Int16Array);
    expect(labels?.shape).toEqual([count]);
    expect(samples?.values.some((value) => Math.abs(value) > 1000)).toBe(true);
  }
  expect(facts.classes.map(({ label, evidence }) => [label, evidence.items.accepted])).toEqual([
    ['high', 20],
    ['low', 20],
  ]);
});

test('rows become typed Parquet, repeated ones stay, and groups are never torn apart', async () => {
  const into = intake();
  await into.dropObject(
    'd/dataset.yaml',
    'kind: table\nsplit: { groupBy: who }\nrules: { item.personal-data: { action: off } }\n',
  );
  const rows = Array.from(
    { length: 80 },
    (_, i) => `p${i % 13},${i},${i / 8},2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
  );
  await into.dropObject('d/a.csv', `who,n,share,day\n${[...rows, rows[5]].join('\n')}\n`);
  const buckets = { ...into, scratch, readProcess: READ_PROCESS };
  for (const message of into.queue.splice(0)) await cleanTables(message, buckets);
  const { manifest, shardRows, items, facts } = await assembled(into);
  expect(manifest.schema?.columns.map(({ name, type }) => [name, type])).toEqual([
    ['who', expect.any(String)],
    ['n', 'integer'],
    ['share', 'number'],
    ['day', 'date'],
  ]);
  const read = await shardRows();
  expect(read).toHaveLength(81);
  const fifth = read.filter(({ n }) => Number(n) === 5);
  expect(fifth).toHaveLength(2);
  expect(fifth[0]).toMatchObject({ who: 'p5', n: 5n, share: 0.625, day: new Date('2024-01-06') });
  const splits = Map.groupBy(items, ({ line }) => `p${((Number(line) - 2) % 80) % 13}`);
  for (const group of splits.values()) expect(new Set(group.map(({ split }) => split)).size).toBe(1);
  expect(facts).toMatchObject({ kind: 'table', total: { exactDuplicates: 1, cells: { total: 324, missing: 0 } } });
  expect(facts.measures.map(({ name }) => name)).toEqual(['n', 'share', 'day']);
});

test('a table with a rule about age that two calls clean at once, with clocks far apart, has one verdict and assembles', async () => {
  const uploaded = new Date('2026-01-20T00:00:00Z');
  const into = intake({ now: () => uploaded });
  await into.dropObject('d/dataset.yaml', 'kind: table\ntable: { schema: 1 }\n');
  const rules = [{ name: 'fresh', column: 'day', maxAgeDays: 10 }];
  const columns = [
    { name: 'n', type: 'integer' },
    { name: 'day', type: 'date' },
  ];
  await into.data.put(keys.schema('d', 1), JSON.stringify({ version: 1, columns, rules }));
  const rows = Array.from({ length: 60 }, (_, i) => `${i},2026-01-${String((i % 20) + 1).padStart(2, '0')}`);
  await into.dropObject('d/a.csv', `n,day\n${rows.join('\n')}\n`);
  const [message] = into.queue.splice(0);
  const buckets = { ...into, scratch, readProcess: READ_PROCESS };
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const calls = ['2026-01-20', '2027-01-20'].map((clock) => {
      vi.setSystemTime(new Date(clock));
      return cleanTables(message, buckets);
    });
    expect((await Promise.all(calls)).map(({ state }) => state).sort()).toEqual(['cleaned', 'done-before']);
  } finally {
    vi.useRealTimers();
  }
  const { shardRows, facts } = await assembled(into);
  expect((await shardRows()).length).toBe(60);
  expect(facts.total.items.accepted).toBe(60);
  // Of 20 days, those before the 10th are older than ten days at the time of the upload.
  const verdict = await readJson(into.data, keys.verdict(message as UnitMessage), Verdict);
  expect(verdict?.value.byIssue).toEqual({ 'table.stale': 27 });
});

test('facts tell what was changed by rule and column, without personal data', async () => {
  const into = intake();
  await into.dropObject('d/dataset.yaml', 'kind: table\nrules: { item.personal-data: { action: off } }\n');
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7 ? 'red' : ' red '},${i},${i % 9 ? 'x' : ' ada'} y,p${i}`);
  await into.dropObject('d/a.csv', `colour,n,surname,note\n${rows.join('\n')}\n`);
  const buckets = { ...into, scratch, readProcess: READ_PROCESS };
  for (const message of into.queue.splice(0)) await cleanTables(message, buckets);
  const { facts } = await assembled(into);
  const changed = (column: string) => facts.changes?.find((change) => change.column === column);
  expect(changed('colour')).toMatchObject({
    rule: 'table.space',
    items: 9,
    examples: [{ path: 'a.csv', line: 2, before: ' red ', after: 'red' }, { line: 9 }, { line: 16 }],
  });
  expect(changed('surname')).toMatchObject({ items: 7, examples: [] });
});
