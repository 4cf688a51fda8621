// Stores the checkpoints of a run: writes the state before the marker, reads the newest first, removes old ones.
import { FAILURE } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { CheckpointMarker } from '../state/checkpoint.ts';

export const KEEP_CHECKPOINTS = 3;
const HASH_CHARACTERS = 16;
const MARKER = /\/checkpoints\/(\d+)\/checkpoint-[0-9a-f]+\.json$/;

export type Run = Pick<TrainingJob, 'dataset' | 'runId' | 'snapshotId'>;
export type StoredCheckpoint = {
  readonly marker: CheckpointMarker;
  readonly state: Uint8Array;
};

/** Writes a checkpoint. Both files are named by the hash of the state, so two trainers never mix their files. */
export async function writeCheckpoint(data: Store, run: Run, { marker, state }: StoredCheckpoint): Promise<void> {
  const files = filesOf(run, marker.progress.step, marker.sha256);
  await data.put(files.state, state);
  await writeJson(data, files.marker, marker);
}

/** Returns the newest complete checkpoint; skips incomplete or damaged ones and those of other data. */
export async function newestCheckpoint(data: Store, run: Run): Promise<StoredCheckpoint | undefined> {
  for (const key of (await markerKeys(data, run)).reverse()) {
    const marker = await readMarker(data, key);
    if (marker?.runId !== run.runId || marker.snapshotId !== run.snapshotId) continue;
    const state = await data.get(filesOf(run, marker.progress.step, marker.sha256).state);
    if (state && sha256(state.body) === marker.sha256) return { marker, state: state.body };
  }
  return undefined;
}

/** Removes all but the newest checkpoints and incomplete files below them. Only the holder of the lease may call it. */
export async function pruneCheckpoints(data: Store, run: Run, keep = KEEP_CHECKPOINTS): Promise<void> {
  const kept = (await markerKeys(data, run)).slice(-keep);
  const oldestKept = stepOf(kept[0] ?? '');
  if (oldestKept === undefined) return;
  for await (const { key } of data.list(folderOf(run))) {
    const step = Number(key.slice(folderOf(run).length).split('/')[0]);
    if (step < oldestKept) await data.delete(key);
  }
}

/** Returns the markers, sorted by step. */
async function markerKeys(data: Store, run: Run): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of data.list(folderOf(run))) if (MARKER.test(key)) found.push(key);
  return found;
}

async function readMarker(data: Store, key: string): Promise<CheckpointMarker | undefined> {
  try {
    return (await readJson(data, key, CheckpointMarker))?.value;
  } catch (error) {
    if (error instanceof Error && error.name === FAILURE.corruptObject) return undefined;
    throw error;
  }
}

function filesOf({ dataset, runId }: Run, step: number, hash: string): { state: string; marker: string } {
  const name = hash.slice(0, HASH_CHARACTERS);
  return {
    state: keys.checkpoint(dataset, runId, step, `state-${name}.safetensors`),
    marker: keys.checkpoint(dataset, runId, step, `checkpoint-${name}.json`),
  };
}

function folderOf({ dataset, runId }: Run): string {
  return keys.run(dataset, runId, 'checkpoints/');
}

function stepOf(markerKey: string): number | undefined {
  const step = MARKER.exec(markerKey)?.[1];
  return step === undefined ? undefined : Number(step);
}
