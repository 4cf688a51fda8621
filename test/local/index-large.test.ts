// A dataset that is too large for the function: indexed by a worker, in one process and by Spark, with equal snapshots.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { status } from '#client/datasets/status.ts';
import { assemble } from '#client/training/assemble.ts';
import { put } from '#client/upload/put.ts';
import { randomWords } from '#core/base/random.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { printStatus } from '../../cli/print/data/status.ts';
import { openTerminal } from '../../cli/terminal/terminal.ts';
import { findSpark } from '../../containers/indexer/local-spark.ts';
import { differences, type Snapshot, snapshotIn } from '../fixtures/spark/both-paths.ts';
import { SPARK_IS_MISSING } from '../fixtures/spark/session.ts';
import { context, deployment, eventually, ownDeadLetters, POLL, uniqueDataset } from './deployed.ts';
import { INDEX_ITEMS } from './target.ts';
import { startWorker } from './worker-process.ts';

/** A worker that was stopped may have asked for a message that it never got; so soon another one gets it. */
const HIDDEN_SECONDS = 6;
const LINES = INDEX_ITEMS + 200;
const CONFIG = 'kind: text\ntext: { unit: line, maxLength: 200 }\nlabels: folder\n';
const LABELS = ['left', 'right'];
const WORDS = 9;
const { dataStyle } = openTerminal(process.stdout, process.stderr, { NO_COLOR: '1' });
/** One line in so many is equal to the one before, and one in so many is nearly equal to it. */
const [COPY_EVERY, NEAR_EVERY] = [40, 25];
const dataset = uniqueDataset('large');
const folder = mkdtempSync(join(tmpdir(), 'goldpan-large-'));
/** As one process indexes it, with the manifest that seal wrote. */
let one: Snapshot & { readonly manifest: string };

beforeAll(async () => {
  writeFileSync(join(folder, 'dataset.yaml'), CONFIG);
  // The copies of one file are in the other one, so that they have two labels.
  const lines = Array.from({ length: LINES }, (_, number) => line(number));
  for (const [side, label] of LABELS.entries()) {
    mkdirSync(join(folder, label));
    writeFileSync(join(folder, label, 'lines.txt'), lines.filter((_, number) => number % 2 === side).join('\n'));
  }
  const { items } = await put(context, [folder], { dataset, show: 5, timeoutMs: POLL.timeout });
  expect(items).toMatchObject({ accepted: LINES, rejected: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('workers index in one process what the function refuses as too large, and two requests at once make one snapshot', async () => {
  const workers = [1, 2].map(() => startWorker(HIDDEN_SECONDS, '--no-spark'));
  try {
    const [snapshotId, other] = await Promise.all([sealed(1), sealed(2)]);
    expect(other).toBe(snapshotId);
    const said = workers.map((worker) => worker.said()).join('\n');
    // More often where the machine is so busy that a worker is taken for dead.
    const times = said.match(new RegExp(`indexed snapshot ${snapshotId} of ${dataset}: \\d+ shards`, 'g'))?.length;
    expect(times).toBeGreaterThanOrEqual(2);
    expect(said).not.toContain('by Spark');
    one = await snapshotWithManifest(snapshotId);
    const found = (column: string) => one.items.filter((item) => item[column] !== null).length;
    expect([one.items.length, found('excluded') > 20, found('cluster') > 20]).toEqual([LINES, true, true]);
    expect(new Set(one.items.map(({ label }) => label))).toEqual(new Set(LABELS));
    expect(await sealedSnapshots()).toEqual([snapshotId]);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
});

test('a snapshot that is there is not made again', async () => {
  const before = await written();
  const worker = startWorker(HIDDEN_SECONDS, '--no-spark');
  try {
    expect(await sealed(3)).toBe(one.snapshotId);
    expect(worker.said()).not.toContain('Indexing snapshot');
    expect(await written()).toEqual(before);
  } finally {
    await worker.stop();
  }
});

test('Spark on a worker makes the same snapshot, and status says what it is at', async (running) => {
  // As the worker looks for it.
  running.skip(findSpark(folder, process.env) === undefined, SPARK_IS_MISSING);
  for (const prefix of [keys.snapshots(dataset), keys.under('work', dataset)])
    for await (const { key } of deployment.data.list(prefix)) await deployment.data.delete(key);
  const worker = startWorker(HIDDEN_SECONDS);
  try {
    const ending = sealed(4);
    const shown = eventually(
      () => statusText(),
      (text) => text.includes('decide: Spark'),
    );
    const [snapshotId, text] = await Promise.all([ending, shown]);
    expect(text).toContain(`decide: Spark, ${LINES.toLocaleString('en')} items`);
    expect(worker.said()).toMatch(new RegExp(`indexed snapshot ${snapshotId} of ${dataset} by Spark: \\d+ shards`));
    const other = await snapshotWithManifest(snapshotId);
    expect(differences(one, other).slice(0, 5)).toEqual([]);
    expect(other.manifest).toBe(one.manifest);
    expect(await statusText()).not.toContain('decide');
    expect(await sealedSnapshots()).toEqual([snapshotId]);
  } finally {
    await worker.stop();
  }
});

test('none of it has reached a dead-letter queue', async () => {
  expect(await ownDeadLetters()).toEqual([]);
});

function line(number: number): string {
  if (number % COPY_EVERY === 1) return line(number - 1);
  if (number % NEAR_EVERY === 1) return `${line(number - 1)}.`;
  return Array.from(randomWords(number, 'large', WORDS), (word) => word.toString(36)).join(' ');
}

/** Returns the id of the snapshot, once the execution of this attempt has sealed it. */
async function sealed(attempt: number): Promise<string> {
  const request: AssembleRequest = { dataset, trigger: 'report', train: {}, force: null, attempt };
  const found = await assemble(context, 'large', request);
  return found.sealed?.snapshotId ?? `attempt ${attempt} has failed`;
}

/** The manifest without the list of the files of items, of which Spark writes several. */
async function snapshotWithManifest(snapshotId: string): Promise<typeof one> {
  const body = (await deployment.data.get(keys.manifest(dataset, snapshotId)))?.body;
  const { items: _, ...manifest } = JSON.parse(new TextDecoder().decode(body));
  return { ...(await snapshotIn(deployment.data, dataset, snapshotId)), manifest: JSON.stringify(manifest) };
}

/** The ids of the snapshots of the dataset that have a manifest. */
async function sealedSnapshots(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of deployment.data.list(keys.snapshots(dataset)))
    if (key.endsWith('/manifest.json')) found.push(key.split('/')[2] as string);
  return found;
}

/** Every object of the snapshots of the dataset, with what changes when it is written again. */
async function written(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, etag, modifiedAt } of deployment.data.list(keys.snapshots(dataset)))
    found.push(`${key} ${etag} ${modifiedAt.toISOString()}`);
  return found;
}

async function statusText(): Promise<string> {
  return printStatus(await status(context, dataset, { show: 0 }), dataStyle);
}
