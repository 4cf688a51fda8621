// Lists the current uploads of a dataset and their state: the newest version of each dropped key, with its verdicts.

import { addCounts, countIssues, type IssueCounts, subtractCounts } from '../kinds/define/issue.ts';
import { spellingRemarks } from '../kinds/define/labels-found.ts';
import { joinRemarks, type Remark } from '../kinds/define/remark.ts';
import type { SnapshotIndex } from '../snapshot/messages.ts';
import { readJson } from '../store/json.ts';
import {
  CONFIG_FILE,
  dropKey,
  idInKey,
  isFolderMarker,
  isPlannedUnit,
  keys,
  parseDropKey,
  parseVerdictKey,
  uploadIdOf,
} from '../store/keys.ts';
import { listByHash } from '../store/list-by-hash.ts';
import { mapLimit } from '../store/map-limit.ts';
import type { ListedObject, Store } from '../store/store.ts';
import { UploadRefusal, Verdict } from './messages.ts';
import { type RolledUp, readRollup } from './rollup.ts';
import type { RolledPart } from './rollup-messages.ts';

const READS_AT_ONCE = 64;
const NOTHING_FOUND: Found = { verdictKeys: [], units: new Set(), unitCount: 1 };

/** pending: some unit has no verdict yet. refused: the whole upload. */
export type CurrentUpload = {
  readonly key: string;
  readonly uploadId: string;
  readonly state: 'pending' | 'refused' | 'done';
  readonly verdictKeys: readonly string[];
  readonly object: Pick<ListedObject, 'size' | 'etag' | 'modifiedAt'> & { readonly versionId: string };
};
/** One object in the drop bucket. */
export type Dropped = Omit<CurrentUpload, 'state' | 'verdictKeys'>;
export type Inventory = {
  readonly dataset: string;
  readonly configId: string | undefined;
  readonly uploads: readonly CurrentUpload[];
};
/** `rolled`: parts that were joined into one file, by their own key. */
export type InventoryDetails = {
  readonly verdicts: readonly Verdict[];
  readonly refusals: readonly UploadRefusal[];
  readonly rolled: ReadonlyMap<string, RolledPart>;
};
export type Counts = Pick<SnapshotIndex['counts'], 'uploads' | 'byIssue'> & {
  items: { accepted: number; rejected: number };
  /** Accepted items that were changed, by rule. */
  fixed: IssueCounts;
  remarks: readonly Remark[];
};
type Found = { readonly verdictKeys: string[]; readonly units: Set<string>; readonly unitCount: number };

/** The newest versions that count as uploads, and dataset.yaml. */
export async function listDropped(drop: Store, dataset: string): Promise<Dropped[]> {
  const dropped: Dropped[] = [];
  for await (const { key, versionId, deleted, size, etag, modifiedAt } of drop.listLatest(dropKey(dataset, ''))) {
    if (deleted || isFolderMarker(key, size) || !parseDropKey(key)) continue;
    const uploadId = uploadIdOf(drop.bucket, key, versionId);
    dropped.push({ key, uploadId, object: { versionId, size, etag, modifiedAt } });
  }
  return dropped;
}

/**
 * Takes the inventory. Deleted keys and superseded versions are left out, because the listing of the drop bucket decides what counts. If
 * `configId` is undefined, no configuration is known yet, so no upload is processed. dataset.yaml is only listed if it was refused.
 * `dropped`: an earlier listing of the bucket.
 */
export async function takeInventory(
  drop: Store,
  data: Store,
  dataset: string,
  configId: string | undefined,
  dropped?: readonly Dropped[],
): Promise<Inventory> {
  // Side by side: at a million uploads, the list of the drop bucket alone takes minutes.
  const [listed, refusedKeys, found] = await Promise.all([
    dropped ?? listDropped(drop, dataset),
    listByHash(data, keys.allRefused(dataset)),
    configId === undefined ? new Map<string, Found>() : findVerdicts(data, dataset, configId),
  ]);
  const refused = new Set(refusedKeys.map(idInKey));
  const uploads: CurrentUpload[] = [];
  for (const one of listed) {
    const { key, uploadId } = one;
    if (key === dropKey(dataset, CONFIG_FILE) && !refused.has(uploadId)) continue;
    const { verdictKeys, units, unitCount } = found.get(uploadId) ?? NOTHING_FOUND;
    const state = refused.has(uploadId) ? 'refused' : units.size >= unitCount ? 'done' : 'pending';
    uploads.push({ ...one, state, verdictKeys });
  }
  return { dataset, configId, uploads };
}

/**
 * Reads the verdicts and refusals of an inventory in its order: first those that tick has rolled up, then newer ones separately.
 */
export async function readDetails(data: Store, inventory: Inventory, known?: RolledUp): Promise<InventoryDetails> {
  const { dataset, configId, uploads } = inventory;
  const rolledUp = known ?? (configId === undefined ? undefined : await readRollup(data, dataset, configId));
  const refused = uploads.filter(({ state }) => state === 'refused');
  const verdicts = await readAll(
    data,
    uploads.filter(({ state }) => state === 'done').flatMap((upload) => [...upload.verdictKeys].sort()),
    Verdict,
    rolledUp?.verdicts,
  );
  const refusals = await readAll(
    data,
    refused.map(({ uploadId }) => keys.refused(dataset, uploadId)),
    UploadRefusal,
    rolledUp?.refusals,
  );
  return { verdicts, refusals, rolled: rolledUp?.parts ?? new Map() };
}

/** Returns the details of some of the uploads. */
export function detailsOf({ uploads }: Pick<Inventory, 'uploads'>, details: InventoryDetails): InventoryDetails {
  const ids = new Set(uploads.map(({ uploadId }) => uploadId));
  const isOne = ({ uploadId }: { readonly uploadId: string }) => ids.has(uploadId);
  return { ...details, verdicts: details.verdicts.filter(isOne), refusals: details.refusals.filter(isOne) };
}

/** Counts uploads: accepted if all items were accepted, rejected if none was, otherwise partly accepted. */
export function countInventory(
  { uploads }: { readonly uploads: readonly Pick<CurrentUpload, 'uploadId' | 'state'>[] },
  { verdicts, refusals }: Pick<InventoryDetails, 'verdicts' | 'refusals'>,
): Counts {
  const counts: Counts = {
    uploads: { accepted: 0, partly: 0, rejected: 0, pending: 0 },
    items: { accepted: 0, rejected: refusals.length },
    byIssue: countIssues(refusals.flatMap(({ issues }) => issues.slice(0, 1))),
    fixed: {},
    remarks: [...joinRemarks(verdicts.flatMap(({ remarks = [] }) => remarks)), ...spellingRemarks(verdicts)],
  };
  const byUpload = new Map<string, { accepted: number; rejected: number }>();
  const withSidecar = new Set<string>();
  for (const { uploadId, items, byIssue, released, fixed = {}, sidecar } of verdicts) {
    if (sidecar) withSidecar.add(uploadId);
    const sum = byUpload.get(uploadId) ?? { accepted: 0, rejected: 0 };
    // The unit that contained the released items counted them as rejected.
    const rejected = released ? -items.accepted : items.rejected;
    byUpload.set(uploadId, { accepted: sum.accepted + items.accepted, rejected: sum.rejected + rejected });
    counts.items.accepted += items.accepted;
    counts.items.rejected += rejected;
    addCounts(counts.byIssue, byIssue);
    addCounts(counts.fixed, fixed);
    if (released) subtractCounts(counts.byIssue, released);
  }
  for (const { uploadId, state } of uploads) {
    const sum = byUpload.get(uploadId);
    if (state === 'pending') counts.uploads.pending++;
    else if (sum && withSidecar.has(uploadId) && sum.accepted + sum.rejected === 0) counts.uploads.accepted++;
    else if (state === 'refused' || !sum || sum.accepted === 0) counts.uploads.rejected++;
    else if (sum.rejected > 0) counts.uploads.partly++;
    else counts.uploads.accepted++;
  }
  return counts;
}

/**
 * Finds the verdicts. A unit cleaned again under a waiver (`<unit>.w<id>`) has a verdict of its own and never counts as its planned unit.
 */
async function findVerdicts(data: Store, dataset: string, configId: string): Promise<Map<string, Found>> {
  const byUpload = new Map<string, Found>();
  for (const key of await listByHash(data, keys.verdicts(dataset, configId))) {
    const parsed = parseVerdictKey(key);
    if (!parsed) continue;
    const { uploadId, unit, unitCount } = parsed;
    const found = byUpload.get(uploadId) ?? { verdictKeys: [], units: new Set(), unitCount };
    found.verdictKeys.push(key);
    if (isPlannedUnit(unit)) found.units.add(unit);
    byUpload.set(uploadId, found);
  }
  return byUpload;
}

async function readAll<T>(
  data: Store,
  from: readonly string[],
  schema: Parameters<typeof readJson<T>>[2],
  known: ReadonlyMap<string, T> = new Map(),
): Promise<T[]> {
  const missing = from.filter((key) => !known.has(key));
  const fresh = await mapLimit(missing, READS_AT_ONCE, async (key) => (await readJson(data, key, schema))?.value);
  const read = new Map(missing.map((key, position) => [key, fresh[position]]));
  return from.flatMap((key) => known.get(key) ?? read.get(key) ?? []);
}
