// Reads one dataset: accepted and rejected items, the newest snapshot, run and model.
import type * as z from 'zod';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import {
  type Counts,
  countInventory,
  type Inventory,
  type InventoryDetails,
  readDetails,
  takeInventory,
} from '#core/ingest/inventory.ts';
import type { UploadRefusal, Verdict } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Deployment } from '../deployment.ts';
import { latestQuality, latestRun, readCurrentModel, statusOfRun } from '../training/run-facts.ts';
import { readCleaning } from './cleaning.ts';
import { flaggedCounts } from './flagged-counts.ts';
import { readIndexing } from './indexing.ts';
import type { RejectedItem, StatusOutput, UploadCounts } from './output.ts';
import { heldItems } from './quarantine/held-items.ts';

/**
 * `show`: maximum number of rejected items to return; `known`: a configuration and an inventory that were just read. Returns undefined for a dataset without
 * uploads.
 */
export async function readStatus(
  { drop, data, trainingQueueUrl }: Pick<Deployment, 'drop' | 'data' | 'trainingQueueUrl'>,
  dataset: string,
  show: number,
  known?: {
    readonly config: Awaited<ReturnType<typeof readConfig>>;
    readonly inventory: Inventory;
    readonly details: InventoryDetails;
  },
): Promise<StatusOutput | undefined> {
  const config = known ? known.config : await readConfig(data, dataset);
  const still = known?.inventory.configId === config?.configId ? known : undefined;
  const inventory = still?.inventory ?? (await takeInventory(drop, data, dataset, config?.configId));
  if (!config && inventory.uploads.length === 0) return undefined;
  const [details, cleaning, indexing, quality, run, current] = await Promise.all([
    still?.details ?? readDetails(data, inventory),
    readCleaning(data, inventory, config?.configId),
    readIndexing(data, dataset),
    latestQuality(data, dataset),
    latestRun(data, dataset),
    readCurrentModel(data, dataset),
  ]);
  const counts = countInventory(inventory, details);
  return {
    dataset,
    kind: config?.config.kind ?? null,
    configId: config?.configId ?? null,
    uploads: uploadCounts(inventory, counts),
    items: {
      ...counts.items,
      distinct: quality?.items.distinct ?? null,
      byIssue: counts.byIssue,
      flagged: flaggedCounts(counts.byIssue, config?.config.rules),
      fixed: counts.fixed,
    },
    remarks: [...counts.remarks],
    cleaning,
    // Workers index on machines of the user.
    indexing: indexing && { ...indexing, usd: trainingQueueUrl === undefined ? indexing.usd : null },
    scores: quality?.scores ?? null,
    snapshot: quality
      ? { snapshotId: quality.snapshotId, items: quality.items, splits: quality.splits, byIssue: quality.byIssue }
      : null,
    run: run
      ? {
          runId: run.runId,
          status: statusOfRun(run),
          epoch: run.head?.epoch ?? run.outcome?.epochs.length ?? 0,
          epochs: run.head?.epochs ?? run.outcome?.train.epochs ?? 0,
          modelId: run.outcome?.modelId ?? null,
        }
      : null,
    current: current ? { modelId: current.modelId, runId: current.runId, promotedAt: current.promotedAt } : null,
    rejected: await rejectedItems(data, details, show),
  };
}

export async function readConfig(data: Store, dataset: string): Promise<CurrentConfig | undefined> {
  return (await readJson(data, keys.currentConfig(dataset), CurrentConfig))?.value;
}

export function uploadCounts({ uploads }: Inventory, counts: Counts): z.infer<typeof UploadCounts> {
  return { total: uploads.length, ...counts.uploads };
}

/** Returns refused uploads first, then items in quarantine, at most `show` in all. */
export async function rejectedItems(
  data: Store,
  { refusals, verdicts }: { refusals: readonly UploadRefusal[]; verdicts: readonly Verdict[] },
  show: number,
): Promise<RejectedItem[]> {
  const found: RejectedItem[] = refusals
    .slice(0, show)
    .map(({ source, issues }) => ({ key: source.key, unit: null, issues }));
  if (found.length >= show) return found;
  for await (const { key, unit, issues } of heldItems(data, verdicts)) {
    found.push({ key, unit, issues: [...issues] });
    if (found.length >= show) break;
  }
  return found;
}
