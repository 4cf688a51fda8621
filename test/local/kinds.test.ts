// Texts, sounds and tables from a drop to their verdicts; what a changed configuration and a release do to them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listQuarantine } from '#client/datasets/quarantine/list-quarantine.ts';
import { release } from '#client/datasets/quarantine/release.ts';
import { showHeld } from '#client/datasets/quarantine/show-held.ts';
import { status } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { zipOf } from '../fixtures/pictures.ts';
import { tone, wavOf } from '../unit/core/kinds/audio/sounds.ts';
import { context, deployment, ownDeadLetters, POLL, settled, uniqueDataset } from './deployed.ts';

const [texts, sounds, tables] = ['texts', 'sounds', 'tables'].map(uniqueDataset) as [string, string, string];
const CONFIG = 'kind: text\ntext: { unit: line, maxLength: 12 }\nrules: { text.too-short: { min: 3 } }\n';
const NAMES = 'Emma\nAl\nCharlotte-Amalie\nBo\nOlivia\n';
const WAIT = { timeoutMs: POLL.timeout };
const RELEASE = { mode: 'release' as const, rules: [], ...WAIT };
const folder = mkdtempSync(join(tmpdir(), 'goldpan-kinds-'));

beforeAll(async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${20 + i},${i % 2 ? 'clerk' : 'manager'}`);
  const clips = [300, 500, 700].map((hertz) => [`${hertz}.wav`, wavOf(tone({ hertz }))] as const);
  await deployment.drop.put(`${tables}/jobs.csv`, ['age,job', ...rows, '61', ''].join('\n'));
  await deployment.drop.put(
    `${sounds}/clips.zip`,
    await zipOf({ ...Object.fromEntries(clips), 'none.wav': wavOf([]), 'notes.txt': Buffer.from('to do') }),
  );
  await deployment.drop.put(`${texts}/names.txt`, NAMES);
  await configure(CONFIG);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configure = (config: string) => {
  writeFileSync(join(folder, 'dataset.yaml'), config);
  return put(context, [folder], { dataset: texts, show: 5, ...WAIT });
};
const held = async () => (await listQuarantine(context, texts, { show: 20, rules: [] })).items.map(({ line }) => line);

test('lines, clips and rows are accepted or rejected, each with its reason', async () => {
  expect(await settled(texts, 1)).toMatchObject({ kind: 'text', items: { accepted: 2, rejected: 3 } });
  const clips = await settled(sounds, 1);
  expect(clips).toMatchObject({ kind: 'audio', items: { accepted: 3, rejected: 2 } });
  expect(clips.items.byIssue).toMatchObject({ 'audio.corrupt': 1, 'upload.type-not-allowed': 1 });
  const rows = await settled(tables, 1);
  expect(rows).toMatchObject({ kind: 'table', items: { accepted: 40, rejected: 1 } });
  expect(rows.rejected[0]?.issues[0]).toMatchObject({ code: 'table.ragged-row', place: { line: 42 } });
});

test('a document is shown, released and mended, and stays so under a changed configuration', async () => {
  expect(await held()).toEqual([2, 3, 4]);
  expect(await showHeld(context, texts, 'names.txt:2', {})).toMatchObject({ row: 'Al', ways: [{ release: true }] });
  expect(await release(context, texts, ['names.txt:2'], RELEASE)).toMatchObject({ accepted: 1, rejected: [] });
  expect(await release(context, texts, ['names.txt:3'], { ...RELEASE, mode: 'fix' })).toMatchObject({ accepted: 1 });
  expect(await held()).toEqual([4]);

  const before = await status(context, texts, { show: 5 });
  const after = await configure(CONFIG.replace('min: 3', 'min: 5'));
  expect(after.configId).not.toBe(before.configId);
  expect(before.items).toMatchObject({ accepted: 4, rejected: 1 });
  // Emma is too short now; Al and Charlotte-Amalie were let through; Bo was not.
  expect(after.items).toMatchObject({ accepted: 3, rejected: 2 });
  expect(await held()).toEqual([1, 4]);
});

test('none of it has reached a dead-letter queue', async () => {
  expect(await ownDeadLetters()).toEqual([]);
});
