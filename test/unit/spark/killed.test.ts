// Spark that is killed halfway: a second start over what the first has left decides as one process does.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { planBatches } from '#stages/index/gather/plan-batches.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { prepare } from '#stages/index/prepare.ts';
import { report } from '#stages/index/report/stage.ts';
import { DECIDED_FILE } from '#stages/index/spark/decide.ts';
import { eventLogIn } from '../../../bench/index-spark/event-log.ts';
import { prepareFolder, runSpark, type SparkMachine, storeDecided } from '../../../containers/indexer/local-spark.ts';
import { killTree } from '../../../containers/indexer/process-tree.ts';
import { byOneProcess, differences, snapshotIn } from '../../fixtures/spark/both-paths.ts';
import { processWith } from '../../fixtures/spark/processes.ts';
import { DATASET, type RandomKind, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, PYTHON } from '../../fixtures/spark/session.ts';

const HANGS_AFTER_MS = 600_000;
/** Its files are written while it is killed. In each phase with GOLDPAN_SPARK_PHASES=all, which takes minutes of processor time. */
const LAST: [phase: string, kind: RandomKind] = ['items', 'text'];
const PHASES: (typeof LAST)[] =
  process.env.GOLDPAN_SPARK_PHASES === 'all'
    ? [
        ['repeated', 'image'],
        ['near_hashes', 'image'],
        ['met_bands', 'text'],
        ['compared', 'text'],
        ['edges', 'image'],
        ['observed', 'image'],
        ['placed', 'text'],
        ['items', 'image'],
        LAST,
      ]
    : [LAST];

async function killIn(phase: string, run: Promise<unknown>, log: string, folder: string): Promise<void> {
  const ended = expect(run).rejects.toThrow(/Spark ended with a signal/);
  const hasBegun = () =>
    readdirSync(log).some((file) =>
      readFileSync(join(log, file), 'utf8').includes(`"spark.job.description":"${phase}"`),
    );
  await vi.waitFor(() => expect(hasBegun()).toBe(true), { timeout: HANGS_AFTER_MS, interval: 20 });
  await killTree(processWith('decide.py', folder));
  await ended;
}

test.for(PHASES)(
  'Spark that is killed in the phase %s, of %s, has decided nothing, and a second start decides as one process does',
  { timeout: HANGS_AFTER_MS },
  async ([phase, kind], context) => {
    context.skip(NO_SPARK !== undefined, NO_SPARK);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-killed-'));
    try {
      const { drop, data } = await randomDataset(kind, { seed: 21, items: 150, spread: 8, rejects: true });
      const one = await byOneProcess({ drop, data, dataset: DATASET });
      const prepared = await prepare({ drop, data }, DATASET);
      const plan = await planBatches(data, prepared);
      const { snapshotId } = plan;
      for (let batch = 0; batch < plan.batches; batch++)
        await gather({ data })({ dataset: DATASET, snapshotId, batch });
      const settings = await prepareFolder(data, plan, folder);
      const log = join(folder, 'events');
      mkdirSync(log);
      const machine: SparkMachine = {
        ...{ python: PYTHON, processors: 1, memoryMiB: 1_024, scratch: folder, environment: process.env, isTiny: true },
      };
      await killIn(phase, runSpark([settings], { ...machine, configuration: eventLogIn(log) }, folder), log, folder);
      expect(readdirSync(folder, { recursive: true })).not.toContain(join('decided', DECIDED_FILE));
      await runSpark([settings], machine, folder);
      await storeDecided(data, plan, folder);
      await report({ drop, data })({
        request: AssembleRequest.parse({ dataset: DATASET, trigger: 'report' }),
        snapshotId,
      });
      expect(differences(one, await snapshotIn(data, DATASET, snapshotId)).slice(0, 5)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
