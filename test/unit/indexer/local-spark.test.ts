// Spark on this machine that ends before it has decided: nothing is stored or left in the scratch folder, and its own words are the reason.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { decideLocally } from '../../../containers/indexer/local-spark.ts';
import { isRunning } from '../../fixtures/spark/processes.ts';
import { DATASET, randomDataset } from '../../fixtures/spark/random-datasets.ts';

const folder = mkdtempSync(join(tmpdir(), 'goldpan-local-spark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program in the place of Python, which gets the program of the driver, the kernel and the settings. */
function programOf(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const HALF = 'out="$(dirname "$3")/decided/items/file=train-00000"; mkdir -p "$out"; echo half > "$out/part-0.parquet"';

test.each([
  ['killed', `${HALF}; kill -9 $$`, /Spark ended with a signal/],
  [
    'ended by its kernel',
    `${HALF}; echo 'goldpan kernel: Line 7 is wrong' >&2; echo 'at java' >&2; exit 70`,
    /70: goldpan kernel: Line 7 is wrong$/,
  ],
  ['ended by Java', "echo 'java.lang.OutOfMemoryError' >&2; exit 1", /ended with 1: java.lang.OutOfMemoryError/],
])('Spark that is %s stores nothing', async (name, script, words) => {
  const { drop, data } = await randomDataset('text', { seed: 2, items: 12 });
  const prepared = await prepare({ drop, data }, DATASET);
  const plan = await planBatches(data, prepared);
  await gather({ data })({ dataset: DATASET, snapshotId: prepared.snapshotId, batch: 0 });
  const scratch = join(folder, `scratch of ${name}`);
  mkdirSync(scratch);
  const machine = { python: programOf(name, script), processors: 1, memoryMiB: 64, scratch, environment: process.env };
  await expect(decideLocally(machine)(data, plan)).rejects.toThrow(words);
  const stored: string[] = [];
  for await (const { key } of data.list('work/')) stored.push(key);
  expect(stored.filter((key) => key.includes('/decided/'))).toEqual([]);
  expect(stored.filter((key) => key.includes('/features/'))).toHaveLength(1);
  expect(readdirSync(scratch)).toEqual([]);
});

test('Spark that hangs is ended with all that it has started, and nothing is stored', async () => {
  const { drop, data } = await randomDataset('text', { seed: 2, items: 12 });
  const prepared = await prepare({ drop, data }, DATASET);
  const plan = await planBatches(data, prepared);
  await gather({ data })({ dataset: DATASET, snapshotId: prepared.snapshotId, batch: 0 });
  const scratch = join(folder, 'scratch of one that hangs');
  mkdirSync(scratch);
  const pids = join(folder, 'pids');
  // The kernel is started by Java, which Python has started.
  const script = `sh -c 'sleep 1000 & echo $! >> "${pids}"; wait' & echo $! >> "${pids}"; wait`;
  const python = programOf('hanging', script);
  const machine = { python, processors: 1, memoryMiB: 64, scratch, environment: process.env, mostMs: 600 };
  await expect(decideLocally(machine)(data, plan)).rejects.toThrow(/Spark had not ended after 0.01 minutes/);
  const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  expect(started).toHaveLength(2);
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 60_000 });
  expect(readdirSync(scratch)).toEqual([]);
});
