// Decides whether training starts automatically, and under which name: equal data and settings have one name, so they start once.

import * as z from 'zod';
import { hashOf } from '#core/base/hash.ts';
import type { Inventory, InventoryDetails } from '#core/ingest/inventory.ts';
import { countInventory } from '#core/ingest/inventory.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { RunHead, RunOutcome } from '#core/model/messages/run.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** Nobody has dropped anything for this long. */
const QUIET_MS = 5 * 60_000;
/** Uploads that are pending for longer do not delay a training. */
const PATIENCE_MS = 60 * 60_000;
/** A trainer renews its lease far more often. */
const ALIVE_MS = 15 * 60_000;
const NAME_CHARACTERS = 32;
/** The fields that are read; other releases may have written others beside them. */
const Ended = RunOutcome.pick({ snapshotId: true }).strip();
const Running = RunHead.pick({ status: true }).strip();
const Sealed = z.object({ configId: z.string() });

export type AutomaticStart = { readonly name: string; readonly request: AssembleRequest };
type LastRun = { readonly snapshotId: string; readonly configId: string; readonly sealedAtMs: number };

/**
 * Returns undefined if it is too early or there are too few items. The gate decides how many of the new items are distinct and good.
 */
export async function automaticStart(
  data: Store,
  inventory: Inventory,
  details: InventoryDetails,
  config: EffectiveConfig,
  nowMs: number,
): Promise<AutomaticStart | undefined> {
  const { dataset, configId, uploads } = inventory;
  const { auto, minItems, minNewItems } = config.gate;
  if (!auto || uploads.some((upload) => isUnsettled(upload, nowMs))) return undefined;
  if (countInventory(inventory, details).items.accepted < minItems) return undefined;
  const last = await lastRun(data, dataset, nowMs);
  if (last === 'running') return undefined;
  if (acceptedSince(inventory, details, last) < minNewItems) return undefined;
  const state = uploads.map(({ uploadId, state, verdictKeys }) => [uploadId, state, verdictKeys.length]);
  const name = `auto-${hashOf({ dataset, configId, state, config, since: last?.snapshotId ?? null }).slice(0, NAME_CHARACTERS)}`;
  const since = last && { since: last.snapshotId };
  return { name, request: { dataset, trigger: 'automatic', train: {}, force: null, attempt: 1, ...since } };
}

function isUnsettled({ state, object }: Inventory['uploads'][number], nowMs: number): boolean {
  const ageMs = nowMs - object.modifiedAt.getTime();
  return ageMs < QUIET_MS || (state === 'pending' && ageMs < PATIENCE_MS);
}

/** At most as many are new: those of uploads dropped after the last run's snapshot was made, or all under another configuration. */
function acceptedSince(
  { uploads, configId }: Inventory,
  { verdicts }: InventoryDetails,
  last: LastRun | undefined,
): number {
  const fresh = new Set(
    uploads
      .filter(
        ({ object }) =>
          !last || last.configId !== configId || object.modifiedAt.getTime() >= last.sealedAtMs - PATIENCE_MS,
      )
      .map(({ uploadId }) => uploadId),
  );
  return verdicts.reduce((sum, { uploadId, items }) => sum + (fresh.has(uploadId) ? items.accepted : 0), 0);
}

/** Returns the last run that has ended, or `running` while one is under way, because its data would count as new. */
async function lastRun(data: Store, dataset: string, nowMs: number): Promise<LastRun | 'running' | undefined> {
  let newest: { key: string; atMs: number } | undefined;
  for await (const { key, modifiedAt } of data.list(keys.runs(dataset))) {
    const atMs = modifiedAt.getTime();
    if (key.endsWith('/head.json') && nowMs - atMs < ALIVE_MS) {
      if ((await readJson(data, key, Running))?.value.status === 'running') return 'running';
    }
    if (key.endsWith('/run.json') && (!newest || atMs > newest.atMs)) newest = { key, atMs };
  }
  const outcome = newest && (await readJson(data, newest.key, Ended));
  if (!outcome) return undefined;
  const { snapshotId } = outcome.value;
  const key = keys.manifest(dataset, snapshotId);
  const [manifest, facts] = await Promise.all([readJson(data, key, Sealed), data.head(key)]);
  if (!manifest || !facts) return undefined;
  return { snapshotId, configId: manifest.value.configId, sealedAtMs: facts.modifiedAt.getTime() };
}
