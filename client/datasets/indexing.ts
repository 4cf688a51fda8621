// Reports how far the index of a dataset is, from the documents that each step of it leaves behind.
import { GatherPlan } from '#core/snapshot/distributed.ts';
import { SnapshotIndex } from '#core/snapshot/messages.ts';
import { INDEX_FILE, shardReceipt } from '#core/snapshot/snapshot.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** USD per item at list prices; docs/scale.md computes them for ten million colour pictures. */
const GATHER_USD = 4e-8;
const DECIDE_USD = 3e-8;
const SHARD_USD = 1e-8;
/** The last file that Spark writes. */
const DECIDED_FILE = 'decided.json';
/** The character after the slash: no key of a snapshot is beyond `<id>0`. */
const AFTER_SLASH = '0';

export type Indexing = {
  readonly snapshotId: string;
  /** gather: batches of parts are read. decide: Spark runs, and its share is not known. shards: the files of the snapshot are written. */
  readonly phase: 'gather' | 'decide' | 'shards';
  readonly done: number;
  readonly total: number;
  readonly items: number;
  /** ISO time of the last document. */
  readonly changedAt: string;
  /** Estimated cost of the finished steps on AWS, in USD. */
  readonly usd: number;
};

/** Returns the progress of the newest index of the dataset; null if that one is finished, or if there is none. */
export async function readIndexing(data: Store, dataset: string): Promise<Indexing | null> {
  let newest: { readonly at: number; readonly indexing: Indexing | null } = {
    at: Number.NEGATIVE_INFINITY,
    indexing: null,
  };
  for await (const snapshotId of snapshotsAtWork(data, dataset)) {
    const found = await progressOf(data, dataset, snapshotId);
    if (found && found.at > newest.at) newest = found;
  }
  return newest.indexing;
}

/** Yields the ids below the prefix, with one listing for each. */
async function* snapshotsAtWork(data: Store, dataset: string): AsyncGenerator<string> {
  const prefix = keys.under('work', dataset);
  let startAfter = prefix;
  for (;;) {
    let id: string | undefined;
    for await (const { key } of data.list(prefix, { startAfter })) {
      id = key.slice(prefix.length).split('/')[0];
      break;
    }
    if (id === undefined) return;
    yield id;
    startAfter = `${prefix}${id}${AFTER_SLASH}`;
  }
}

async function progressOf(data: Store, dataset: string, snapshotId: string) {
  const [manifest, shardList, decided, planned] = await Promise.all([
    data.head(keys.manifest(dataset, snapshotId)),
    data.head(keys.shardList(dataset, snapshotId)),
    data.head(keys.decided(dataset, snapshotId, DECIDED_FILE)),
    data.head(keys.gatherPlan(dataset, snapshotId)),
  ]);
  if (manifest) return { at: manifest.modifiedAt.getTime(), indexing: null };
  if (shardList)
    return shardProgress(data, dataset, snapshotId, { at: shardList.modifiedAt.getTime(), bySpark: !!planned });
  const plan = planned && (await readJson(data, keys.gatherPlan(dataset, snapshotId), GatherPlan))?.value;
  if (!planned || !plan) return undefined;
  const { items, batches: total } = plan;
  let [done, at] = [0, Math.max(planned.modifiedAt.getTime(), decided?.modifiedAt.getTime() ?? 0)];
  for await (const { modifiedAt } of data.list(keys.tallies(dataset, snapshotId))) {
    done++;
    at = Math.max(at, modifiedAt.getTime());
  }
  const usd = (done / Math.max(1, total)) * items * GATHER_USD + (decided ? items * DECIDE_USD : 0);
  const changedAt = new Date(at).toISOString();
  if (done < total)
    return { at, indexing: { snapshotId, phase: 'gather' as const, done, total, items, changedAt, usd } };
  const steps = { done: Number(decided !== undefined), total: 1 };
  return { at, indexing: { snapshotId, phase: 'decide' as const, ...steps, items, changedAt, usd } };
}

async function shardProgress(
  data: Store,
  dataset: string,
  snapshotId: string,
  { at: listedAt, bySpark }: { readonly at: number; readonly bySpark: boolean },
) {
  const index = (await readJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), SnapshotIndex))?.value;
  if (!index) return undefined;
  const receipts = new Set(index.shards.map(({ name }) => shardReceipt(name)));
  const items = index.shards.reduce((sum, shard) => sum + shard.items, 0);
  const [total, folder] = [index.shards.length, keys.snapshot(dataset, snapshotId, '')];
  let [done, at] = [0, listedAt];
  for await (const { key, modifiedAt } of data.list(folder)) {
    if (!receipts.has(key.slice(folder.length))) continue;
    done++;
    at = Math.max(at, modifiedAt.getTime());
  }
  const before = bySpark ? items * (GATHER_USD + DECIDE_USD) : 0;
  const usd = before + (done / Math.max(1, total)) * items * SHARD_USD;
  const changedAt = new Date(at).toISOString();
  return { at, indexing: { snapshotId, phase: 'shards' as const, done, total, items, changedAt, usd } };
}
