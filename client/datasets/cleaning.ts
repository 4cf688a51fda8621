// Reports the progress of cleaning a dataset, and whether uploads are being cleaned again.

import type { CurrentUpload, Inventory } from '#core/ingest/inventory.ts';
import { Upload } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { idInKey, isPlannedUnit, keys, parseVerdictKey } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';

const READS_AT_ONCE = 64;
/** With more pending uploads their plans are not read, and each counts as one unit. */
const MOST_PLANS = 1_000;
/** Pending uploads that are checked for an earlier verdict. */
const CHECKED_FOR_EARLIER = 16;
/** Fewer verdicts, or in less time, give no pace. */
const LEAST_DONE = 3;
const LEAST_MS = 1_000;

export type Cleaning = {
  readonly configId: string | null;
  readonly units: { readonly done: number; readonly total: number };
  /** There are verdicts under an earlier configuration. */
  readonly again: boolean;
  /** Estimated from the pace so far; null if there is none yet. */
  readonly secondsLeft: number | null;
};

/** Returns null when nothing is pending. */
export async function readCleaning(
  data: Store,
  { dataset, uploads }: Inventory,
  configId: string | undefined,
): Promise<Cleaning | null> {
  const pending = uploads.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return null;
  const units = { done: 0, total: 0 };
  const readsPlans = pending.length <= MOST_PLANS;
  await mapLimit(uploads, READS_AT_ONCE, async (upload) => {
    const { done, total } = await countUnits(data, dataset, upload, readsPlans);
    units.done += done;
    units.total += total;
  });
  return {
    configId: configId ?? null,
    units,
    again: await cleanedBefore(data, dataset, pending.slice(0, CHECKED_FOR_EARLIER), configId),
    secondsLeft: configId === undefined ? null : await secondsLeft(data, keys.verdicts(dataset, configId), units),
  };
}

/** Estimates from the times of the first and the last verdict. */
async function secondsLeft(data: Store, verdicts: string, { done, total }: Cleaning['units']): Promise<number | null> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for await (const { modifiedAt } of data.list(verdicts)) {
    first = Math.min(first, modifiedAt.getTime());
    last = Math.max(last, modifiedAt.getTime());
  }
  const tookMs = last - first;
  return done < LEAST_DONE || tookMs < LEAST_MS ? null : Math.round(((total - done) * tookMs) / (done - 1) / 1000);
}

async function countUnits(data: Store, dataset: string, upload: CurrentUpload, readPlan: boolean) {
  const { state, verdictKeys, uploadId } = upload;
  if (state === 'refused') return { done: 1, total: 1 };
  const verdicts = verdictKeys.flatMap((key) => parseVerdictKey(key) ?? []);
  const done = verdicts.filter(({ unit }) => isPlannedUnit(unit)).length;
  if (verdicts[0]) return { done, total: verdicts[0].unitCount };
  const plan = readPlan ? await readJson(data, keys.upload(dataset, uploadId), Upload) : undefined;
  return { done, total: plan?.value.units.length ?? 1 };
}

async function cleanedBefore(
  data: Store,
  dataset: string,
  uploads: readonly CurrentUpload[],
  configId: string | undefined,
): Promise<boolean> {
  for await (const { key } of data.list(keys.configs(dataset))) {
    const earlier = idInKey(key);
    if (earlier === configId) continue;
    for (const { uploadId } of uploads)
      for await (const _verdict of data.list(keys.uploadVerdicts(dataset, earlier, uploadId))) return true;
  }
  return false;
}
