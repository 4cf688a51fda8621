import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { report } from '#client/datasets/report.ts';
import { ReportOutput } from '#client/datasets/report-output.ts';
import { status } from '#client/datasets/status.ts';
import { put } from '#client/upload/put.ts';
import { AssembleRequest, type Sealed } from '#core/snapshot/messages.ts';
import { qualityOf } from '#core/snapshot/quality/quality.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { printReport } from '../../../cli/print/data/report.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { evidenceOf, factsOf } from '../core/pages/quality/evidence.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';

const DATASET = 'pets';
const SNAPSHOT = '0123456789abcdef';
const STYLE = openTerminal(process.stdout, process.stderr, { NO_COLOR: '1' }).style;
let deployment: MemoryDeployment;
let out: string;

beforeEach(async () => {
  deployment = memoryDeployment();
  const folder = folderOf({ '1.png': await greyPng() });
  out = join(folder, 'page.html');
  await put(deployment.context, [join(folder, '1.png')], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
});

async function writeSnapshot(): Promise<void> {
  const total = evidenceOf({ flagged: { 'image.blurry': 400 }, conflicting: 31 });
  const facts = factsOf({ total, splits: { train: 300, validation: 50, test: 50 } });
  const counts = {
    uploads: facts.uploadCounts,
    items: total.items,
    byIssue: { 'image.blurry': 400 },
    byLabel: { cat: 912, dog: 8 },
    conflictingLabels: 31,
    nearDuplicates: 0,
    outliers: 0,
    leaks: { train: 0, validation: 0 },
  };
  await writeJson(deployment.data, keys.quality(DATASET, SNAPSHOT), qualityOf(facts, { counts, examples: [] }));
  await deployment.data.put(keys.qualityPage(DATASET, SNAPSHOT), '<!doctype html>page');
  await deployment.data.put(keys.manifest(DATASET, SNAPSHOT), '{}');
}

function seals(): void {
  deployment.assemble.run = async (input) => {
    expect(AssembleRequest.parse(input).trigger).toBe('report');
    await writeSnapshot();
    const gate = { outcome: 'not-asked' as const, missing: [], forcedBy: null };
    const output: Sealed = { dataset: DATASET, snapshotId: SNAPSHOT, gate, job: null, executionName: null };
    return { status: 'SUCCEEDED', output, cause: undefined };
  };
}

test('report makes the snapshot, trains nothing, writes the page and says what to do in order', async () => {
  seals();
  const answer = ReportOutput.parse(await report(deployment.context, DATASET, { out }));
  expect(answer).toMatchObject({ current: true, file: out, gate: { outcome: 'not-asked' } });
  expect(readFileSync(out, 'utf8')).toBe('<!doctype html>page');
  expect(answer.next.map(({ text }) => text)).toEqual([
    expect.stringContaining('100 more: 500 items'),
    expect.stringContaining('12 more distinct dogs'),
    expect.stringContaining('400 flagged: The image is blurry.'),
    expect.stringContaining('Fix 31 conflicting labels'),
  ]);
  const printed = printReport(answer, STYLE);
  const items = { accepted: 403, rejected: 6, distinct: 400 };
  expect(printReport({ ...answer, quality: { ...answer.quality, items } }, STYLE)).toContain(
    ', 400 distinct images and 3 copies, less than',
  );
  expect(printed).toContain('less than dataset.yaml asks for: items 400 of 500, class dog 8 of 20');
  expect(printed).toMatch(/accuracy +0\.80 +400 flagged: The image is blurry\./);
  expect(printed).toMatch(/timeliness +not scored/);
  expect(deployment.train.started).toEqual([]);
});

test('the same data is one execution, and status shows its scores', async () => {
  seals();
  await report(deployment.context, DATASET, { out });
  await report(deployment.context, DATASET, { out });
  expect(new Set(deployment.assemble.started.map(({ name }) => name)).size).toBe(1);
  const { scores, snapshot } = await status(deployment.context, DATASET, { show: 5 });
  expect(scores?.accuracy).toBe(0.8);
  expect(snapshot?.snapshotId).toBe(SNAPSHOT);
});

test('who may only read is shown the newest snapshot, and told so', async () => {
  const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
  deployment.assemble.start = async () => {
    throw denied;
  };
  await expect(report(deployment.context, DATASET, { out })).rejects.toThrow(/no snapshot/);
  await writeSnapshot();
  expect((await report(deployment.context, DATASET, { out })).current).toBe(false);
  expect(deployment.said()).toContain('newest existing snapshot');
});

test('fails in words when assembling fails, and for a dataset without data', async () => {
  deployment.assemble.run = async () => ({ status: 'FAILED', output: undefined, cause: 'out of memory' });
  await expect(report(deployment.context, DATASET, { out })).rejects.toThrow('Assembling pets failed: out of memory');
  await expect(report(deployment.context, 'none', { out })).rejects.toThrow('There is no data in none');
});
