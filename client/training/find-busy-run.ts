// Finds what a worker is busy with while a run waits for it.
import { mapLimit } from '#core/store/map-limit.ts';
import { listDatasets } from '../datasets/list-datasets.ts';
import type { Deployment } from '../deployment.ts';
import { latestRun } from './run-facts.ts';

const READS_AT_ONCE = 8;

export type BusyRun = { readonly dataset: string; readonly runId: string };

/** Returns the newest run of some dataset that a trainer holds a lease of; undefined if none is being trained. */
export async function findBusyRun(
  { data, drop }: Pick<Deployment, 'data' | 'drop'>,
  waiting: string,
  nowMs: number,
): Promise<BusyRun | undefined> {
  const found = await mapLimit(await listDatasets({ drop }), READS_AT_ONCE, async (dataset): Promise<BusyRun[]> => {
    const run = await latestRun(data, dataset);
    if (!run?.head || run.outcome || run.runId === waiting) return [];
    return Date.parse(run.head.leaseUntil) > nowMs ? [{ dataset, runId: run.runId }] : [];
  });
  return found.flat()[0];
}
