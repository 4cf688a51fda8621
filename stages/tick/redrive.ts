// Finds the uploads without a terminal state, whose event or units were lost, and repeats their events.

import { CurrentConfig } from '#core/ingest/current-config.ts';
import type { Inventory } from '#core/ingest/inventory.ts';
import type { ObjectEvent } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys, uploadIdOf } from '#core/store/keys.ts';
import type { Buckets, LatestVersion } from '#core/store/store.ts';

/** Longer than a message stays hidden after a function died with it. */
const FIRST_AFTER_MS = 15 * 60_000;

export type Span = { readonly fromMs: number; readonly toMs: number };

/**
 * Returns the events to send again. A pending upload is repeated 15, 30, 60 ... minutes after it was dropped or the configuration
 * changed. `span`: the time since the last call, so that each of these moments falls into exactly one call.
 */
export async function eventsToRepeat(
  { drop, data }: Buckets,
  inventory: Inventory,
  span: Span,
): Promise<ObjectEvent[]> {
  const settledAt = (await data.head(keys.currentConfig(inventory.dataset)))?.modifiedAt.getTime() ?? 0;
  const pending = inventory.uploads.filter(
    ({ state, object }) =>
      state === 'pending' && isMoment(Math.max(object.modifiedAt.getTime(), inventory.configId ? settledAt : 0), span),
  );
  const events = pending.map(({ key, object }) => eventOf(drop.bucket, { key, ...object }));
  const file = await unheardFile({ drop, data }, inventory.dataset);
  if (file && isMoment(file.modifiedAt.getTime(), span)) events.push(eventOf(drop.bucket, file));
  return events.sort((a, b) => (a.detail.object.key < b.detail.object.key ? -1 : 1));
}

/** Returns whether 15 minutes times a power of two after `sinceMs` is within the span. */
export function isMoment(sinceMs: number, { fromMs, toMs }: Span): boolean {
  const oldest = toMs - sinceMs;
  if (oldest < FIRST_AFTER_MS) return false;
  const latest = sinceMs + FIRST_AFTER_MS * 2 ** Math.floor(Math.log2(oldest / FIRST_AFTER_MS));
  return latest > fromMs;
}

/** Returns the newest dataset.yaml if neither the configuration in force nor a refusal belongs to it. */
async function unheardFile({ drop, data }: Buckets, dataset: string): Promise<LatestVersion | undefined> {
  const path = dropKey(dataset, CONFIG_FILE);
  for await (const version of drop.listLatest(path)) {
    if (version.key !== path) continue;
    if (version.deleted) return undefined;
    const current = await readJson(data, keys.currentConfig(dataset), CurrentConfig);
    if (current?.value.versionId === version.versionId) return undefined;
    const uploadId = uploadIdOf(drop.bucket, path, version.versionId);
    return (await data.head(keys.refused(dataset, uploadId))) ? undefined : version;
  }
  return undefined;
}

type Dropped = Pick<LatestVersion, 'key' | 'size' | 'etag' | 'versionId'>;

function eventOf(bucket: string, { key, size, etag, versionId }: Dropped): ObjectEvent {
  const object = { key, size, etag: etag.replaceAll('"', ''), 'version-id': versionId };
  return { 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
}
