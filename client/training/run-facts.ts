// Reads the runs, snapshots and models of a dataset from the data bucket.

import { CurrentModel, ModelCard } from '#core/model/messages/card.ts';
import { RunHead, RunOutcome } from '#core/model/messages/run.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readJson } from '#core/store/json.ts';
import { folderInKey, keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

export type RunState = {
  readonly runId: string;
  readonly head: RunHead | undefined;
  /** Absent while it runs; the outcome of an earlier attempt does not count once a newer attempt has started. */
  readonly outcome: RunOutcome | undefined;
};

/** Returns the folders below a prefix, the most recently written first. */
export async function listFolders(data: Store, prefix: string, markerFile?: string): Promise<string[]> {
  const newest = new Map<string, number>();
  for await (const { key, modifiedAt } of data.list(prefix)) {
    const folder = folderInKey(prefix, key);
    if (folder === '' || (markerFile !== undefined && key !== `${prefix}${folder}/${markerFile}`)) continue;
    newest.set(folder, Math.max(newest.get(folder) ?? 0, modifiedAt.getTime()));
  }
  return [...newest].sort(([a, at], [b, bt]) => bt - at || (a < b ? -1 : 1)).map(([folder]) => folder);
}

export async function readRun(data: Store, dataset: string, runId: string): Promise<RunState | undefined> {
  const [head, outcome] = await Promise.all([
    readJson(data, keys.runHead(dataset, runId), RunHead),
    readJson(data, keys.runOutcome(dataset, runId), RunOutcome),
  ]);
  if (!head && !outcome) return undefined;
  const stale = head !== undefined && outcome !== undefined && outcome.value.attempt < head.value.attempt;
  return { runId, head: head?.value, outcome: stale ? undefined : outcome?.value };
}

export function statusOfRun({ outcome }: RunState): 'running' | 'succeeded' | 'failed' | 'stopped' {
  return outcome?.status ?? 'running';
}

export async function latestRun(data: Store, dataset: string): Promise<RunState | undefined> {
  const [runId] = await listFolders(data, keys.runs(dataset));
  return runId === undefined ? undefined : readRun(data, dataset, runId);
}

/** Returns the quality report of the newest sealed snapshot. */
export async function latestQuality(data: Store, dataset: string): Promise<Quality | undefined> {
  const [snapshotId] = await listFolders(data, keys.snapshots(dataset), 'manifest.json');
  if (snapshotId === undefined) return undefined;
  return (await readJson(data, keys.quality(dataset, snapshotId), Quality))?.value;
}

export async function readCurrentModel(data: Store, dataset: string): Promise<CurrentModel | undefined> {
  return (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value;
}

/** Returns the cards of all complete models, newest first. */
export async function readModels(data: Store, dataset: string): Promise<ModelCard[]> {
  const ids = await listFolders(data, keys.models(dataset), 'card.json');
  const cards = await Promise.all(ids.map((id) => readJson(data, keys.modelCard(dataset, id), ModelCard)));
  return cards.flatMap((card) => (card ? [card.value] : []));
}
