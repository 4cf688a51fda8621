// Features that are not those which gather wrote: Spark says so, and nothing is stored that looks decided. And a Spark whose starter is gone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { GatherTally } from '#core/snapshot/distributed.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { DECIDED_FILE } from '#stages/index/spark/decide.ts';
import { processTree } from '../../../containers/indexer/process-tree.ts';
import { isRunning } from '../../fixtures/spark/processes.ts';
import { DATASET, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, openSession, PYTHON } from '../../fixtures/spark/session.ts';

type Harm = (data: Store, snapshotId: string) => Promise<unknown>;

const truncate: Harm = async (data, snapshotId) => {
  const key = keys.features(DATASET, snapshotId, 0);
  const whole = (await data.get(key))?.body ?? new Uint8Array();
  return data.put(key, whole.subarray(0, whole.length - 100));
};
const ofAnother: Harm = async (data, snapshotId) => {
  const key = keys.tally(DATASET, snapshotId, 0);
  const tally = (await readJson(data, key, GatherTally))?.value;
  await data.delete(key);
  return writeJson(data, key, { ...tally, snapshotId: 'another' });
};

test.for([
  ['truncated', truncate, /The features of .*00000\.parquet are missing, or are not those that gather wrote/],
  ['of another snapshot', ofAnother, /are not those that gather wrote for snapshot/],
] as const)(
  'features that are %s end the job with a sentence, and nothing is decided',
  async ([, harm, sentence], context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const { drop, data } = await randomDataset('text', { seed: 7, items: 60 });
    const prepared = await prepare({ drop, data }, DATASET);
    const { snapshotId } = prepared;
    const plan = await planBatches(data, prepared);
    for (let batch = 0; batch < plan.batches; batch++) await gather({ data })({ dataset: DATASET, snapshotId, batch });
    await harm(data, snapshotId);
    const session = openSession();
    const [decided] = await Promise.allSettled([session.decide()(data, plan), session.run(1)]);
    expect(decided).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(sentence) } });
    expect(await data.head(keys.decided(DATASET, snapshotId, DECIDED_FILE))).toBeUndefined();
  },
);

const PROGRAM = resolve(import.meta.dirname, '../../../stages/index/spark/decide.py');
/** In place of the kernel: says that it was started, and asks nothing. */
const SILENT = "sh -c 'echo started >&2; cat >&2'";
const ENDS_WITHIN_MS = 120_000;

test(
  'Java and the kernel end with the process that started Spark',
  async (context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-orphan-'));
    try {
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, '{}');
      const env = { ...process.env, PYSPARK_PYTHON: PYTHON, GOLDPAN_ENDS_WITH_INPUT: '1' };
      const child = spawn(PYTHON, [PROGRAM, SILENT, settings], { env, stdio: ['pipe', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
      await vi.waitFor(() => expect(said).toMatch(/^started$/m), { timeout: ENDS_WITHIN_MS });
      const started = await processTree(child.pid as number);
      expect(started.length).toBeGreaterThan(2);
      // As if the starter had been killed.
      child.stdin.destroy();
      await once(child, 'exit');
      await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: ENDS_WITHIN_MS });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  2 * ENDS_WITHIN_MS,
);
