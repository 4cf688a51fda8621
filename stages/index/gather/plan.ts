// Plans what many machines gather of a snapshot, and what the program of Spark's driver is told.
import type { GatherPlanned } from '#core/snapshot/distributed.ts';
import type { IndexJob } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { prepare } from '../prepare.ts';
import { decideSettings } from '../spark/decide-settings.ts';
import { planBatches } from './plan-batches.ts';

type Dependencies = { readonly drop: Store; readonly data: Store };

/**
 * The answer names the snapshot as uploads are now: another than that of the request, where some came since. The same snapshot gives the
 * same bytes.
 */
export const planGather =
  ({ drop, data }: Dependencies) =>
  async ({ request }: IndexJob): Promise<GatherPlanned> => {
    const { dataset } = request;
    const prepared = await prepare({ drop, data }, dataset);
    const { snapshotId } = prepared;
    const plan = await planBatches(data, prepared);
    const at = (key: string) => `s3://${data.bucket}/${key}`;
    const folders = {
      work: at(keys.workFolder(dataset, snapshotId)),
      output: at(keys.decidedFolder(dataset, snapshotId)),
    };
    const key = keys.decideSettings(dataset, snapshotId);
    await writeJson(data, key, decideSettings(plan, folders));
    return { request, snapshotId, batches: plan.batches, settings: at(key) };
  };
