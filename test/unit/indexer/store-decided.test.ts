// What Spark decided on this machine is stored so that a run after an interrupted one leaves one file of each shard.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memoryStore } from '#core/store/memory.ts';
import { storeDecided } from '../../../containers/indexer/local-spark.ts';

const folder = mkdtempSync(join(tmpdir(), 'goldpan-decided-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const PLAN = { dataset: 'one', snapshotId: 'abc' };

/** A folder as a run of Spark leaves it; `run` is in the names that Spark chooses. */
function decidedBy(run: string, files: readonly string[]): string {
  const at = join(folder, run);
  for (const file of files) {
    mkdirSync(dirname(join(at, 'decided', file)), { recursive: true });
    writeFileSync(join(at, 'decided', file), `${run} ${file}`);
  }
  return at;
}

async function names(data: ReturnType<typeof memoryStore>): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of data.list('work/')) found.push(key.replace('work/one/abc/decided/', ''));
  return found;
}

test('a second run replaces what an interrupted one stored', async () => {
  const data = memoryStore({ bucket: 'data' });
  // The first was interrupted before the last document.
  await storeDecided(data, PLAN, decidedBy('first', ['items/file=train-00000/part-00000-7e.snappy.parquet']));
  const whole = [
    'items/file=train-00000/part-00003-1c.snappy.parquet',
    'items/file=test-00000/part-00001-1c.snappy.parquet',
  ];
  const second = decidedBy('second', [...whole, 'items/_SUCCESS', 'items/.part.crc', 'decided.json']);
  await storeDecided(data, PLAN, second);
  expect(await names(data)).toEqual([
    'decided.json',
    'items/file=test-00000/items.parquet',
    'items/file=train-00000/items.parquet',
  ]);
  const stored = await data.get('work/one/abc/decided/items/file=train-00000/items.parquet');
  expect(new TextDecoder().decode(stored?.body)).toMatch(/^second /);
});

test('several files of one shard are refused, and nothing is stored', async () => {
  const data = memoryStore({ bucket: 'data' });
  const twice = ['items/file=train-00000/part-1.parquet', 'items/file=train-00000/part-2.parquet', 'decided.json'];
  await expect(storeDecided(data, PLAN, decidedBy('twice', twice))).rejects.toThrow(/several files of one shard/);
  expect(await names(data)).toEqual([]);
});
